// UTF-8 and the three character classes that pre-tokenizers ask for, of Unicode 15.1.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace accord::tokenizer {

/// \p{L}, \p{N} and \s; Other is everything else, code points without a character included.
enum class CharClass : uint8_t { Other, Letter, Number, Space };
CharClass classOf(uint32_t codePoint);

/// What stands at one place of a text.
struct Decoded {
  uint32_t codePoint; ///< U+FFFD where no character begins
  uint32_t bytes;     ///< 1 where no character begins
};
/// Needs at < text.size(). As lenient as llama.cpp: overlong forms and surrogates are taken as they are.
Decoded decodeUtf8(std::string_view text, size_t at);

/// Needs codePoint <= 0x10FFFF.
void appendUtf8(std::string &text, uint32_t codePoint);

/// The text with U+FFFD for every byte that begins no character, and the shortest form of every other: what
/// llama.cpp hands to byte-level BPE. (Above U+10FFFF, where llama.cpp aborts, every byte becomes U+FFFD.)
std::string repairUtf8(std::string_view text);

/// The length that a first byte promises, 1 for a byte that begins no character.
uint32_t promisedLength(char first);

} // namespace accord::tokenizer
