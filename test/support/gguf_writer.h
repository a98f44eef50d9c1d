// Writes GGUF files for tests, right ones and wrong ones: nothing that it is given is checked.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "runtime/model/gguf.h"

namespace accord::test {

class GgufWriter {
public:
  /// A tensor's record and its bytes. Fields that the writer would fill in may be set to wrong values.
  struct Tensor {
    std::string name;
    uint32_t type;
    std::vector<int64_t> shape;     ///< outermost first, as TensorInfo's; written reversed
    std::string bytes;              ///< blocks as the type stores them
    std::optional<uint64_t> offset; ///< instead of the next padded one
  };

  uint32_t version = 3;
  uint64_t alignment = 32; ///< of tensors; a file whose alignment is not 32 must also say so: setAlignment
  std::optional<uint64_t> tensorCount, keyCount; ///< instead of the true counts
  std::vector<Tensor> tensors;

  // Metadata, written in the order of the calls; the same key twice is written twice.
  void u32(std::string_view key, uint32_t value);
  void u64(std::string_view key, uint64_t value);
  void i32(std::string_view key, int32_t value);
  void f32(std::string_view key, float value);
  void flag(std::string_view key, bool value);
  void text(std::string_view key, std::string_view value);
  void texts(std::string_view key, const std::vector<std::string> &values);
  void i32s(std::string_view key, const std::vector<int32_t> &values);
  void f32s(std::string_view key, const std::vector<float> &values);
  /// Any value: its type's id and bytes. Of an array: element type, count and elements.
  void raw(std::string_view key, uint32_t type, std::string_view bytes);
  /// Writes general.alignment and aligns the tensors so.
  void setAlignment(uint32_t bytes);

  void tensor(std::string_view name, model::TensorType type, std::vector<int64_t> shape, std::string bytes);

  /// The whole file; the last tensor is padded too.
  std::string bytes() const;
  Status write(const std::string &path) const;

private:
  std::string metadata;
  uint64_t keys = 0;
};

/// Little-endian bytes of a number, and of a string with its length, for raw().
std::string numberBytes(uint64_t value, int count);
std::string stringBytes(std::string_view value);

} // namespace accord::test
