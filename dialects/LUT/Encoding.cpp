// The table of weight storage encodings.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/LUT/Encoding.h"
#include "dialects/LUT/LUT.h"

namespace accord::lut {

// What blocks hold is golden's (sim/golden/formats.h); a test compares the two tables. Q8_0's signed code q
// is held as u = q + 128, ternary codes -1, 0, 1 as 0, 1, 2.
static constexpr EncodingInfo encodings[] = {
    //                           name          fixed bits zero group min    wide   length bytes trailer
    {Storage::GGUFQ4_0, "gguf_q4_0", true, 4, 8, 32, false, false, 32, 18, 0},
    {Storage::GGUFQ4_1, "gguf_q4_1", true, 4, 0, 32, true, false, 32, 20, 0},
    {Storage::GGUFQ5_0, "gguf_q5_0", true, 5, 16, 32, false, false, 32, 22, 0},
    {Storage::GGUFQ5_1, "gguf_q5_1", true, 5, 0, 32, true, false, 32, 24, 0},
    {Storage::GGUFQ8_0, "gguf_q8_0", true, 8, 128, 32, false, false, 32, 34, 0},
    {Storage::GGUFQ2_K, "gguf_q2_k", true, 2, 0, 16, true, true, 256, 84, 0},
    {Storage::GGUFQ3_K, "gguf_q3_k", true, 3, 4, 16, false, true, 256, 110, 0},
    {Storage::GGUFQ4_K, "gguf_q4_k", true, 4, 0, 32, true, true, 256, 144, 0},
    {Storage::GGUFQ5_K, "gguf_q5_k", true, 5, 0, 32, true, true, 256, 176, 0},
    {Storage::GGUFQ6_K, "gguf_q6_k", true, 6, 32, 16, false, true, 256, 210, 0},
    {Storage::GGUFTQ1_0, "gguf_tq1_0", true, 2, 1, 256, false, false, 256, 54, 0},
    {Storage::GGUFTQ2_0, "gguf_tq2_0", true, 2, 1, 256, false, false, 256, 66, 0},
    {Storage::I2S_X86, "i2_s_x86", true, 2, 1, 0, false, true, 128, 32, 32},
    {Storage::I2S_ARM, "i2_s_arm", true, 2, 1, 0, false, true, 64, 16, 32},
    {Storage::Planes, "planes", false, 0, 0, 0, false, false, 0, 0, 0},
};

const EncodingInfo &encodingInfo(Storage storage) {
  for (const EncodingInfo &info : encodings)
    if (info.storage == storage)
      return info;
  llvm_unreachable("every storage has a row in the table");
}

} // namespace accord::lut
