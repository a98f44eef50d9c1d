// The one list of dialects and passes; accord, accord-opt and accord-lsp-server share it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Support/RegisterAll.h"
#include "dialects/Accel/Accel.h"
#include "mlir/Conversion/AccelToLoops/AccelToLoops.h"
#include "mlir/Conversion/LoopsToLLVM/LoopsToLLVM.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SPIRV/IR/SPIRVDialect.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Transform/IR/TransformDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/Passes.h"

void accord::registerAllDialects(mlir::DialectRegistry &registry) {
  // Ours.
  registry.insert<accord::accel::AccelDialect>();

  // L0 and L1: what a model is written in. L2: the schedule's language.
  registry.insert<mlir::arith::ArithDialect, mlir::func::FuncDialect, mlir::linalg::LinalgDialect,
                  mlir::math::MathDialect, mlir::tensor::TensorDialect, mlir::transform::TransformDialect>();
  // L3: loops and buffers.
  registry.insert<mlir::affine::AffineDialect, mlir::bufferization::BufferizationDialect,
                  mlir::memref::MemRefDialect, mlir::scf::SCFDialect>();
  // L4: on the way to CPU and GPU.
  registry.insert<mlir::DLTIDialect, mlir::LLVM::LLVMDialect, mlir::cf::ControlFlowDialect,
                  mlir::gpu::GPUDialect, mlir::spirv::SPIRVDialect, mlir::vector::VectorDialect>();
}

void accord::registerAllPasses() {
  mlir::registerCanonicalizerPass();
  mlir::registerCSEPass();
  mlir::registerInlinerPass();
  mlir::registerSymbolDCEPass();

  accord::registerAccelToLoopsPass();
  accord::registerLoopsToLLVMPasses();
}
