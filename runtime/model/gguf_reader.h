// The parser behind GgufFile::parse: reads until the first failure.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "runtime/model/gguf.h"
#include "runtime/model/quoted.h"

namespace accord::model {

/// Bytes of a number or bool; 0 for strings and arrays, whose bytes depend on their value.
uint64_t fixedBytes(ValueType type);
bool isInteger(ValueType type);
/// A little-endian number of 1 to 8 bytes.
uint64_t littleEndian(const uint8_t *bytes, uint64_t count);

/// Reads a whole file into a GgufFile. After the first failure every read gives zero.
class GgufReader {
public:
  GgufReader(std::string_view bytes, GgufFile &file) : bytes(bytes), file(file) {}
  Status read();

private:
  bool failed() const { return !failure.empty(); }
  uint64_t remaining() const { return bytes.size() - at; }
  /// The first failure stays. Its place is the key or tensor that is being read, else byte `where`.
  void fail(uint64_t where, const std::string &expected, const std::string &got);
  uint64_t number(uint64_t size, const char *what);
  std::string_view string(const char *what, uint64_t limit);
  uint64_t recordCount(const char *what, uint64_t leastBytes);

  void header();
  void metadataEntry();
  ValueType valueType(const char *what);
  void skipValue(ValueType type);
  void skipElements(ValueType element, uint64_t count, int depth);
  std::pair<ValueType, uint64_t> arrayHeader();
  void readAlignment();
  void tensorInfo();
  void placeTensors();

  std::string_view bytes;
  GgufFile &file;
  uint64_t at = 0;
  uint64_t tensorCount = 0, entryCount = 0;
  std::vector<uint64_t> offsets; ///< of tensors, from the start of the data section
  std::string place;             ///< `key 'x'` or `tensor 'x'` while one is read
  std::string failure;
};

} // namespace accord::model
