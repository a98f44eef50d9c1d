// Every claim of a GGUF file, checked where it is read.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/gguf_reader.h"
#include "runtime/model/foreign_file.h"

#include <algorithm>
#include <limits>

namespace accord::model {
namespace {

// Bounds of ggml's reader (gguf.cpp), and of its specification for keys.
constexpr uint64_t longestString = uint64_t(1) << 30;
constexpr uint64_t longestArray = uint64_t(1) << 30;
constexpr uint64_t longestKey = 65535;
constexpr uint64_t longestTensorName = 63;
constexpr uint64_t mostDims = 4;
/// Arrays of arrays of ...: deep enough for any use, shallow enough for recursion.
constexpr int deepestArray = 4;

constexpr uint64_t headerBytes = 24;
// Fewest bytes of a record: bounds what a count can claim.
constexpr uint64_t leastEntry = 8 + 1 + 4 + 1;
constexpr uint64_t leastTensor = 8 + 1 + 4 + 4 + 8;

/// What is reserved on the word of a count.
constexpr uint64_t mostReserved = 1 << 16;

/// Fewest bytes of an array's element.
uint64_t leastBytes(ValueType element) {
  if (element == ValueType::String)
    return 8;
  return element == ValueType::Array ? 12 : fixedBytes(element);
}

bool isPowerOfTwo(uint64_t v) { return v != 0 && (v & (v - 1)) == 0; }

std::string supportedTypes() {
  std::string names;
  for (const TensorType type : allTensorTypes())
    names += (names.empty() ? "" : ", ") + std::string(toString(type));
  return names;
}

std::string shapeText(const std::vector<int64_t> &shape) {
  std::string text;
  for (const int64_t dim : shape)
    text += (text.empty() ? "" : " x ") + std::to_string(dim);
  return text;
}

} // namespace

uint64_t fixedBytes(ValueType type) {
  switch (type) {
  case ValueType::U8:
  case ValueType::I8:
  case ValueType::Bool:
    return 1;
  case ValueType::U16:
  case ValueType::I16:
    return 2;
  case ValueType::U32:
  case ValueType::I32:
  case ValueType::F32:
    return 4;
  case ValueType::U64:
  case ValueType::I64:
  case ValueType::F64:
    return 8;
  case ValueType::String:
  case ValueType::Array:
    break;
  }
  return 0;
}

bool isInteger(ValueType type) {
  switch (type) {
  case ValueType::F32:
  case ValueType::F64:
  case ValueType::Bool:
  case ValueType::String:
  case ValueType::Array:
    return false;
  default:
    return true;
  }
}

uint64_t littleEndian(const uint8_t *bytes, uint64_t count) {
  uint64_t value = 0;
  for (uint64_t i = 0; i < count; ++i)
    value |= uint64_t(bytes[i]) << (8 * i);
  return value;
}

void GgufReader::fail(uint64_t where, const std::string &expected, const std::string &got) {
  if (failed())
    return;
  failure = file.name + ": " + (place.empty() ? "byte " + std::to_string(where) : place) + ": expected " +
            expected + ", got " + got;
  at = bytes.size();
}

uint64_t GgufReader::number(uint64_t size, const char *what) {
  if (failed())
    return 0;
  if (remaining() < size) {
    const std::string left = std::to_string(remaining());
    place.clear(); // where the file ends says more
    fail(at, what + (" of " + std::to_string(size)) + " bytes", "the end of the file after " + left);
    return 0;
  }
  const uint64_t value = littleEndian(reinterpret_cast<const uint8_t *>(bytes.data()) + at, size);
  at += size;
  return value;
}

std::string_view GgufReader::string(const char *what, uint64_t limit) {
  const uint64_t where = at, size = number(8, what);
  if (size > limit)
    fail(where, what + (" of at most " + std::to_string(limit)) + " bytes", std::to_string(size));
  if (size > remaining())
    fail(where, what + (" of at most the " + std::to_string(remaining())) + " bytes left in the file",
         std::to_string(size));
  if (failed())
    return {};
  const std::string_view value = bytes.substr(at, size);
  at += size;
  return value;
}

uint64_t GgufReader::recordCount(const char *what, uint64_t least) {
  const uint64_t where = at, count = number(8, what);
  if (count > bytes.size() / least)
    fail(where, what + (" that fits the file's " + std::to_string(bytes.size())) + " bytes",
         std::to_string(count));
  return failed() ? 0 : count;
}

void GgufReader::header() {
  if (bytes.size() < 4 || bytes.substr(0, 4) != "GGUF") {
    const std::string foreign = describeForeign(bytes.substr(0, 64));
    fail(0, "the magic 'GGUF'",
         bytes.empty()     ? "an empty file"
         : foreign.empty() ? quoted(bytes.substr(0, 4))
                           : foreign);
    return;
  }
  at = 4;
  const auto version = static_cast<uint32_t>(number(4, "version"));
  // A small number whose bytes are reversed has no low half.
  if (version != 0 && (version & 0xffff) == 0)
    fail(4, "version 2 or 3",
         std::to_string(version) + ", whose bytes are swapped; convert the big-endian file to little endian");
  if (version != 2 && version != 3)
    fail(4, "version 2 or 3", std::to_string(version));
  if (bytes.size() < headerBytes)
    fail(bytes.size(), "a header of " + std::to_string(headerBytes) + " bytes",
         "the end of the file after " + std::to_string(bytes.size()));
  file.fileVersion = version;
  tensorCount = recordCount("a number of tensors", leastTensor);
  entryCount = recordCount("a number of metadata keys", leastEntry);
}

ValueType GgufReader::valueType(const char *what) {
  const uint64_t where = at, type = number(4, what);
  if (type > uint64_t(ValueType::F64))
    fail(where, what + std::string(" of 0 to 12"), std::to_string(type));
  return failed() ? ValueType::U8 : ValueType(type);
}

std::pair<ValueType, uint64_t> GgufReader::arrayHeader() {
  const ValueType element = valueType("an element type");
  const uint64_t where = at, count = number(8, "a number of elements");
  const uint64_t most = std::min(longestArray, remaining() / leastBytes(element));
  if (count > most)
    fail(where,
         "at most " + std::to_string(most) + " elements (" + std::to_string(remaining()) +
             " bytes are left in the file)",
         std::to_string(count));
  return {element, failed() ? 0 : count};
}

void GgufReader::skipElements(ValueType element, uint64_t count, int depth) {
  if (element == ValueType::Array && depth == deepestArray) {
    fail(at, "arrays in at most " + std::to_string(deepestArray) + " levels", "more");
    return;
  }
  if (const uint64_t size = fixedBytes(element); size != 0 && element != ValueType::Bool) {
    if (!failed())
      at += size * count; // arrayHeader has checked that they fit
    return;
  }
  for (uint64_t i = 0; i < count && !failed(); ++i) {
    if (element != ValueType::Array) {
      skipValue(element);
      continue;
    }
    const auto [inner, innerCount] = arrayHeader();
    skipElements(inner, innerCount, depth + 1);
  }
}

void GgufReader::skipValue(ValueType type) {
  if (type == ValueType::String) {
    string("a string", longestString);
  } else if (type == ValueType::Bool) {
    const uint64_t where = at, value = number(1, "a bool");
    if (value > 1)
      fail(where, "a bool of 0 or 1", std::to_string(value));
  } else {
    number(fixedBytes(type), "a number");
  }
}

void GgufReader::metadataEntry() {
  const uint64_t where = at;
  MetadataEntry entry{string("a key", longestKey), ValueType::U8, ValueType::U8, 1, nullptr};
  if (failed())
    return;
  if (entry.key.empty())
    fail(where, "a key of at least one character", "an empty one");
  place = "key " + quoted(entry.key);
  if (!file.entryIndex.emplace(entry.key, file.entries.size()).second)
    fail(where, "it once", "it again at byte " + std::to_string(where));
  entry.type = valueType("a value type");
  if (entry.type == ValueType::Array)
    std::tie(entry.element, entry.count) = arrayHeader();
  entry.data = reinterpret_cast<const uint8_t *>(bytes.data()) + at;
  if (entry.type == ValueType::Array)
    skipElements(entry.element, entry.count, 1);
  else
    skipValue(entry.type);
  file.entries.push_back(entry);
  place.clear();
}

void GgufReader::readAlignment() {
  const char *key = "general.alignment";
  if (failed() || !file.has(key))
    return;
  const Expected<uint64_t> alignment = file.count(key);
  if (!alignment)
    failure = alignment.error().message;
  else if (!isPowerOfTwo(*alignment) || *alignment > uint64_t(1) << 31)
    failure = file.name + ": key '" + key + "': expected a power of two up to 2147483648, got " +
              std::to_string(*alignment);
  else
    file.dataAlignment = *alignment;
}

void GgufReader::tensorInfo() {
  const uint64_t where = at;
  const std::string_view name = string("a tensor name", longestTensorName);
  if (failed())
    return;
  if (name.empty())
    fail(where, "a tensor name of at least one character", "an empty one");
  place = "tensor " + quoted(name);
  if (!file.tensorIndex.emplace(name, file.tensorList.size()).second)
    fail(where, "it once", "it again at byte " + std::to_string(where));
  const uint64_t dims = number(4, "a number of dimensions");
  if (dims > mostDims)
    fail(where, "at most " + std::to_string(mostDims) + " dimensions", std::to_string(dims));
  TensorInfo tensor{std::string(name), TensorType::F32, {}, 0, nullptr};
  int64_t elements = 1;
  for (uint64_t i = 0; i < dims && !failed(); ++i) {
    const uint64_t dim = number(8, "a dimension");
    if (!failed() && (dim == 0 || dim > uint64_t(std::numeric_limits<int64_t>::max())))
      fail(where, "dimensions from 1 to 2^63 - 1", std::to_string(dim));
    tensor.shape.insert(tensor.shape.begin(), static_cast<int64_t>(dim));
    if (!failed() && __builtin_mul_overflow(elements, static_cast<int64_t>(dim), &elements))
      fail(where, "fewer than 2^63 elements", shapeText(tensor.shape));
  }
  const auto type = static_cast<uint32_t>(number(4, "a tensor type"));
  const uint64_t offset = number(8, "an offset");
  if (failed())
    return;
  tensor.type = TensorType(type);
  if (toString(tensor.type).empty())
    fail(where, "one of the types " + supportedTypes(), describeTensorTypeId(type));
  else if (tensor.type == TensorType::I2_S && !file.layout)
    fail(where, "to be told the layout of I2_S (--i2s-layout x86 or arm), which the file does not hold",
         "none");
  if (failed())
    return;
  const I2SLayout layout = file.layout.value_or(I2SLayout::X86);
  const int64_t block = blockOf(tensor.type, layout).weights,
                k = tensor.shape.empty() ? 1 : tensor.shape.back();
  if (k % block != 0)
    fail(where,
         "rows of whole blocks of " + std::to_string(block) + " (" + std::string(toString(tensor.type)) + ")",
         std::to_string(k));
  const std::optional<int64_t> size = tensorBytes(tensor.type, elements / k, k, layout);
  if (!size)
    fail(where, "fewer than 2^63 bytes", shapeText(tensor.shape));
  if (failed())
    return;
  tensor.bytes = static_cast<uint64_t>(*size);
  file.tensorList.push_back(std::move(tensor));
  offsets.push_back(offset);
  place.clear();
}

/// Tensors follow each other in the order of their records, each padded to the alignment.
void GgufReader::placeTensors() {
  const uint64_t padding = file.dataAlignment - 1;
  const uint64_t data = (at + padding) & ~padding;
  const uint64_t available = data > bytes.size() ? 0 : bytes.size() - data;
  uint64_t next = 0;
  for (size_t i = 0; i < offsets.size() && !failed(); ++i) {
    TensorInfo &tensor = file.tensorList[i];
    place = "tensor " + quoted(tensor.name);
    if (offsets[i] != next)
      fail(at,
           "offset " + std::to_string(next) + ", where the tensor before it ends, padded to " +
               std::to_string(file.dataAlignment),
           std::to_string(offsets[i]));
    else if (next > available || tensor.bytes > available - next)
      fail(at,
           "its " + std::to_string(tensor.bytes) + " bytes from byte " + std::to_string(data + next) +
               " inside the file",
           "a file of " + std::to_string(bytes.size()) + " bytes");
    if (failed())
      return;
    tensor.data = reinterpret_cast<const uint8_t *>(bytes.data()) + data + next;
    next = (next + tensor.bytes + padding) & ~padding;
  }
}

Status GgufReader::read() {
  header();
  file.entries.reserve(std::min(entryCount, mostReserved));
  for (uint64_t i = 0; i < entryCount && !failed(); ++i)
    metadataEntry();
  readAlignment();
  file.tensorList.reserve(std::min(tensorCount, mostReserved));
  for (uint64_t i = 0; i < tensorCount && !failed(); ++i)
    tensorInfo();
  if (!failed())
    placeTensors();
  if (failed())
    return Error{failure};
  return {};
}

} // namespace accord::model
