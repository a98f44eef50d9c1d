// The pipeline to NVVM, and LLVM's NVPTX backend with contraction off.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Target/PTX/PtxTarget.h"
#include "mlir/Conversion/GPUToNVVM/GPUToNVVMPass.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Target/FirstDiagnostic.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/GPU/GPUToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"

namespace accord {

using namespace mlir;

void buildGPUToNVVMPipeline(OpPassManager &pm) {
  OpPassManager &module = pm.nest<gpu::GPUModuleOp>();
  module.addPass(createConvertSCFToCFPass());
  ConvertGpuOpsToNVVMOpsOptions options;
  // Every index is below 2^27 elements (a binding has at most 128 MiB).
  options.indexBitwidth = 32;
  // One pointer a binding: extents are in the program.
  options.useBarePtrCallConv = true;
  module.addPass(createConvertGpuOpsToNVVMOps(options));
  module.addPass(createCanonicalizerPass());
  module.addPass(createCSEPass());
  module.addPass(createReconcileUnrealizedCastsPass());
}

void registerNVVMPipeline() {
  PassPipelineRegistration<>("accord-gpu-to-nvvm",
                             "from gpu form to the NVVM dialect, 32-bit indices, bare pointers",
                             [](OpPassManager &pm) { buildGPUToNVVMPipeline(pm); });
}

/// Intrinsics on floats (fma, sqrt, minima, ...) are outside of the numerics contract, however a chip spells
/// them.
static Status refuseFloatCalls(const llvm::Module &module) {
  for (const llvm::Function &function : module)
    for (const llvm::BasicBlock &block : function)
      for (const llvm::Instruction &instruction : block)
        if (const auto *call = llvm::dyn_cast<llvm::CallBase>(&instruction);
            call && call->getType()->isFPOrFPVectorTy())
          return Error{
              "ptx: expected add, sub and mul alone on floats, got a call of " +
              (call->getCalledFunction() ? call->getCalledFunction()->getName().str() : "a pointer")};
  return {};
}

/// NVPTX's assembly of `module`.
static Expected<std::string> emitPtx(llvm::Module &module, const PtxOptions &options) {
  LLVMInitializeNVPTXTargetInfo();
  LLVMInitializeNVPTXTarget();
  LLVMInitializeNVPTXTargetMC();
  LLVMInitializeNVPTXAsmPrinter();
  std::string triple = "nvptx64-nvidia-cuda", message;
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, message);
  if (!target)
    return Error{"ptx: expected LLVM with the NVPTX target, got: " + message};
  llvm::TargetOptions targetOptions;
  // Strict also spells every operation `.rn`, so that ptxas contracts nothing either.
  targetOptions.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  targetOptions.UnsafeFPMath = false;
  std::unique_ptr<llvm::TargetMachine> machine(
      target->createTargetMachine(triple, options.chip, options.features, targetOptions, std::nullopt,
                                  std::nullopt, llvm::CodeGenOptLevel::Default));
  if (!machine)
    return Error{"ptx: expected a chip that LLVM knows, got '" + options.chip + "'"};
  module.setTargetTriple(triple);
  module.setDataLayout(machine->createDataLayout());
  llvm::SmallString<0> text;
  llvm::raw_svector_ostream stream(text);
  llvm::legacy::PassManager passes;
  if (machine->addPassesToEmitFile(passes, stream, nullptr, llvm::CodeGenFileType::AssemblyFile))
    return Error{"ptx: expected a target that emits assembly, got '" + options.chip + "'"};
  passes.run(module);
  // ptxas takes a NUL at the end for an unexpected end of file.
  while (!text.empty() && text.back() == '\0')
    text.pop_back();
  return std::string(text);
}

Expected<rt::Image> compileToPtx(ModuleOp program, StringRef function, const PtxOptions &options) {
  LoopsToGPUOptions gpuOptions;
  gpuOptions.workgroupSize = options.workgroupSize;
  gpuOptions.stepBudget = options.stepBudget;
  Expected<GpuForm> form = buildGpuForm(program, function, gpuOptions);
  if (!form)
    return form.error();
  MLIRContext *context = program.getContext();
  DialectRegistry registry;
  registerBuiltinDialectTranslation(registry);
  registerGPUDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  registerNVVMDialectTranslation(registry);
  context->appendDialectRegistry(registry);

  FirstDiagnostic diagnostic(context);
  PassManager pm(context);
  buildGPUToNVVMPipeline(pm);
  if (failed(pm.run(*form->module)))
    return diagnostic.error("ptx");
  llvm::LLVMContext llvmContext;
  std::unique_ptr<llvm::Module> translated;
  for (auto gpuModule : form->module->getOps<gpu::GPUModuleOp>())
    translated = translateModuleToLLVMIR(gpuModule, llvmContext);
  if (!translated)
    return diagnostic.error("ptx");
  if (Status s = refuseFloatCalls(*translated); !s)
    return s.error();
  Expected<std::string> text = emitPtx(*translated, options);
  if (!text)
    return text.error();
  if (Expected<PtxRounding> rounding = checkPtxRounding(*text); !rounding)
    return rounding.error();
  rt::Image image = std::move(form->description);
  image.format = rt::ImageFormat::Ptx;
  image.bytes.assign(text->begin(), text->end());
  return image;
}

} // namespace accord
