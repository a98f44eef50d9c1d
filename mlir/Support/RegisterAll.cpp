// The one list of dialects and passes; accord, accord-opt and accord-lsp-server share it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Support/RegisterAll.h"
#include "mlir/Conversion/AccelToLoops/AccelToLoops.h"
#include "mlir/Conversion/GraphToCPU/GraphToCPU.h"
#include "mlir/Conversion/LoopsToGPU/LoopsToGPU.h"
#include "mlir/Conversion/LoopsToLLVM/LoopsToLLVM.h"
#include "mlir/Conversion/ScheduleToAccel/ScheduleToAccel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUOpsEnums.h.inc"
#include "mlir/Dialect/Linalg/TransformOps/DialectExtension.h"
#include "mlir/Dialect/Linalg/Transforms/TilingInterfaceImpl.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SPIRV/IR/SPIRVDialect.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/IR/TensorTilingInterfaceImpl.h"
#include "mlir/Dialect/Transform/IR/TransformDialect.h"
#include "mlir/Dialect/Transform/Transforms/Passes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Pipelines/Pipelines.h"
#include "mlir/Support/ThreadLocalCache.h"
#include "mlir/Target/PTX/PtxTarget.h"
#include "mlir/Target/SPIRV/SpirvPasses.h"
#include "mlir/Target/SPIRV/SpirvTarget.h"
#include "mlir/Transforms/Accel/Passes.h"
#include "mlir/Transforms/LUT/Passes.h"
#include "mlir/Transforms/Linalg/Passes.h"
#include "mlir/Transforms/Model/Passes.h"
#include "mlir/Transforms/Passes.h"
#include "mlir/Transforms/Schedule/Passes.h"

// To be registered a dialect's class is enough. Headers of dialects declare all of their ops, which took this
// file half a minute to read; those above are in the precompiled header.
#include "dialects/Accel/AccelDialect.h.inc"
#include "dialects/Cust/CustDialect.h.inc"
#include "dialects/LUT/LUTDialect.h.inc"
#include "dialects/NN/NNDialect.h.inc"
#include "mlir/Dialect/Affine/IR/AffineOpsDialect.h.inc"
#include "mlir/Dialect/Bufferization/IR/BufferizationOpsDialect.h.inc"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOpsDialect.h.inc"
#include "mlir/Dialect/DLTI/DLTIDialect.h.inc"
#include "mlir/Dialect/GPU/IR/GPUOpsDialect.h.inc"
#include "mlir/Dialect/LLVMIR/LLVMOpsDialect.h.inc"
#include "mlir/Dialect/Linalg/IR/LinalgOpsDialect.h.inc"
#include "mlir/Dialect/MLProgram/IR/MLProgramOpsDialect.h.inc"
#include "mlir/Dialect/Math/IR/MathOpsDialect.h.inc"
#include "mlir/Dialect/Vector/IR/VectorDialect.h.inc"

void accord::registerAllDialects(mlir::DialectRegistry &registry) {
  // Ours.
  registry.insert<accord::accel::AccelDialect, accord::cust::CustDialect, accord::lut::LUTDialect,
                  accord::nn::NNDialect>();

  registerCommandLowerings(registry);
  registerDefaultSchedules(registry);

  // L0 and L1: what a model is written in. L2: the schedule's language.
  registry.insert<mlir::arith::ArithDialect, mlir::func::FuncDialect, mlir::linalg::LinalgDialect,
                  mlir::math::MathDialect, mlir::ml_program::MLProgramDialect, mlir::tensor::TensorDialect,
                  mlir::transform::TransformDialect>();
  mlir::linalg::registerTransformDialectExtension(registry);
  // A schedule may name any op: one whose dialect promises to be tiled has to keep it.
  mlir::linalg::registerTilingInterfaceExternalModels(registry);
  mlir::tensor::registerTilingInterfaceExternalModels(registry);
  // L3: loops and buffers.
  registry.insert<mlir::affine::AffineDialect, mlir::bufferization::BufferizationDialect,
                  mlir::memref::MemRefDialect, mlir::scf::SCFDialect>();
  // L4: on the way to CPU and GPU.
  registry.insert<mlir::DLTIDialect, mlir::LLVM::LLVMDialect, mlir::cf::ControlFlowDialect,
                  mlir::gpu::GPUDialect, mlir::spirv::SPIRVDialect, mlir::vector::VectorDialect>();
}

void accord::registerAllPasses() {
  accord::registerLinalgPasses();
  accord::lut::registerLUTPasses();
  accord::lut::registerLutGraphPipeline();
  accord::registerAccordModelPasses();
  accord::lut::registerMacGraphPipeline();
  accord::registerSchedulePasses();
  accord::registerScheduleToAccelPasses();
  accord::registerAccelPasses();
  accord::registerCompilePipelines();

  mlir::registerCanonicalizerPass();
  mlir::registerCSEPass();
  mlir::registerInlinerPass();
  mlir::registerSymbolDCEPass();
  mlir::transform::registerTransformPasses();

  accord::registerAccelToLoopsPass();
  accord::registerLoopsToLLVMPasses();
  accord::registerGraphToCpuPass();
  accord::registerLoopsToGPUPasses();
  accord::registerSpirvPasses();
  accord::registerSpirvPipeline();
  accord::registerNVVMPipeline();
}
