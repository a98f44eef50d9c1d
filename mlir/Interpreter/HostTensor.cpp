// Tensors on the host: their kinds, sizes and description.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Interpreter/HostTensor.h"
#include "dialects/LUT/LUT.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace accord {
namespace {

std::optional<ElementKind> kindOf(Type type) {
  Type element = getElementTypeOrSelf(type);
  if (element.isF32())
    return ElementKind::F32;
  if (element.isF16())
    return ElementKind::F16;
  if (element.isBF16())
    return ElementKind::BF16;
  if (element.isIndex())
    return ElementKind::Index;
  if (mlir::isa<lut::WeightType>(element))
    return ElementKind::Weight;
  if (element.isSignlessInteger())
    switch (element.getIntOrFloatBitWidth()) {
    case 1:
      return ElementKind::I1;
    case 8:
      return ElementKind::I8;
    case 16:
      return ElementKind::I16;
    case 32:
      return ElementKind::I32;
    }
  return std::nullopt;
}

int64_t bytesOfOne(ElementKind kind) {
  switch (kind) {
  case ElementKind::I1:
  case ElementKind::I8:
  case ElementKind::Weight:
    return 1;
  case ElementKind::I16:
  case ElementKind::F16:
  case ElementKind::BF16:
    return 2;
  case ElementKind::I32:
  case ElementKind::F32:
    return 4;
  case ElementKind::Index:
    break;
  }
  return 8;
}

/// The bytes of a tensor of this type and shape; none where it cannot be one.
std::optional<int64_t> bytesOf(Type type, ArrayRef<int64_t> shape) {
  std::optional<ElementKind> kind = kindOf(type);
  ArrayRef<int64_t> declared;
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    declared = tensor.getShape();
  else if (auto memory = dyn_cast<MemRefType>(type); memory && memory.getLayout().isIdentity())
    declared = memory.getShape();
  else if (mlir::isa<ShapedType>(type))
    return std::nullopt;
  if (!kind || declared.size() != shape.size() || (*kind == ElementKind::Weight && shape.size() != 2))
    return std::nullopt;
  int64_t bytes = bytesOfOne(*kind);
  for (auto [want, got] : llvm::zip_equal(declared, shape))
    if (got < 0 || (!ShapedType::isDynamic(want) && want != got) || llvm::MulOverflow(bytes, got, bytes))
      return std::nullopt;
  if (*kind == ElementKind::Weight)
    return cast<lut::WeightType>(getElementTypeOrSelf(type)).storageBytes(shape[0], shape[1]);
  return bytes;
}

} // namespace

StringRef toString(ElementKind kind) {
  switch (kind) {
  case ElementKind::I1:
    return "i1";
  case ElementKind::I8:
    return "i8";
  case ElementKind::I16:
    return "i16";
  case ElementKind::I32:
    return "i32";
  case ElementKind::Index:
    return "index";
  case ElementKind::F32:
    return "f32";
  case ElementKind::Weight:
    return "weights";
  case ElementKind::F16:
    return "f16";
  case ElementKind::BF16:
    break;
  }
  return "bf16";
}

int64_t HostTensor::numElements() const {
  int64_t count = 1;
  for (int64_t dim : shape)
    count *= dim;
  return count;
}

FailureOr<HostTensor> makeHostTensor(Type type, ArrayRef<int64_t> shape) {
  std::optional<int64_t> bytes = bytesOf(type, shape);
  if (!bytes)
    return failure();
  return HostTensor{SmallVector<int64_t>(shape), *kindOf(type), std::vector<uint8_t>(*bytes)};
}

bool isOfType(const HostTensor &tensor, Type type) {
  std::optional<int64_t> bytes = bytesOf(type, tensor.shape);
  return bytes && kindOf(type) == tensor.kind && *bytes == static_cast<int64_t>(tensor.bytes.size());
}

std::string describe(const HostTensor &tensor) {
  std::string text = "shape [";
  llvm::raw_string_ostream os(text);
  llvm::interleaveComma(tensor.shape, os);
  os << "] of " << toString(tensor.kind) << ", " << tensor.bytes.size() << " bytes";
  return text;
}

} // namespace accord
