// Widening of tensors through golden.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/tensor_values.h"

#include <cstring>

namespace accord::model {

using golden::BlockFormat;

std::optional<BlockFormat> blockFormatOf(TensorType type, I2SLayout layout) {
  switch (type) {
  case TensorType::Q4_0:
    return BlockFormat::Q4_0;
  case TensorType::Q4_1:
    return BlockFormat::Q4_1;
  case TensorType::Q5_0:
    return BlockFormat::Q5_0;
  case TensorType::Q5_1:
    return BlockFormat::Q5_1;
  case TensorType::Q8_0:
    return BlockFormat::Q8_0;
  case TensorType::Q2_K:
    return BlockFormat::Q2_K;
  case TensorType::Q3_K:
    return BlockFormat::Q3_K;
  case TensorType::Q4_K:
    return BlockFormat::Q4_K;
  case TensorType::Q5_K:
    return BlockFormat::Q5_K;
  case TensorType::Q6_K:
    return BlockFormat::Q6_K;
  case TensorType::TQ1_0:
    return BlockFormat::TQ1_0;
  case TensorType::TQ2_0:
    return BlockFormat::TQ2_0;
  case TensorType::I2_S:
    return layout == I2SLayout::X86 ? BlockFormat::I2_S_X86 : BlockFormat::I2_S_ARM;
  case TensorType::F32:
  case TensorType::F16:
  case TensorType::BF16:
    break;
  }
  return std::nullopt;
}

/// Rows of a quantized tensor, one at a time: codes of one row are all the memory it takes.
static Status widenBlocks(BlockFormat format, const TensorInfo &tensor, int64_t first, int64_t count,
                          int64_t k, float *out) {
  const golden::WeightFormat f = golden::weightFormat(format, k);
  const golden::BlockInfo &info = golden::blockInfo(format);
  const auto rowBytes = static_cast<size_t>(k / info.weights * info.bytes);
  const size_t rows = static_cast<size_t>(tensor.numElements() / k);
  // golden wants the scale of I2_S behind the codes it decodes.
  const bool scaleApart = info.values.group == 0;
  std::vector<uint8_t> row(scaleApart ? rowBytes + trailerBytesI2S : 0);
  if (scaleApart)
    std::memcpy(row.data() + rowBytes, tensor.data + rows * rowBytes, trailerBytesI2S);
  std::vector<uint8_t> codes(static_cast<size_t>(k));
  std::vector<float> d(static_cast<size_t>(golden::ceilDiv(k, f.group))), min(d.size());
  for (int64_t r = 0; r < count; ++r) {
    const uint8_t *blocks = tensor.data + static_cast<size_t>(first + r) * rowBytes;
    if (scaleApart) {
      std::memcpy(row.data(), blocks, rowBytes);
      blocks = row.data();
    }
    if (Status s = golden::decodeBlocks(format, blocks, 1, k, codes.data(), d.data(), min.data()); !s)
      return Error{"tensor '" + tensor.name + "': at row " + std::to_string(first + r) + ": " +
                   s.error().message};
    golden::dequantize(codes.data(), d.data(), f.hasMin ? min.data() : nullptr, f.zero, 1, k, f.group,
                       out + r * k);
  }
  return {};
}

Status widenRows(const TensorInfo &tensor, int64_t first, int64_t count, float *out, I2SLayout layout) {
  const int64_t k = tensor.shape.empty() ? 1 : tensor.shape.back(), rows = tensor.numElements() / k;
  if (first < 0 || count < 0 || first > rows || count > rows - first)
    return Error{"tensor '" + tensor.name + "': expected rows of 0 to " + std::to_string(rows) + ", got " +
                 std::to_string(count) + " from " + std::to_string(first)};
  if (const std::optional<BlockFormat> format = blockFormatOf(tensor.type, layout))
    return widenBlocks(*format, tensor, first, count, k, out);
  const uint8_t *bytes = tensor.data + first * k * blockOf(tensor.type).bytes;
  if (tensor.type == TensorType::F32)
    golden::decodeF32(bytes, count * k, out);
  else if (tensor.type == TensorType::F16)
    golden::decodeF16(bytes, count * k, out);
  else
    golden::decodeBF16(bytes, count * k, out);
  return {};
}

} // namespace accord::model
