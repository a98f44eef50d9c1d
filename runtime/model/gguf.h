// GGUF model files: metadata and tensors, memory-mapped. Opening touches neither tensors nor copies strings.
//
// Versions 2 and 3, little endian (source: ggml docs/gguf.md). What a file may claim is checked as in ggml's
// own reader, and every tensor lies inside the file: after open() nothing that the file says can lead out of
// the mapping.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "runtime/model/tensor_type.h"
#include "sim/files/mapped_file.h"
#include <memory>
#include <unordered_map>

namespace accord::model {

/// Of a metadata value; ids as in the file.
enum class ValueType : uint32_t { U8, I8, U16, I16, U32, I32, F32, Bool, String, Array, U64, I64, F64 };
std::string_view toString(ValueType type);

struct TensorInfo {
  std::string name;
  TensorType type;
  std::vector<int64_t> shape; ///< outermost first, the reverse of the file: a matrix is [N, K], K contiguous
  uint64_t bytes;             ///< of I2_S with the trailer that holds its scale
  const uint8_t *data;        ///< inside the mapping; valid while the file object lives

  /// Product of the shape; 1 for a scalar.
  int64_t numElements() const;
};

/// One key and where its value lies; the value is read by GgufFile's getters.
struct MetadataEntry {
  std::string_view key;
  ValueType type;
  ValueType element;   ///< of an array
  uint64_t count;      ///< elements of an array, else 1
  const uint8_t *data; ///< the number, the string's length, or the first element
};

struct OpenOptions {
  std::optional<I2SLayout> i2s; ///< without it a file with I2_S tensors is refused
};

class GgufFile {
public:
  /// Error: `<path>: <byte offset, key or tensor>: expected X, got Y`.
  static Expected<std::unique_ptr<GgufFile>> open(const std::string &path, const OpenOptions &options = {});
  /// The same of a file that is already in memory and outlives the object; `name` stands for the path in
  /// messages.
  static Expected<std::unique_ptr<GgufFile>> parse(std::string_view bytes, const std::string &name,
                                                   const OpenOptions &options = {});

  const std::string &path() const { return name; }
  uint32_t version() const { return fileVersion; }
  uint64_t fileBytes() const { return contents.size(); }
  /// Of tensors, in bytes from the start of the data section.
  uint64_t alignment() const { return dataAlignment; }
  /// What open() was told; only of meaning for I2_S.
  std::optional<I2SLayout> i2sLayout() const { return layout; }

  /// In the order of the file.
  const std::vector<TensorInfo> &tensors() const { return tensorList; }
  /// Null when absent.
  const TensorInfo *find(std::string_view tensor) const;
  /// For a tensor that has been read: its memory goes back to the system until it is read again.
  void release(const TensorInfo &tensor) const;

  /// In the order of the file.
  const std::vector<MetadataEntry> &metadata() const { return entries; }
  bool has(std::string_view key) const { return entry(key) != nullptr; }
  const MetadataEntry *entry(std::string_view key) const;
  /// `u32`, `string`, `array of f32`; `none` when the key is absent.
  std::string kind(std::string_view key) const;
  /// The value for a reader: numbers as they are, strings quoted and cut, arrays with their first `items`
  /// elements.
  std::string describe(const MetadataEntry &entry, size_t items = 4) const;

  // Typed metadata. Error: `<path>: key '<key>': expected a <kind>, got <kind or none>`.
  Expected<std::string> text(std::string_view key) const;
  Expected<uint64_t> count(std::string_view key) const; ///< any integer type, not negative
  Expected<double> number(std::string_view key) const;  ///< any number type
  Expected<bool> flag(std::string_view key) const;
  /// Arrays. The strings lie in the mapping.
  Expected<std::vector<std::string_view>> texts(std::string_view key) const;
  Expected<std::vector<int64_t>>
  integers(std::string_view key) const; ///< of any integer type, or bools as 0 and 1
  Expected<std::vector<float>> numbers(std::string_view key) const; ///< of any number type, rounded to f32

private:
  friend class GgufReader;
  GgufFile() = default;
  Error expected(std::string_view key, std::string_view what) const;

  std::optional<MappedFile> mapping;
  std::string name;
  std::string_view contents;
  uint32_t fileVersion = 0;
  uint64_t dataAlignment = 32;
  std::optional<I2SLayout> layout;
  std::vector<MetadataEntry> entries;
  std::vector<TensorInfo> tensorList;
  std::unordered_map<std::string_view, size_t> entryIndex, tensorIndex;
};

} // namespace accord::model
