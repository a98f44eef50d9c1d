// Tables as text, CSV and JSON, and characters that a terminal must not get.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/output.h"
#include "tools/accord/printable.h"
#include <catch2/catch.hpp>

using namespace accord::cli;

namespace {

std::string utf8(uint32_t c) {
  if (c < 0x80)
    return {char(c)};
  if (c < 0x800)
    return {char(0xc0 | c >> 6), char(0x80 | (c & 0x3f))};
  return {char(0xe0 | c >> 12), char(0x80 | (c >> 6 & 0x3f)), char(0x80 | (c & 0x3f))};
}

} // namespace

TEST_CASE("columns are as wide as their characters", "[tools]") {
  // One character of one, two and three bytes each.
  const Table table{
      {"name", "n"}, {{std::string("\u00e9"), int64_t(1)}, {std::string("a\u2013"), int64_t(22)}}, {}};
  CHECK(render(table, Format::Table) == "name   n\n----  --\n\u00e9      1\na\u2013    22\n");
}

TEST_CASE("fields of CSV are quoted where they must be", "[tools]") {
  const Table table{
      {"a,b"}, {{std::string("say \"x\"")}, {std::string("two\nlines")}, {0.1}, {Cell()}}, {{"k", "v,w"}}};
  const std::string version = toolVersion(), tail = "," + version + ",\"v,w\"\n";
  CHECK(render(table, Format::Csv) ==
        "\"a,b\",accord,k\n\"say \"\"x\"\"\"" + tail + "two\\x0alines" + tail + "0.1" + tail + tail);
}

TEST_CASE("control characters and marks of direction are escaped, nothing else", "[tools]") {
  unsigned escaped = 0;
  for (uint32_t c = 0; c < 0x3000; ++c) {
    const bool must =
        c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    char code[16];
    std::snprintf(code, sizeof code, c < 0x20 ? "\\x%02x" : "\\u%04x", c);
    INFO(code);
    CHECK(printable("a" + utf8(c) + "z") == "a" + (must ? code : utf8(c)) + "z");
    escaped += must;
  }
  CHECK(escaped == 32 + 33 + 5 + 4);
  CHECK(printable("a\n\tb\r", "\n\t") == "a\n\tb\\x0d");
}
