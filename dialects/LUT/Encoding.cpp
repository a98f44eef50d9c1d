// The table of weight storage encodings.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/LUT/Encoding.h"
#include "dialects/LUT/LUT.h"

namespace accord::lut {

// Block layouts of GGUF: ggml's ggml-common.h (block_q4_1, block_q8_0). Q8_0's signed code q is held as u = q
// + 128.
static constexpr EncodingInfo encodings[] = {
    //                 name         fixed  bits zero group min   length bytes
    {Storage::GGUFQ4_1, "gguf_q4_1", true, 4, 0, 32, true, 32, 20},
    {Storage::GGUFQ8_0, "gguf_q8_0", true, 8, 128, 32, false, 32, 34},
    {Storage::Planes, "planes", false, 0, 0, 0, false, 0, 0},
};

const EncodingInfo &encodingInfo(Storage storage) {
  for (const EncodingInfo &info : encodings)
    if (info.storage == storage)
      return info;
  llvm_unreachable("every storage has a row in the table");
}

} // namespace accord::lut
