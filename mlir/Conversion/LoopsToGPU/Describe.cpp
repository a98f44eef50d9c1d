// One program in gpu form, and how its kernel is called (read back from its attributes).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Accel/Accel.h"
#include "mlir/Conversion/AccelToLoops/AccelToLoops.h"
#include "mlir/Conversion/LoopsToGPU/LoopsToGPU.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Target/FirstDiagnostic.h"

namespace accord {

using namespace mlir;

static rt::ElementType elementTypeOf(Type type) {
  if (type.isF32())
    return rt::ElementType::F32;
  if (type.isF16())
    return rt::ElementType::F16;
  if (type.isInteger(8))
    return rt::ElementType::I8;
  return type.isInteger(16) ? rt::ElementType::I16 : rt::ElementType::I32;
}

rt::Image describeKernel(gpu::GPUFuncOp kernel) {
  rt::Image image;
  image.entry = kernel.getName().str();
  if (std::optional<ArrayRef<int32_t>> size = kernel.getKnownBlockSize())
    image.workgroupSize = (*size)[0];
  if (auto steps = kernel->getAttrOfType<IntegerAttr>(stepsAttr))
    image.steps = uint32_t(steps.getInt());
  for (unsigned i = 0; i < kernel.getNumArguments(); ++i) {
    auto flat = cast<MemRefType>(kernel.getArgument(i).getType());
    if (kernel.getArgAttr(i, scalarsAttr)) {
      image.scalars = flat.getNumElements() - (image.steps > 1 ? 1 : 0);
    } else if (kernel.getArgAttr(i, scratchAttr)) {
      rt::ElementType type = elementTypeOf(flat.getElementType());
      image.scratch.push_back({type, flat.getNumElements() * rt::bytesOf(type)});
    } else if (auto seen = kernel.getArgAttrOfType<TypeAttr>(i, bindingAttr)) {
      auto type = cast<MemRefType>(seen.getValue());
      rt::BufferBinding binding;
      binding.type = elementTypeOf(type.getElementType());
      binding.shape.assign(type.getShape().begin(), type.getShape().end());
      if (auto name = kernel.getArgAttrOfType<StringAttr>(i, "accel.name"))
        binding.name = name.str();
      // Without a word on it a buffer may be both read and written.
      binding.role = rt::Role::InOut;
      if (auto role = kernel.getArgAttrOfType<StringAttr>(i, "accel.role"))
        binding.role = role == "result"  ? rt::Role::Result
                       : role == "inout" ? rt::Role::InOut
                                         : rt::Role::Argument;
      if (auto parts = kernel.getArgAttrOfType<DenseI64ArrayAttr>(i, partsAttr))
        for (int64_t p = 0; p < parts.size(); p += 2)
          binding.parts.push_back({uint32_t(parts[p]), uint64_t(parts[p + 1])});
      image.buffers.push_back(std::move(binding));
    }
  }
  return image;
}

/// A module that holds a copy of the wanted function and nothing else.
static Expected<OwningOpRef<ModuleOp>> extract(ModuleOp source, StringRef function) {
  func::FuncOp found;
  for (func::FuncOp func : source.getOps<func::FuncOp>()) {
    if (function.empty() ? !func->hasAttr("accel.program") : func.getName() != function)
      continue;
    if (found)
      return Error{"module: expected one accel.program, or its name, got '" + found.getName().str() +
                   "' and '" + func.getName().str() + "'"};
    found = func;
  }
  if (!found || found.isDeclaration())
    return Error{"module: expected " +
                 (function.empty() ? "an accel.program" : "function '" + function.str() + "'") +
                 ", got none"};
  OwningOpRef<ModuleOp> module(ModuleOp::create(source.getLoc()));
  func::FuncOp copy = found.clone();
  copy->setAttr("accel.program", UnitAttr::get(source.getContext()));
  module->push_back(copy);
  return module;
}

Expected<GpuForm> buildGpuForm(ModuleOp source, StringRef function, const LoopsToGPUOptions &options) {
  Expected<OwningOpRef<ModuleOp>> module = extract(source, function);
  if (!module)
    return module.error();
  // accel-to-loops looks for tokens also where a program in loops form has none.
  source.getContext()->getOrLoadDialect<accel::AccelDialect>();
  FirstDiagnostic diagnostic(source.getContext());
  PassManager pm(source.getContext());
  pm.addNestedPass<func::FuncOp>(createAccelToLoopsPass());
  buildLoopsToGPUPipeline(pm, options);
  if (failed(pm.run(**module)))
    return diagnostic.error("gpu");
  GpuForm form;
  (*module)->walk([&](gpu::GPUFuncOp kernel) { form.description = describeKernel(kernel); });
  form.module = std::move(*module);
  return form;
}

} // namespace accord
