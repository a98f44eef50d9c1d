// Text that arrives in pieces of bytes, given on in whole UTF-8 characters.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <string>
#include <string_view>

namespace accord::driver {

/// A token may end within a character, and a terminal that gets half of one shows rubbish. Bytes that are no
/// UTF-8 become U+FFFD, one for each maximal part of a character (Unicode 15, section 3.9): the sum of all
/// pieces is the same however the bytes were cut.
class TextStream {
public:
  /// The characters that are whole now.
  std::string push(std::string_view bytes);
  /// What is left of a character that nothing will complete: U+FFFD or nothing.
  std::string finish();

private:
  std::string pending; ///< at most 3 bytes that begin a character
};

} // namespace accord::driver
