// The table of tensor types.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/tensor_type.h"

#include <cctype>

namespace accord::model {
namespace {

struct Row {
  TensorType type;
  const char *name;
  TensorBlock block;
};

constexpr Row rows[] = {
    {TensorType::F32, "F32", {1, 4}},        {TensorType::F16, "F16", {1, 2}},
    {TensorType::Q4_0, "Q4_0", {32, 18}},    {TensorType::Q4_1, "Q4_1", {32, 20}},
    {TensorType::Q5_0, "Q5_0", {32, 22}},    {TensorType::Q5_1, "Q5_1", {32, 24}},
    {TensorType::Q8_0, "Q8_0", {32, 34}},    {TensorType::Q2_K, "Q2_K", {256, 84}},
    {TensorType::Q3_K, "Q3_K", {256, 110}},  {TensorType::Q4_K, "Q4_K", {256, 144}},
    {TensorType::Q5_K, "Q5_K", {256, 176}},  {TensorType::Q6_K, "Q6_K", {256, 210}},
    {TensorType::BF16, "BF16", {1, 2}},      {TensorType::TQ1_0, "TQ1_0", {256, 54}},
    {TensorType::TQ2_0, "TQ2_0", {256, 66}}, {TensorType::I2_S, "I2_S", {128, 32}},
};

/// Types of ggml that Accord does not compute with.
struct OtherType {
  uint32_t id;
  const char *name;
};
constexpr OtherType otherTypes[] = {
    {9, "Q8_1"},
    {15, "Q8_K"},
    {16, "IQ2_XXS"},
    {17, "IQ2_XS"},
    {18, "IQ3_XXS"},
    {19, "IQ1_S"},
    {20, "IQ4_NL"},
    {21, "IQ3_S"},
    {22, "IQ2_S"},
    {23, "IQ4_XS"},
    {24, "I8"},
    {25, "I16"},
    {26, "I32"},
    {27, "I64"},
    {28, "F64"},
    {29, "IQ1_M"},
    {40, "NVFP4"},
    {41, "Q1_0"},
    {42, "Q2_0"},
    // Numbers that forks took for types of their own before ggml did, or after it gave them up.
    {31, "Q4_0_4_4 of ggml, or TL1 or TL2 of a fork"},
    {32, "Q4_0_4_8 of ggml, or TL1 or TL2 of a fork"},
    {33, "Q4_0_8_8 of ggml, or TL1 or TL2 of a fork"},
    {37, "IQ4_NL_4_8 of ggml, or I8_S of BitNet's"},
    {38, "IQ4_NL_8_8 of ggml, or TL1 of BitNet's"},
    {39, "MXFP4 of ggml, or TL2 of BitNet's"},
};

const Row *find(TensorType type) {
  for (const Row &row : rows)
    if (row.type == type)
      return &row;
  return nullptr;
}

} // namespace

std::string_view toString(TensorType type) {
  const Row *row = find(type);
  return row ? row->name : "";
}

std::string describeTensorTypeId(uint32_t id) {
  std::string_view name = toString(TensorType(id));
  for (const OtherType &other : otherTypes)
    if (other.id == id)
      name = other.name;
  return name.empty() ? std::to_string(id) : std::string(name) + " (" + std::to_string(id) + ")";
}

const std::vector<TensorType> &allTensorTypes() {
  static const std::vector<TensorType> all = [] {
    std::vector<TensorType> types;
    for (const Row &row : rows)
      types.push_back(row.type);
    return types;
  }();
  return all;
}

std::optional<TensorType> tensorTypeOf(std::string_view name) {
  std::string upper;
  for (const char c : name)
    upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (const Row &row : rows)
    if (upper == row.name)
      return row.type;
  return std::nullopt;
}

TensorBlock blockOf(TensorType type, I2SLayout layout) {
  if (type == TensorType::I2_S && layout == I2SLayout::ARM)
    return {64, 16};
  const Row *row = find(type);
  return row ? row->block : TensorBlock{1, 0};
}

std::optional<int64_t> tensorBytes(TensorType type, int64_t rowCount, int64_t k, I2SLayout layout) {
  const TensorBlock block = blockOf(type, layout);
  int64_t bytes = 0;
  if (__builtin_mul_overflow(k / block.weights, block.bytes, &bytes) ||
      __builtin_mul_overflow(bytes, rowCount, &bytes) ||
      (type == TensorType::I2_S && __builtin_add_overflow(bytes, trailerBytesI2S, &bytes)))
    return std::nullopt;
  return bytes;
}

} // namespace accord::model
