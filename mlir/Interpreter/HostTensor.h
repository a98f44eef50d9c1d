// Tensors on the host: what the interpreter computes on.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/IR/BuiltinTypes.h"
#include <cstdint>
#include <vector>

namespace accord {

/// What the elements of a host tensor are. Weights are bytes in the storage of their type; f16 and bf16 are
/// their bits.
enum class ElementKind { I1, I8, I16, I32, Index, F32, Weight, F16, BF16 };

/// As in a type: "i8", "f16", "index"; "weights".
llvm::StringRef toString(ElementKind kind);

/// A tensor, or a scalar (rank 0), on the host: dense, row-major, little endian. I1 takes a byte, Index
/// eight. A weight matrix [n, k] holds `!lut.weight`'s storageBytes(n, k); planes are the planes, then the
/// packed scales (u16 or f32), then the packed minima if the type has any (sim/golden/planes.h).
struct HostTensor {
  llvm::SmallVector<int64_t> shape;
  ElementKind kind = ElementKind::F32;
  std::vector<uint8_t> bytes;

  int64_t numElements() const;
  /// The elements; T is the kind's type (uint16_t for f16 and bf16).
  template <typename T> T *data() { return reinterpret_cast<T *>(bytes.data()); }
  template <typename T> const T *data() const { return reinterpret_cast<const T *>(bytes.data()); }
};

/// A tensor of zeros of this type's kind; `shape` fills in what the type leaves dynamic. Tensors, memrefs of
/// identity layout, and scalars have one. Fails, silently, for a type whose elements have no kind, and for a
/// shape that is not the type's.
mlir::FailureOr<HostTensor> makeHostTensor(mlir::Type type, llvm::ArrayRef<int64_t> shape);

/// True when makeHostTensor(type, tensor.shape) would give a tensor of this kind and size.
bool isOfType(const HostTensor &tensor, mlir::Type type);

/// For diagnostics: "shape [1, 3] of f32, 12 bytes".
std::string describe(const HostTensor &tensor);

} // namespace accord
