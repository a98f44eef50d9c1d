// GGUF files written as text, so that a fuzzer changes what they say and not where their bytes lie; what it
// can do to the bytes, fuzz_gguf shows.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "test/support/gguf_writer.h"

namespace accord::fuzz {

/// A line says one thing; \n, \\ and \xHH stand for bytes.
///
///   str KEY TEXT     u32 KEY N     u64 KEY N     f32 KEY X     bool KEY N
///   strs KEY TEXT    i32s KEY N    f32s KEY X    one more element of an array
///   tensor NAME TYPE EXTENT...                   outermost first; zeros, none of a tensor of more than 64
///   KiB
///
/// A line of another kind is the caller's.
struct GgufText {
  explicit GgufText(std::string_view text);

  std::string bytes;
  std::vector<std::pair<std::string, std::string>> others; ///< kind and rest
};

/// The bytes that \n, \\ and \xHH stand for.
std::string unescaped(std::string_view text);

} // namespace accord::fuzz
