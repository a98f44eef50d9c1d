// The bytes that commands take and give.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace accord::sim {

using Bytes = std::vector<uint8_t>;

/// The elements of a view in row-major order, where they lie or as a copy; aligned to their type.
class Operand {
public:
  Operand(const uint8_t *data, size_t bytes) : bytes(data), count(bytes) {}
  Operand(const Bytes &bytes) : Operand(bytes.data(), bytes.size()) {}
  const uint8_t *data() const { return bytes; }
  size_t size() const { return count; }
  /// \pre they are elements of this type
  template <typename T> const T *as() const { return reinterpret_cast<const T *>(bytes); }

private:
  const uint8_t *bytes;
  size_t count;
};

/// Bytes to be written as elements of a type.
template <typename T> T *elementsOf(Bytes &bytes) { return reinterpret_cast<T *>(bytes.data()); }

} // namespace accord::sim
