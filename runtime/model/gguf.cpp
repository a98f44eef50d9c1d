// Typed access to the metadata of a parsed GGUF file.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/gguf.h"
#include "runtime/model/gguf_reader.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace accord::model {
namespace {

int64_t signedNumber(const uint8_t *data, ValueType type) {
  const uint64_t bits = littleEndian(data, fixedBytes(type));
  switch (type) {
  case ValueType::I8:
    return static_cast<int8_t>(bits);
  case ValueType::I16:
    return static_cast<int16_t>(bits);
  case ValueType::I32:
    return static_cast<int32_t>(bits);
  default:
    return static_cast<int64_t>(bits);
  }
}

bool isNumber(ValueType type) { return isInteger(type) || type == ValueType::F32 || type == ValueType::F64; }

double realNumber(const uint8_t *data, ValueType type) {
  const uint64_t bits = littleEndian(data, fixedBytes(type));
  if (type == ValueType::F32) {
    const auto low = static_cast<uint32_t>(bits);
    float value;
    std::memcpy(&value, &low, sizeof value);
    return static_cast<double>(value);
  }
  if (type == ValueType::F64) {
    double value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }
  return type == ValueType::U64 ? static_cast<double>(bits) : static_cast<double>(signedNumber(data, type));
}

/// The string at `data`, whose length stands before it.
std::string_view stringAt(const uint8_t *data) {
  return {reinterpret_cast<const char *>(data) + 8, littleEndian(data, 8)};
}

std::string describeElement(const uint8_t *data, ValueType type) {
  if (type == ValueType::String)
    return quoted(stringAt(data));
  if (type == ValueType::Bool)
    return *data ? "true" : "false";
  if (type == ValueType::U64)
    return std::to_string(littleEndian(data, 8));
  if (isInteger(type))
    return std::to_string(signedNumber(data, type));
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", realNumber(data, type));
  return text;
}

} // namespace

std::string_view toString(ValueType type) {
  constexpr std::string_view names[] = {"u8",   "i8",     "u16",   "i16", "u32", "i32", "f32",
                                        "bool", "string", "array", "u64", "i64", "f64"};
  return names[static_cast<size_t>(type)];
}

int64_t TensorInfo::numElements() const {
  int64_t product = 1;
  for (const int64_t dim : shape)
    product *= dim;
  return product;
}

Expected<std::unique_ptr<GgufFile>> GgufFile::parse(std::string_view bytes, const std::string &name,
                                                    const OpenOptions &options) {
  std::unique_ptr<GgufFile> file(new GgufFile);
  file->name = name;
  file->contents = bytes;
  file->layout = options.i2s;
  if (Status s = GgufReader(bytes, *file).read(); !s)
    return s.error();
  return file;
}

Expected<std::unique_ptr<GgufFile>> GgufFile::open(const std::string &path, const OpenOptions &options) {
  Expected<MappedFile> mapping = MappedFile::open(path);
  if (!mapping)
    return mapping.error();
  Expected<std::unique_ptr<GgufFile>> file = parse(mapping->bytes(), path, options);
  if (file)
    (*file)->mapping = std::move(*mapping);
  return file;
}

void GgufFile::release(const TensorInfo &tensor) const {
  if (mapping)
    mapping->release({reinterpret_cast<const char *>(tensor.data), size_t(tensor.bytes)});
}

const TensorInfo *GgufFile::find(std::string_view tensor) const {
  const auto found = tensorIndex.find(tensor);
  return found == tensorIndex.end() ? nullptr : &tensorList[found->second];
}

const MetadataEntry *GgufFile::entry(std::string_view key) const {
  const auto found = entryIndex.find(key);
  return found == entryIndex.end() ? nullptr : &entries[found->second];
}

std::string GgufFile::kind(std::string_view key) const {
  const MetadataEntry *found = entry(key);
  if (!found)
    return "none";
  return (found->type == ValueType::Array ? "array of " : "") +
         std::string(toString(found->type == ValueType::Array ? found->element : found->type));
}

std::string GgufFile::describe(const MetadataEntry &entry, size_t items) const {
  if (entry.type != ValueType::Array)
    return describeElement(entry.data, entry.type);
  const uint64_t shown = entry.element == ValueType::Array ? 0 : std::min<uint64_t>(items, entry.count);
  std::string text = "[";
  const uint8_t *data = entry.data;
  for (uint64_t i = 0; i < shown; ++i) {
    text += (i ? ", " : "") + describeElement(data, entry.element);
    data += entry.element == ValueType::String ? 8 + littleEndian(data, 8) : fixedBytes(entry.element);
  }
  if (shown < entry.count)
    text += shown ? ", ..." : "...";
  return text + "] of " + std::to_string(entry.count) + " " + std::string(toString(entry.element));
}

Error GgufFile::expected(std::string_view key, std::string_view what) const {
  return Error{name + ": key " + quoted(key) + ": expected " + std::string(what) + ", got " + kind(key)};
}

Expected<std::string> GgufFile::text(std::string_view key) const {
  const MetadataEntry *found = entry(key);
  if (!found || found->type != ValueType::String)
    return expected(key, "a string");
  return std::string(stringAt(found->data));
}

Expected<uint64_t> GgufFile::count(std::string_view key) const {
  const MetadataEntry *found = entry(key);
  if (!found || !isInteger(found->type))
    return expected(key, "a non-negative integer");
  const int64_t value = signedNumber(found->data, found->type);
  if (value < 0 && found->type != ValueType::U64)
    return Error{name + ": key " + quoted(key) + ": expected a non-negative integer, got " +
                 std::to_string(value)};
  return static_cast<uint64_t>(value);
}

Expected<double> GgufFile::number(std::string_view key) const {
  const MetadataEntry *found = entry(key);
  if (!found || !isNumber(found->type))
    return expected(key, "a number");
  return realNumber(found->data, found->type);
}

Expected<bool> GgufFile::flag(std::string_view key) const {
  const MetadataEntry *found = entry(key);
  if (!found || found->type != ValueType::Bool)
    return expected(key, "a bool");
  return *found->data != 0;
}

Expected<std::vector<std::string_view>> GgufFile::texts(std::string_view key) const {
  const MetadataEntry *found = entry(key);
  if (!found || found->type != ValueType::Array || found->element != ValueType::String)
    return expected(key, "an array of strings");
  std::vector<std::string_view> values;
  values.reserve(found->count);
  const uint8_t *data = found->data;
  for (uint64_t i = 0; i < found->count; ++i) {
    values.push_back(stringAt(data));
    data += 8 + values.back().size();
  }
  return values;
}

Expected<std::vector<int64_t>> GgufFile::integers(std::string_view key) const {
  const MetadataEntry *found = entry(key);
  if (!found || found->type != ValueType::Array ||
      !(isInteger(found->element) || found->element == ValueType::Bool))
    return expected(key, "an array of integers");
  std::vector<int64_t> values;
  values.reserve(found->count);
  for (uint64_t i = 0; i < found->count; ++i) {
    const uint8_t *data = found->data + i * fixedBytes(found->element);
    values.push_back(signedNumber(data, found->element));
    if (found->element == ValueType::U64 && values.back() < 0)
      return Error{name + ": key " + quoted(key) + ": expected integers below 2^63, got " +
                   std::to_string(littleEndian(data, 8))};
  }
  return values;
}

Expected<std::vector<float>> GgufFile::numbers(std::string_view key) const {
  const MetadataEntry *found = entry(key);
  if (!found || found->type != ValueType::Array || !isNumber(found->element))
    return expected(key, "an array of numbers");
  std::vector<float> values;
  values.reserve(found->count);
  for (uint64_t i = 0; i < found->count; ++i)
    values.push_back(
        static_cast<float>(realNumber(found->data + i * fixedBytes(found->element), found->element)));
  return values;
}

} // namespace accord::model
