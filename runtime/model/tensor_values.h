// Tensors of a file as golden's formats, and widened to f32.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "runtime/model/gguf.h"
#include "sim/golden/formats.h"

namespace accord::model {

/// The block format of a quantized type; nothing for F32, F16 and BF16. I2_S takes its layout.
std::optional<golden::BlockFormat> blockFormatOf(TensorType type, I2SLayout layout = I2SLayout::X86);

/// Rows first .. first + count of `tensor` -> out [count][k], k the last dimension; golden's values to the
/// bit, every type. Rows of a tensor of more than two dimensions are counted through. Offline work: about 0.1
/// G weights a second. Error: `tensor 'x': row r, weight k: expected a code of 0 to 2, got 3` (I2_S); rows
/// outside the tensor.
Status widenRows(const TensorInfo &tensor, int64_t first, int64_t count, float *out,
                 I2SLayout layout = I2SLayout::X86);

} // namespace accord::model
