// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/fuzz/gguf_text.h"

#include <cstdlib>

namespace accord::fuzz {

using test::GgufWriter;

namespace {

/// Cuts off the first word.
std::string cutWord(std::string_view &line) {
  const size_t end = std::min(line.find(' '), line.size());
  std::string word(line.substr(0, end));
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

int hexDigit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

GgufWriter::Tensor tensorOf(std::string_view rest) {
  GgufWriter::Tensor tensor;
  tensor.name = cutWord(rest);
  const std::string typeName = cutWord(rest);
  const std::optional<model::TensorType> type = model::tensorTypeOf(typeName);
  tensor.type = type ? static_cast<uint32_t>(*type)
                     : static_cast<uint32_t>(std::strtoul(typeName.c_str(), nullptr, 10));
  int64_t rows = 1, k = 1;
  while (!rest.empty()) {
    tensor.shape.push_back(std::strtoll(cutWord(rest).c_str(), nullptr, 10));
    if (__builtin_mul_overflow(rows, k, &rows))
      rows = INT64_MAX;
    k = tensor.shape.back();
  }
  if (type && rows > 0 && k > 0)
    if (const std::optional<int64_t> bytes = model::tensorBytes(*type, rows, k); bytes && *bytes <= 1 << 16)
      for (int64_t i = 0; i < *bytes; ++i)
        tensor.bytes += "\0\0\x80\x3f"[i % 4];
  return tensor;
}

} // namespace

std::string unescaped(std::string_view text) {
  std::string bytes;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      bytes += text[i];
    } else if (text[++i] == 'n') {
      bytes += '\n';
    } else if (text[i] == 'x' && i + 2 < text.size() && hexDigit(text[i + 1]) >= 0 &&
               hexDigit(text[i + 2]) >= 0) {
      bytes += static_cast<char>(hexDigit(text[i + 1]) * 16 + hexDigit(text[i + 2]));
      i += 2;
    } else {
      bytes += text[i];
    }
  }
  return bytes;
}

GgufText::GgufText(std::string_view text) {
  GgufWriter file;
  // Arrays are written behind all other keys.
  std::vector<std::pair<std::string, std::vector<std::string>>> texts;
  std::vector<std::pair<std::string, std::vector<int32_t>>> integers;
  std::vector<std::pair<std::string, std::vector<float>>> numbers;
  const auto append = [](auto &arrays, const std::string &key, auto element) {
    for (auto &[name, elements] : arrays)
      if (name == key)
        return elements.push_back(element);
    arrays.push_back({key, {element}});
  };
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::string kind = cutWord(line);
    if (kind == "tensor") {
      file.tensors.push_back(tensorOf(line));
      continue;
    }
    const std::string_view whole = line;
    const std::string key = cutWord(line), value = unescaped(line);
    const auto integer = [&] { return std::strtoull(value.c_str(), nullptr, 10); };
    const auto number = [&] { return std::strtof(value.c_str(), nullptr); };
    if (kind == "str")
      file.text(key, value);
    else if (kind == "u32")
      file.u32(key, static_cast<uint32_t>(integer()));
    else if (kind == "u64")
      file.u64(key, integer());
    else if (kind == "f32")
      file.f32(key, number());
    else if (kind == "bool")
      file.flag(key, integer() != 0);
    else if (kind == "strs")
      append(texts, key, value);
    else if (kind == "i32s")
      append(integers, key, static_cast<int32_t>(integer()));
    else if (kind == "f32s")
      append(numbers, key, number());
    else
      others.emplace_back(kind, whole);
  }
  for (const auto &[key, elements] : texts)
    file.texts(key, elements);
  for (const auto &[key, elements] : integers)
    file.i32s(key, elements);
  for (const auto &[key, elements] : numbers)
    file.f32s(key, elements);
  bytes = file.bytes();
}

} // namespace accord::fuzz
