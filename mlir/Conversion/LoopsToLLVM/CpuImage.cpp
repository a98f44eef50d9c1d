// An L3 program as LLVM bitcode and the description of its arguments: what the CPU device loads.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/LoopsToLLVM/LoopsToLLVM.h"

#include "mlir/Conversion/AccelToLoops/AccelToLoops.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace mlir;
using namespace accord;

namespace {

std::string textOf(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

std::optional<rt::ElementType> elementOf(Type type) {
  if (type.isInteger(8))
    return rt::ElementType::I8;
  if (type.isInteger(16))
    return rt::ElementType::I16;
  if (type.isInteger(32))
    return rt::ElementType::I32;
  if (type.isF16())
    return rt::ElementType::F16;
  if (type.isF32())
    return rt::ElementType::F32;
  return std::nullopt;
}

std::optional<rt::Role> roleOf(StringRef name) {
  if (name == "argument")
    return rt::Role::Argument;
  if (name == "result")
    return rt::Role::Result;
  if (name == "inout")
    return rt::Role::InOut;
  return std::nullopt;
}

} // namespace

Expected<rt::Image> accord::describeArguments(ModuleOp module, StringRef function) {
  auto func = module.lookupSymbol<func::FuncOp>(function);
  std::string place = ("function '" + function + "'").str();
  if (!func || func.isDeclaration())
    return Error{place + ": expected a definition in the module, got none"};
  rt::Image image;
  for (BlockArgument argument : func.getArguments()) {
    unsigned i = argument.getArgNumber();
    std::string at = place + ": argument " + std::to_string(i);
    if (argument.getType().isIndex()) {
      ++image.scalars;
      continue;
    }
    auto type = dyn_cast<MemRefType>(argument.getType());
    std::optional<rt::ElementType> element = type ? elementOf(type.getElementType()) : std::nullopt;
    if (!element || !type.hasStaticShape() || !type.getLayout().isIdentity())
      return Error{at + ": expected a dense static memref of i8, i16, i32, f16 or f32, or an index, got " +
                   textOf(argument.getType())};
    rt::BufferBinding binding;
    binding.type = *element;
    binding.shape.assign(type.getShape().begin(), type.getShape().end());
    if (auto name = func.getArgAttrOfType<StringAttr>(i, "accel.name"))
      binding.name = name.str();
    auto role = func.getArgAttrOfType<StringAttr>(i, "accel.role");
    // Without a word on it a buffer may be both read and written.
    std::optional<rt::Role> known = role ? roleOf(role) : rt::Role::InOut;
    if (!known)
      return Error{at + ": expected accel.role argument, result or inout, got '" + role.str() + "'"};
    binding.role = *known;
    image.buffers.push_back(std::move(binding));
  }
  return image;
}

Expected<rt::Image> accord::buildCpuImage(ModuleOp module, StringRef function) {
  Expected<rt::Image> image = describeArguments(module, function);
  if (!image)
    return image;
  MLIRContext *context = module.getContext();
  DialectRegistry registry;
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  context->appendDialectRegistry(registry);

  OwningOpRef<ModuleOp> lowered(module.clone());
  // Only what the function needs is compiled.
  for (auto other : lowered->getOps<func::FuncOp>())
    if (other.getName() != function)
      other.setPrivate();
  std::string diagnostics;
  ScopedDiagnosticHandler handler(context, [&](Diagnostic &d) {
    diagnostics += (diagnostics.empty() ? "" : "; ") + d.str();
    return success();
  });
  PassManager pm(context);
  pm.addPass(createSymbolDCEPass());
  pm.addNestedPass<func::FuncOp>(createAccelToLoopsPass());
  buildLoopsToLLVMPipeline(pm);
  if (failed(pm.run(*lowered)))
    return Error{
        ("function '" + function + "': expected to lower to the LLVM dialect, got " + diagnostics).str()};

  llvm::LLVMContext llvmContext;
  std::unique_ptr<llvm::Module> translated = translateModuleToLLVMIR(*lowered, llvmContext);
  if (!translated)
    return Error{("function '" + function + "': expected to translate to LLVM IR, got " + diagnostics).str()};
  SmallVector<char> bytes;
  llvm::raw_svector_ostream stream(bytes);
  llvm::WriteBitcodeToFile(*translated, stream);
  image->format = rt::ImageFormat::LlvmBitcode;
  image->bytes.assign(bytes.begin(), bytes.end());
  image->entry = ("__accord_" + function).str();
  return image;
}
