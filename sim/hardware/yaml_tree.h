// A YAML document as a tree that remembers where everything stood.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// yaml-cpp 0.7's own nodes take the first of two equal keys silently and convert `010` to 8. This tree is
// built from the parser's events instead: duplicates are errors at any depth, scalars stay text and know
// whether they were quoted. Anchors and aliases are refused: a configuration that is compared by eye says
// things where they are.
#pragma once
#include "accord/error.h"
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace accord::yaml {

struct Node {
  enum class Kind { Null, Scalar, Sequence, Map };
  Kind kind = Kind::Null;
  int line = 1, column = 1; ///< Of the first character, from 1.
  std::string text;         ///< Scalar only.
  bool quoted = false;      ///< Scalar only: stood in quotes or in a block.
  std::vector<Node> items;  ///< Sequence only.
  struct Entry;
  std::vector<Entry> entries; ///< Map only, in file order, keys distinct.
};

struct Node::Entry {
  std::string key;
  int line = 1, column = 1; ///< Of the key.
  Node value;
};

/// The largest document read, and the deepest nesting: both far above any real description.
constexpr size_t MaxBytes = 1 << 20;
constexpr int MaxDepth = 16;

/// Parses exactly one document. Errors: `name:line:column: ...` for broken YAML, a duplicate key, an anchor,
/// an alias, a tag, a key that is not a word, nesting beyond MaxDepth, a second document, more than MaxBytes.
Expected<Node> parse(std::string_view text, const std::string &name);

/// `name:line:column`; `name` alone of what stands in no file, line 0.
std::string place(const std::string &name, int line, int column);

/// What a node is, for the "got" of a message: `'text'`, `"quoted"`, `a list`, `a mapping` or `nothing`.
std::string spell(const Node &node);

/// The candidate nearest to `word` by edit distance, or "" when none is near enough to be a slip of the pen.
std::string nearest(std::string_view word, const std::vector<std::string> &candidates);

} // namespace accord::yaml
