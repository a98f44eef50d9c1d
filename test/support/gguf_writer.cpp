// The bytes of a GGUF file, field by field.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/support/gguf_writer.h"

#include <cstring>
#include <fstream>

namespace accord::test {

using model::ValueType;

std::string numberBytes(uint64_t value, int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i)
    bytes += static_cast<char>(value >> (8 * i) & 0xff);
  return bytes;
}

std::string stringBytes(std::string_view value) { return numberBytes(value.size(), 8) + std::string(value); }

static std::string floatBytes(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return numberBytes(bits, 4);
}

static std::string arrayHeader(ValueType element, size_t count) {
  return numberBytes(static_cast<uint64_t>(element), 4) + numberBytes(count, 8);
}

void GgufWriter::raw(std::string_view key, uint32_t type, std::string_view bytes) {
  metadata += stringBytes(key) + numberBytes(type, 4) + std::string(bytes);
  ++keys;
}

void GgufWriter::u32(std::string_view key, uint32_t value) { raw(key, 4, numberBytes(value, 4)); }
void GgufWriter::u64(std::string_view key, uint64_t value) { raw(key, 10, numberBytes(value, 8)); }
void GgufWriter::i32(std::string_view key, int32_t value) {
  raw(key, 5, numberBytes(static_cast<uint32_t>(value), 4));
}
void GgufWriter::f32(std::string_view key, float value) { raw(key, 6, floatBytes(value)); }
void GgufWriter::flag(std::string_view key, bool value) { raw(key, 7, numberBytes(value, 1)); }
void GgufWriter::text(std::string_view key, std::string_view value) { raw(key, 8, stringBytes(value)); }

void GgufWriter::texts(std::string_view key, const std::vector<std::string> &values) {
  std::string bytes = arrayHeader(ValueType::String, values.size());
  for (const std::string &value : values)
    bytes += stringBytes(value);
  raw(key, 9, bytes);
}

void GgufWriter::i32s(std::string_view key, const std::vector<int32_t> &values) {
  std::string bytes = arrayHeader(ValueType::I32, values.size());
  for (const int32_t value : values)
    bytes += numberBytes(static_cast<uint32_t>(value), 4);
  raw(key, 9, bytes);
}

void GgufWriter::f32s(std::string_view key, const std::vector<float> &values) {
  std::string bytes = arrayHeader(ValueType::F32, values.size());
  for (const float value : values)
    bytes += floatBytes(value);
  raw(key, 9, bytes);
}

void GgufWriter::setAlignment(uint32_t bytes) {
  u32("general.alignment", bytes);
  alignment = bytes;
}

void GgufWriter::tensor(std::string_view name, model::TensorType type, std::vector<int64_t> shape,
                        std::string bytes) {
  tensors.push_back(
      {std::string(name), static_cast<uint32_t>(type), std::move(shape), std::move(bytes), std::nullopt});
}

std::string GgufWriter::bytes() const {
  const auto pad = [this](std::string &text) {
    while (alignment && text.size() % alignment != 0)
      text += '\0';
  };
  std::string file = "GGUF" + numberBytes(version, 4) + numberBytes(tensorCount.value_or(tensors.size()), 8) +
                     numberBytes(keyCount.value_or(keys), 8) + metadata;
  std::string data;
  for (const Tensor &t : tensors) {
    file += stringBytes(t.name) + numberBytes(t.shape.size(), 4);
    for (size_t i = t.shape.size(); i-- > 0;)
      file += numberBytes(static_cast<uint64_t>(t.shape[i]), 8);
    file += numberBytes(t.type, 4) + numberBytes(t.offset.value_or(data.size()), 8);
    data += t.bytes;
    pad(data);
  }
  pad(file);
  return file + data;
}

Status GgufWriter::write(const std::string &path) const {
  std::ofstream file(path, std::ios::binary);
  const std::string contents = bytes();
  file.write(contents.data(), static_cast<std::streamsize>(contents.size()));
  file.close();
  if (!file)
    return Error{path + ": expected a writable file, got an error"};
  return {};
}

} // namespace accord::test
