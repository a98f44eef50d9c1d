// A model file that holds one random tensor `w`, in memory.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "runtime/model/tensor_values.h"
#include "test/support/tiny_model.h"
#include <catch2/catch.hpp>

namespace accord::test {

/// A storage by the name that the IR has for it.
inline std::string storageName(model::TensorType type, model::I2SLayout layout) {
  if (type == model::TensorType::I2_S)
    return layout == model::I2SLayout::X86 ? "i2_s_x86" : "i2_s_arm";
  std::string name(model::toString(type));
  for (char &c : name)
    c = char(std::tolower(c));
  return model::blockFormatOf(type) ? "gguf_" + name : name;
}

/// Are the scales of this format numbers that no f16 holds: two-level ones, and that of I2_S?
inline bool hasF32Scales(model::TensorType type) {
  auto format = model::blockFormatOf(type);
  if (type == model::TensorType::I2_S || !format)
    return type == model::TensorType::I2_S;
  const golden::BlockInfo &info = golden::blockInfo(*format);
  return info.weights == 256 && (info.values.bits != 2 || info.values.hasMin);
}

struct OneTensor {
  std::string bytes;
  std::unique_ptr<model::GgufFile> file;
  OneTensor(model::TensorType type, int64_t n, int64_t k, model::I2SLayout layout = model::I2SLayout::X86) {
    GgufWriter writer;
    writer.tensor("w", type, {n, k}, randomTensor(type, n, k, 1.0f, uint64_t(n * k), layout));
    bytes = writer.bytes();
    auto parsed = model::GgufFile::parse(bytes, "memory", {layout});
    REQUIRE(parsed);
    file = std::move(*parsed);
  }
};

} // namespace accord::test
