// Whole characters, however the bytes were cut.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/text_stream.h"
#include <catch2/catch.hpp>

using accord::driver::TextStream;

namespace {
#define BAD "\xef\xbf\xbd"

struct Row {
  std::string bytes, text;
};

/// The last four are Unicode 15's own examples (tables 3-8 to 3-11).
const Row Rows[] = {
    {"", ""},
    {"plain", "plain"},
    {"\xc3\xa9t\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", "\xc3\xa9t\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"},
    {std::string("a\0b", 3), std::string("a\0b", 3)},
    {"\xe2\x82", BAD},
    {"\xf0\x9f\x98", BAD},
    {"\xe2\x82x", BAD "x"},
    {"\xf4\x90\x80\x80", BAD BAD BAD BAD},
    {"\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41", BAD BAD BAD BAD BAD BAD BAD BAD "A"},
    {"\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41", BAD BAD BAD BAD BAD BAD BAD BAD "A"},
    {"\xf4\x91\x92\x93\xff\x41\x80\xbf\x42", BAD BAD BAD BAD BAD "A" BAD BAD "B"},
    {"\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", BAD BAD BAD BAD "A"},
};
} // namespace

TEST_CASE("text comes out in whole characters, however it is cut", "[tools]") {
  size_t cuts = 0;
  for (const Row &row : Rows)
    for (size_t i = 0; i <= row.bytes.size(); ++i)
      for (size_t j = i; j <= row.bytes.size(); ++j) {
        TextStream stream;
        std::string first = stream.push(row.bytes.substr(0, i)),
                    second = stream.push(row.bytes.substr(i, j - i)),
                    third = stream.push(row.bytes.substr(j));
        CHECK(first + second + third + stream.finish() == row.text);
        CHECK(stream.finish().empty());
        // What was given on is a beginning of the whole that ends at a character.
        CHECK((row.text.size() == first.size() || (row.text[first.size()] & 0xc0) != 0x80));
        ++cuts;
      }
  CHECK(cuts > 300);
}
