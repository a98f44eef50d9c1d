// Builds the tree from yaml-cpp's parser events.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/hardware/yaml_tree.h"
#include <algorithm>
#include <sstream>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

namespace accord::yaml {
namespace {

/// Our own refusals travel through yaml-cpp as exceptions and end in parse().
struct Refusal {
  int line, column;
  std::string what;
};

class Builder final : public YAML::EventHandler {
public:
  Node root;

  void OnDocumentStart(const YAML::Mark &mark) override {
    if (++documents > 1)
      throw refuse(mark, "a configuration file must hold one document, got a second");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark &mark, YAML::anchor_t anchor) override { add(mark, Node::Kind::Null, anchor); }
  void OnAlias(const YAML::Mark &mark, YAML::anchor_t) override {
    throw refuse(mark, "a value must stand where it is used, got an alias");
  }
  void OnScalar(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                const std::string &value) override {
    // yaml-cpp tags plain scalars "?" and quoted ones "!"; anything else was written by the user.
    if (tag != "?" && tag != "!" && !tag.empty())
      throw refuse(mark, "a value must have no tag, got '" + tag + "'");
    if (!path.empty() && path.back().node->kind == Node::Kind::Map && !path.back().expectsValue) {
      noAnchor(mark, anchor);
      addKey(mark, value);
      return;
    }
    Node &node = add(mark, Node::Kind::Scalar, anchor);
    node.text = value;
    node.quoted = tag == "!";
  }
  void OnSequenceStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, Node::Kind::Sequence, anchor);
  }
  void OnSequenceEnd() override { path.pop_back(); }
  void OnMapStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, Node::Kind::Map, anchor);
  }
  void OnMapEnd() override { path.pop_back(); }

private:
  static Refusal refuse(const YAML::Mark &mark, std::string what) {
    return {mark.line + 1, mark.column + 1, std::move(what)};
  }
  static void noAnchor(const YAML::Mark &mark, YAML::anchor_t anchor) {
    if (anchor != 0)
      throw refuse(mark, "a value must stand where it is used, got an anchor");
  }
  void addKey(const YAML::Mark &mark, const std::string &key) {
    auto &entries = path.back().node->entries;
    for (const Node::Entry &e : entries)
      if (e.key == key)
        throw refuse(mark, "'" + dotted(key) + "' must be given once, got it again after line " +
                               std::to_string(e.line));
    Node::Entry entry;
    entry.key = key;
    entry.line = mark.line + 1;
    entry.column = mark.column + 1;
    entries.push_back(std::move(entry));
    path.back().expectsValue = true;
  }
  Node &add(const YAML::Mark &mark, Node::Kind kind, YAML::anchor_t anchor) {
    noAnchor(mark, anchor);
    Node *slot = &root;
    if (!path.empty()) {
      Level &level = path.back();
      if (level.node->kind == Node::Kind::Sequence) {
        level.node->items.emplace_back();
        slot = &level.node->items.back();
      } else if (level.expectsValue) {
        level.expectsValue = false;
        slot = &level.node->entries.back().value;
      } else {
        throw refuse(mark, "a key must be a word, got something else");
      }
    }
    slot->kind = kind;
    slot->line = mark.line + 1;
    slot->column = mark.column + 1;
    return *slot;
  }
  void open(const YAML::Mark &mark, const std::string &tag, Node::Kind kind, YAML::anchor_t anchor) {
    if (tag != "?" && !tag.empty())
      throw refuse(mark, "a value must have no tag, got '" + tag + "'");
    if (path.size() >= size_t(MaxDepth))
      throw refuse(mark, "nesting must be at most " + std::to_string(MaxDepth) + " deep, got more");
    // A pointer into the tree stays valid while its level is open: the parent gets no sibling before it
    // closes.
    Node &node = add(mark, kind, anchor);
    path.push_back({&node, false});
  }
  std::string dotted(const std::string &key) const {
    std::string s;
    for (size_t i = 0; i + 1 < path.size(); ++i)
      if (path[i].node->kind == Node::Kind::Map)
        s += path[i].node->entries.back().key + ".";
    return s + key;
  }

  struct Level {
    Node *node;
    bool expectsValue;
  };
  std::vector<Level> path;
  int documents = 0;
};

/// Text of a file inside a message of one line: control characters replaced, shortened to `limit` bytes.
std::string printable(const std::string &text, size_t limit) {
  std::string shown = text.substr(0, limit);
  for (char &c : shown)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      c = '?';
  return text.size() > limit ? shown + "..." : shown;
}

} // namespace

std::string place(const std::string &name, int line, int column) {
  return line ? name + ":" + std::to_string(line) + ":" + std::to_string(column) : name;
}

std::string spell(const Node &node) {
  switch (node.kind) {
  case Node::Kind::Null:
    return "nothing";
  case Node::Kind::Sequence:
    return "a list";
  case Node::Kind::Map:
    return "a mapping";
  case Node::Kind::Scalar:
    break;
  }
  std::string shown = printable(node.text, 64);
  const char *quote = node.quoted ? "\"" : "'";
  return quote + shown + quote;
}

std::string nearest(std::string_view word, const std::vector<std::string> &candidates) {
  std::string best;
  if (word.size() > 64)
    return best;
  size_t bestDistance = std::max<size_t>(2, word.size() / 3) + 1;
  for (const std::string &candidate : candidates) {
    // Levenshtein distance, one row at a time.
    std::vector<size_t> row(candidate.size() + 1);
    for (size_t j = 0; j <= candidate.size(); ++j)
      row[j] = j;
    for (size_t i = 1; i <= word.size(); ++i) {
      size_t diagonal = row[0];
      row[0] = i;
      for (size_t j = 1; j <= candidate.size(); ++j) {
        size_t above = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (word[i - 1] != candidate[j - 1])});
        diagonal = above;
      }
    }
    // A "near miss" that shares no letter (one short word for another) helps nobody.
    if (row.back() < bestDistance && row.back() < std::max(word.size(), candidate.size())) {
      bestDistance = row.back();
      best = candidate;
    }
  }
  return best;
}

Expected<Node> parse(std::string_view text, const std::string &name) {
  if (text.size() > MaxBytes)
    return Error{name + ": expected at most " + std::to_string(MaxBytes) + " bytes, got " +
                 std::to_string(text.size())};
  Builder builder;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Refusal &r) {
    return Error{place(name, r.line, r.column) + ": " + printable(r.what, 400)};
  } catch (const YAML::Exception &e) {
    return Error{place(name, std::max(e.mark.line, 0) + 1, std::max(e.mark.column, 0) + 1) +
                 ": expected YAML, got a syntax error: " + printable(e.msg, 400)};
  } catch (const std::exception &e) {
    return Error{name + ": expected YAML, got a failure of the parser: " + e.what()};
  }
  return std::move(builder.root);
}

} // namespace accord::yaml
