// How a kernel of the gpu form is called, read back from its attributes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/LoopsToGPU/LoopsToGPU.h"

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
  for (unsigned i = 0; i < kernel.getNumArguments(); ++i) {
    auto flat = cast<MemRefType>(kernel.getArgument(i).getType());
    if (kernel.getArgAttr(i, scalarsAttr)) {
      image.scalars = flat.getNumElements();
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
      image.buffers.push_back(std::move(binding));
    }
  }
  return image;
}

FailureOr<gpu::GPUFuncOp> onlyKernel(ModuleOp module) {
  gpu::GPUFuncOp found;
  unsigned count = 0;
  module.walk([&](gpu::GPUFuncOp func) {
    found = func;
    ++count;
  });
  if (count != 1)
    return module.emitError("expected one kernel, got ") << count, failure();
  return found;
}

} // namespace accord
