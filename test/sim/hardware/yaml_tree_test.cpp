// What the YAML tree refuses before anybody looks at keys, with its exact message.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/hardware/yaml_tree.h"
#include <catch2/catch.hpp>

using namespace accord;

namespace {
std::string errorOf(const std::string &text) {
  Expected<yaml::Node> node = yaml::parse(text, "f");
  return node ? "accepted" : node.error().message;
}
} // namespace

TEST_CASE("a tree remembers places and quotes", "[hardware]") {
  Expected<yaml::Node> root = yaml::parse("a: 1\nb:\n  c: \"1\"\n  d: [x, 010]\n", "f");
  REQUIRE(root);
  REQUIRE(root->kind == yaml::Node::Kind::Map);
  REQUIRE(root->entries.size() == 2);
  CHECK_FALSE(root->entries[0].value.quoted);
  const yaml::Node &b = root->entries[1].value;
  REQUIRE(b.entries.size() == 2);
  CHECK(b.entries[0].value.quoted);
  CHECK(b.entries[0].value.line == 3);
  CHECK(b.entries[0].value.column == 6);
  REQUIRE(b.entries[1].value.items.size() == 2);
  CHECK(b.entries[1].value.items[1].text == "010");
  CHECK(b.entries[1].value.items[1].column == 10);
}

TEST_CASE("a duplicate key is refused at any depth", "[hardware]") {
  CHECK(errorOf("a: 1\nb: 2\na: 3\n") == "f:3:1: 'a' must be given once, got it again after line 1");
  CHECK(errorOf("a:\n  b: 1\n  b: 2\n") == "f:3:3: 'a.b' must be given once, got it again after line 2");
  CHECK(errorOf("a: [{b: {c: 1, c: 1}}]\n") ==
        "f:1:16: 'a.b.c' must be given once, got it again after line 1");
}

TEST_CASE("anchors, aliases, tags and odd keys are refused", "[hardware]") {
  CHECK(errorOf("a: &x 1\nb: *x\n") == "f:1:4: a value must stand where it is used, got an anchor");
  CHECK(errorOf("a: !!int 1\n") == "f:1:4: a value must have no tag, got 'tag:yaml.org,2002:int'");
  CHECK(errorOf("[1, 2]: 3\n") == "f:1:1: a key must be a word, got something else");
  CHECK(errorOf("a: 1\n---\nb: 2\n") == "f:2:1: a configuration file must hold one document, got a second");
}

TEST_CASE("broken and oversized YAML is refused", "[hardware]") {
  CHECK(errorOf("a: [1\n").rfind("f:2:1: expected YAML, got a syntax error: ", 0) == 0);
  CHECK(errorOf("a: 1\n\tb: 2\n").rfind("f:", 0) == 0);
  CHECK(errorOf("a: 1\n\tb: 2\n").find("expected YAML") != std::string::npos);
  std::string deep = "a: " + std::string(20, '[') + std::string(20, ']');
  CHECK(errorOf(deep) == "f:1:19: nesting must be at most 16 deep, got more");
  // An unclosed run of brackets must end, somehow, without exhausting the stack.
  CHECK(errorOf(std::string(100000, '[')) != "accepted");
  CHECK(errorOf(std::string(yaml::MaxBytes + 1, ' ')) == "f: expected at most 1048576 bytes, got 1048577");
}

TEST_CASE("nearest offers slips of the pen only", "[hardware]") {
  CHECK(yaml::nearest("bank", {"width_bits", "banks"}) == "banks");
  CHECK(yaml::nearest("capacity_kb", {"capacity_kib", "banks"}) == "capacity_kib");
  CHECK(yaml::nearest("zz", {"banks", "m", "k"}).empty());
  CHECK(yaml::nearest("", {"banks"}).empty());
}
