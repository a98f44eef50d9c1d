// The pass, the target's features, and the image of a lowered module.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/GraphToCPU/GraphToCPU.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVMPass.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVMPass.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Transforms/Model/CheckAccesses.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace mlir;
using namespace accord;

namespace accord {
#define GEN_PASS_DECL_GRAPHTOCPU
#define GEN_PASS_DEF_GRAPHTOCPU
#include "mlir/Conversion/GraphToCPU/GraphToCPU.h.inc"
} // namespace accord

CpuTarget accord::chooseCpuTarget(llvm::function_ref<bool(StringRef)> has) {
  using Dot = CpuTarget::Dot;
  CpuTarget result;
  result.dot = has("avx512bw") && has("avx512vnni") ? Dot::Vnni512
               : has("avx512bw")                    ? Dot::Pairs512
               : has("avx2")                        ? Dot::Pairs256
                                                    : Dot::Plain;
  result.f16c = has("f16c");
  return result;
}

namespace {

struct GraphToCPUPass : accord::impl::GraphToCPUBase<GraphToCPUPass> {
  using GraphToCPUBase::GraphToCPUBase;

  void runOnOperation() override {
    using Dot = CpuTarget::Dot;
    auto known = llvm::StringSwitch<std::optional<Dot>>(dot)
                     .Case("vnni512", Dot::Vnni512)
                     .Case("pairs512", Dot::Pairs512)
                     .Case("pairs256", Dot::Pairs256)
                     .Case("plain", Dot::Plain)
                     .Default(std::nullopt);
    if (!known) {
      getOperation().emitError() << "graph-to-cpu: expected dot vnni512, pairs512, pairs256 or plain, got '"
                                 << dot << "'";
      return signalPassFailure();
    }
    std::vector<rt::Image> images;
    if (failed(lowerGraphToCpu(getOperation(), {*known, f16c, fast}, images)))
      signalPassFailure();
  }
};

} // namespace

Expected<std::vector<rt::Image>> accord::buildCpuGraphImages(ModuleOp module, const CpuTarget &target) {
  MLIRContext *context = module.getContext();
  DialectRegistry registry;
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  context->appendDialectRegistry(registry);
  context->loadDialect<arith::ArithDialect, cf::ControlFlowDialect, func::FuncDialect, LLVM::LLVMDialect,
                       scf::SCFDialect, vector::VectorDialect>();

  std::string diagnostics;
  ScopedDiagnosticHandler handler(context, [&](Diagnostic &d) {
    diagnostics += (diagnostics.empty() ? "" : "; ") + d.str();
    return success();
  });
  OwningOpRef<ModuleOp> lowered(module.clone());
  std::vector<rt::Image> images;
  if (failed(checkAccesses(*lowered)) || failed(lowerGraphToCpu(*lowered, target, images)))
    return Error{"cpu graph: " + diagnostics};
  if (images.empty())
    return Error{"cpu graph: expected a public function, got none"};

  PassManager pm(context);
  pm.enableVerifier(false);
  pm.addPass(createConvertSCFToCFPass());
  pm.addPass(createConvertVectorToLLVMPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createConvertFuncToLLVMPass());
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  if (failed(pm.run(*lowered)))
    return Error{"cpu graph: expected to lower to the LLVM dialect, got " + diagnostics};
  llvm::LLVMContext llvmContext;
  std::unique_ptr<llvm::Module> translated = translateModuleToLLVMIR(*lowered, llvmContext);
  if (!translated)
    return Error{"cpu graph: expected to translate to LLVM IR, got " + diagnostics};
  SmallVector<char> bytes;
  llvm::raw_svector_ostream stream(bytes);
  llvm::WriteBitcodeToFile(*translated, stream);
  for (rt::Image &image : images) {
    image.format = rt::ImageFormat::LlvmBitcode;
    image.bytes.assign(bytes.begin(), bytes.end());
  }
  return images;
}

void accord::registerGraphToCpuPass() { PassRegistration<GraphToCPUPass>(); }
