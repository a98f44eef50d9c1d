// Reads a network file against the table of keys.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/network.h"
#include "sim/hardware/yaml_values.h"

#include <algorithm>
#include <cstdlib>

namespace accord::model {
namespace {

using yaml::Node;

/// What stands in messages in the place of a file for a value that a change brought; such a node has line 0.
const std::string changePlace = "--network";

std::string dotted(std::string_view section, std::string_view key) {
  return section.empty() ? std::string(key) : std::string(section) + "." + std::string(key);
}

/// The keys of a section; of the top level also the sections.
std::vector<std::string> keysOf(std::string_view section) {
  std::vector<std::string> keys;
  for (const NetworkKey &row : networkKeys())
    if (row.section == section)
      keys.push_back(row.key);
    else if (section.empty() && std::find(keys.begin(), keys.end(), row.section) == keys.end())
      keys.push_back(row.section);
  if (section.empty())
    keys.emplace_back(tensorSection);
  return keys;
}

bool isSection(std::string_view key) {
  return key == tensorSection || std::any_of(networkKeys().begin(), networkKeys().end(),
                                             [&](const NetworkKey &row) { return row.section == key; });
}

/// 1 to 64 letters, digits, '-', '_' and '.'.
bool isName(const std::string &text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

/// Names of formats, as files of this kind and of ggml write them.
std::vector<std::string> formatNames() {
  std::vector<std::string> names;
  for (const TensorType type : allTensorTypes())
    names.emplace_back(toString(type));
  return names;
}

} // namespace

/// Reads until the first mistake, in the order of the file.
class NetworkReader {
public:
  explicit NetworkReader(const std::string &path) { network.file = path; }

  Expected<Network> read(Node root, uint64_t bytes, const NetworkChanges &changes) {
    if (root.kind != Node::Kind::Map)
      return Error{place(root) + ": a network file must be a mapping of keys, got " + yaml::spell(root)};
    network.bytes = bytes;
    network.whole.line = root.line;
    network.whole.column = root.column;
    if (Status s = apply(changes, root); !s)
      return s.error();
    if (Status s = section(root, ""); !s)
      return s.error();
    if (Status s = rules(); !s)
      return s.error();
    return std::move(network);
  }

private:
  const std::string &fileOf(const Node &node) const { return node.line ? network.file : changePlace; }
  std::string place(const Node &node) const { return yaml::place(fileOf(node), node.line, node.column); }

  /// Puts changes into the tree, where they are read as what stood there.
  Status apply(const NetworkChanges &changes, Node &root) {
    std::vector<std::string> changed;
    for (const std::string &change : changes) {
      const size_t equals = change.find('=');
      if (equals == std::string::npos || equals == 0)
        return Error{changePlace + ": expected KEY=VALUE, got '" + change + "'"};
      const std::string key = change.substr(0, equals);
      if (std::find(changed.begin(), changed.end(), key) != changed.end())
        return Error{changePlace + ": '" + key + "' must be given once, got it again"};
      changed.push_back(key);
      const size_t dot = key.find('.');
      Node *map = &root;
      if (dot != std::string::npos)
        map = &valueOf(root, key.substr(0, dot));
      if (dot != std::string::npos && map->kind == Node::Kind::Null)
        map->kind = Node::Kind::Map;
      if (map->kind != Node::Kind::Map)
        return yaml::mustBe(*map, "a mapping", key.substr(0, dot), fileOf(*map));
      Node &value = valueOf(*map, dot == std::string::npos ? key : key.substr(dot + 1));
      value = Node();
      value.kind = Node::Kind::Scalar;
      value.line = 0;
      value.text = change.substr(equals + 1);
    }
    return {};
  }

  /// The value of a key, made where there is none.
  static Node &valueOf(Node &map, const std::string &key) {
    for (Node::Entry &entry : map.entries)
      if (entry.key == key)
        return entry.value;
    Node::Entry entry;
    entry.key = key;
    entry.line = 0;
    entry.value.line = 0;
    map.entries.push_back(std::move(entry));
    return map.entries.back().value;
  }

  Status section(const Node &map, const std::string &name) {
    const std::vector<std::string> known = keysOf(name);
    for (const Node::Entry &entry : map.entries) {
      const std::string key = dotted(name, entry.key);
      if (name.empty() && isSection(entry.key)) {
        if (entry.value.kind != Node::Kind::Map)
          return yaml::mustBe(entry.value, "a mapping", key, fileOf(entry.value));
        if (Status s = key == tensorSection ? tensors(entry.value) : section(entry.value, key); !s)
          return s;
      } else if (const NetworkKey *row = findNetworkKey(key); row && row->section == name) {
        if (Status s = value(*row, entry.value); !s)
          return s;
        network.values[key] = entry.value;
      } else {
        return yaml::unknownKey(entry, name.empty() ? "a network file" : "'" + name + "'", known,
                                entry.line ? network.file : changePlace);
      }
    }
    for (const NetworkKey &row : networkKeys())
      if (row.section == name && !row.optional && !network.has(dottedKey(row)))
        return missing(map, dottedKey(row));
    if (name.empty() && !network.has("formats.weights")) // else its own section told what is missing
      return missing(map, "formats");
    return {};
  }

  Status missing(const Node &map, const std::string &key) const {
    return Error{place(map) + ": '" + key + "' must be given, got no such key"};
  }

  /// Which matrices there are, the builder of the graph knows.
  Status tensors(const Node &map) {
    for (const Node::Entry &entry : map.entries) {
      const std::string key = dotted(tensorSection, entry.key);
      if (Status s = format(entry.value, key, {}); !s)
        return s;
      network.values[key] = entry.value;
    }
    return {};
  }

  Status value(const NetworkKey &row, const Node &node) {
    const std::string key = dottedKey(row);
    const std::vector<std::string> words(row.words.begin(), row.words.end());
    const bool isScalar = node.kind == Node::Kind::Scalar;
    switch (row.kind) {
    case NetworkValue::Count:
    case NetworkValue::Number: {
      Expected<double> number = yaml::number(
          node, {row.kind == NetworkValue::Count, row.min, row.max, row.unit, false, ""}, key, fileOf(node));
      return number ? Status() : number.error();
    }
    case NetworkValue::Word:
      if (!isScalar || std::find(words.begin(), words.end(), node.text) == words.end())
        return yaml::mustBe(node,
                            (words.size() == 1 ? "" : "one of ") + yaml::listed(words) +
                                (row.why ? " (" + std::string(row.why) + ")" : ""),
                            key, fileOf(node));
      return {};
    case NetworkValue::Name:
      if (!isScalar || !isName(node.text))
        return yaml::mustBe(node, "a name of at most 64 letters, digits, '-', '_' and '.'", key,
                            fileOf(node));
      return {};
    case NetworkValue::Format:
      return format(node, key, words);
    }
    return {};
  }

  Status format(const Node &node, const std::string &key, std::vector<std::string> words) {
    const std::vector<std::string> names = formatNames();
    words.insert(words.begin(), names.begin(), names.end());
    if (node.kind != Node::Kind::Scalar || std::find(words.begin(), words.end(), node.text) == words.end())
      return yaml::mustBe(node, "one of " + yaml::listed(words), key, fileOf(node));
    return {};
  }

  /// What no single key can say.
  Status rules() const {
    const bool usesI2S = std::any_of(network.values.begin(), network.values.end(), [](const auto &value) {
      const NetworkKey *row = findNetworkKey(value.first);
      return (!row || row->kind == NetworkValue::Format) && value.second.text == toString(TensorType::I2_S);
    });
    // Without that format it may stay, so that a change of formats is one change.
    if (!usesI2S || network.has("formats.i2s_layout"))
      return {};
    return network.mustBe("formats.i2s_layout", "given where a format is I2_S", "no such key");
  }

  Network network;
};

Expected<Network> Network::parse(std::string_view text, const std::string &path,
                                 const NetworkChanges &changes) {
  Expected<Node> root = yaml::parse(text, path);
  if (!root)
    return root.error();
  return NetworkReader(path).read(std::move(*root), text.size(), changes);
}

Expected<Network> Network::open(const std::string &path, const NetworkChanges &changes) {
  Expected<std::string> text = yaml::readFile(path, "network file");
  if (!text)
    return text.error();
  return parse(*text, path, changes);
}

int64_t Network::count(std::string_view key) const { return std::strtoll(text(key).c_str(), nullptr, 10); }

double Network::number(std::string_view key) const { return std::strtod(text(key).c_str(), nullptr); }

const std::string &Network::text(std::string_view key) const { return values.at(std::string(key)).text; }

std::optional<I2SLayout> Network::i2sLayout() const {
  if (!has("formats.i2s_layout"))
    return std::nullopt;
  return text("formats.i2s_layout") == "arm" ? I2SLayout::ARM : I2SLayout::X86;
}

Network::Format Network::formatOf(std::string_view tensor) const {
  auto named = [&](const std::string &key) { return Format{*tensorTypeOf(text(key)), key}; };
  if (tensor == "token_embd.weight")
    return named("formats.embedding");
  if (tensor == "output.weight")
    return named(isTied() ? "formats.embedding" : "formats.head");
  const std::string_view own = tensor.substr(0, tensor.rfind(".weight"));
  for (const std::string_view name : {own, own.substr(own.rfind('.') + 1)})
    if (const std::string key = dotted(tensorSection, name); has(key))
      return named(key);
  return named("formats.weights");
}

std::vector<std::string> Network::tensorKeys() const {
  std::vector<std::string> keys;
  for (const auto &[key, value] : values)
    if (key.rfind(std::string(tensorSection) + ".", 0) == 0)
      keys.push_back(key);
  return keys;
}

Error Network::mustBe(std::string_view key, const std::string &must, const std::string &got) const {
  const auto found = values.find(std::string(key));
  const Node &node = found == values.end() ? whole : found->second;
  return Error{yaml::place(node.line ? file : changePlace, node.line, node.column) + ": '" +
               std::string(key) + "' must be " + must + ", got " + (got.empty() ? yaml::spell(node) : got)};
}

} // namespace accord::model
