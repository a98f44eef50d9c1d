// The number formats of tensors in GGUF files.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace accord::model {

/// ggml's type ids, as in the file (source: ggml.h). I2_S is that of microsoft/BitNet, an id that ggml has
/// given up.
enum class TensorType : uint32_t {
  F32 = 0,
  F16 = 1,
  Q4_0 = 2,
  Q4_1 = 3,
  Q5_0 = 6,
  Q5_1 = 7,
  Q8_0 = 8,
  Q2_K = 10,
  Q3_K = 11,
  Q4_K = 12,
  Q5_K = 13,
  Q6_K = 14,
  BF16 = 30,
  TQ1_0 = 34,
  TQ2_0 = 35,
  I2_S = 36
};

/// How I2_S lies in the file, which the file does not say: the build of BitNet that wrote it decides. X86:
/// 128 weights in 32 bytes. ARM: 64 weights in 16 bytes.
enum class I2SLayout { X86, ARM };

/// `Q4_K`; empty for an id that is not in TensorType.
std::string_view toString(TensorType type);
/// For messages: `Q4_K (12)`, also `IQ4_XS (23)` of formats that only ggml knows, or `99`.
std::string describeTensorTypeId(uint32_t id);
/// Every member of TensorType, by id.
const std::vector<TensorType> &allTensorTypes();
/// The type of this name (`Q4_K`, also `q4_k`), if there is one.
std::optional<TensorType> tensorTypeOf(std::string_view name);

/// The unit in which a row is stored: weights along K, and their bytes.
struct TensorBlock {
  int64_t weights, bytes;
};
/// Of a member of TensorType. I2_S takes its layout.
TensorBlock blockOf(TensorType type, I2SLayout layout = I2SLayout::X86);

/// Bytes behind the codes of an I2_S tensor: the f32 scale and padding.
constexpr int64_t trailerBytesI2S = 32;
/// Bytes of a tensor of `rows` rows of `k` weights, whole blocks; nothing when they do not fit 63 bits.
std::optional<int64_t> tensorBytes(TensorType type, int64_t rows, int64_t k,
                                   I2SLayout layout = I2SLayout::X86);

} // namespace accord::model
