// A legal text with one place made wrong: how the tests of a file reader make each error.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <catch2/catch.hpp>
#include <string>

namespace accord::test {

/// `text` with the one occurrence of `from` replaced by `to`; the test fails when there is none or a second.
inline std::string replaceOnce(std::string text, const std::string &from, const std::string &to) {
  size_t at = text.find(from);
  INFO("replacing '" << from << "'");
  REQUIRE(at != std::string::npos);
  REQUIRE(text.find(from, at + 1) == std::string::npos);
  return text.replace(at, from.size(), to);
}

} // namespace accord::test
