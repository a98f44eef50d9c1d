// Reads an energy file, a figure at a time, against the table of components.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/energy/energy_model.h"
#include "sim/energy/components.h"
#include "sim/hardware/yaml_values.h"
#include <algorithm>
#include <cmath>

namespace accord::energy {
namespace {

using yaml::Node;
using Words = std::vector<std::string>;

constexpr const char *scalingNames[] = {"none", "logic", "sram", "channel"};
constexpr const char *basisNames[] = {"measured", "paper", "tool", "derived", "assumed"};

/// Keys of a figure. Which of the last four it has follows from its action.
const Words keys = {"component", "action",    "variant",    "basis",   "source",   "scaling",
                    "voltage_v", "energy_pj", "leakage_mw", "node_nm", "bank_kib", "width_bits"};

const Node *valueOf(const Node &map, const std::string &key) {
  for (const Node::Entry &entry : map.entries)
    if (entry.key == key)
      return &entry.value;
  return nullptr;
}

bool isPrintable(const std::string &text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
  });
}

class Reader {
public:
  explicit Reader(const std::string &file) : file(file) {}

  Expected<EnergyModel> read(const Node &root) {
    if (root.kind != Node::Kind::Map)
      return error(root, "an energy file must be a mapping of keys, got " + yaml::spell(root));
    for (const Node::Entry &entry : root.entries)
      if (entry.key != "name" && entry.key != "figures")
        return yaml::unknownKey(entry, "an energy file", {"name", "figures"}, file);
    for (const char *key : {"name", "figures"})
      if (!valueOf(root, key))
        return error(root, "'" + std::string(key) + "' must be given, got no such key");
    EnergyModel model;
    model.file = file;
    if (Status s = text(*valueOf(root, "name"), "name", model.name); !s)
      return s.error();
    const Node &list = *valueOf(root, "figures");
    if (list.kind != Node::Kind::Sequence || list.items.empty())
      return yaml::mustBe(list, "a list of figures", "figures", file);
    for (size_t i = 0; i < list.items.size(); ++i) {
      label = "figures[" + std::to_string(i) + "]";
      Expected<Figure> figure = readFigure(list.items[i]);
      if (!figure)
        return figure.error();
      if (const Figure *twin = model.find(figure->component, figure->action, figure->variant))
        return error(list.items[i], "'" + spellAction(figure->component, figure->action, figure->variant) +
                                        "' must be given once, got it again after line " +
                                        std::to_string(twin->line));
      model.figures.push_back(std::move(*figure));
    }
    return model;
  }

private:
  Expected<Figure> readFigure(const Node &map) {
    if (map.kind != Node::Kind::Map)
      return yaml::mustBe(map, "a mapping", label, file);
    for (const Node::Entry &entry : map.entries)
      if (std::find(keys.begin(), keys.end(), entry.key) == keys.end())
        return yaml::unknownKey(entry, "'" + label + "'", keys, file);

    Figure f;
    f.line = map.line;
    const ActionKind *row = nullptr;
    if (Status s = readAction(map, f, row); !s)
      return s.error();
    f.scaling = row->scaling;
    const bool scalesByNode = f.scaling == Scaling::Logic || f.scaling == Scaling::Sram;
    size_t scaling = 0, basis = 0;
    double micro = 0;
    const char *value = row->isLeakage() ? "leakage_mw" : "energy_pj";
    const char *unit = row->isLeakage() ? "mW" : "pJ";
    // A rule that does not fit the action would be a figure charged wrongly: it is stated and compared.
    Status steps[] = {
        word(map, "scaling", {scalingNames[size_t(f.scaling)]}, scaling),
        word(map, "basis", Words(std::begin(basisNames), std::end(basisNames)), basis),
        required(map, "source", [&](const Node &n) { return text(n, label + ".source", f.source); }),
        number(map, value, true, 0.000001, 1e9, unit, micro),
        number(map, "voltage_v", true, scalesByNode ? MinVoltageV : 0.1, scalesByNode ? MaxVoltageV : 5, "V",
               f.taken.voltageV),
        number(map, "node_nm", scalesByNode, MinNodeNm, MaxNodeNm, "nm", f.taken.nodeNm),
        number(map, "bank_kib", f.scaling == Scaling::Sram, 0.125, 1 << 20, "KiB", f.bankKib),
        number(map, "width_bits", f.scaling == Scaling::Channel, 8, 1024, "bits", f.widthBits),
        absent(map, row->isLeakage() ? "energy_pj" : "leakage_mw", *row),
    };
    for (Status &s : steps)
      if (!s)
        return s.error();
    f.basis = Basis(basis);
    f.micro = std::llround(micro * 1e6);
    return f;
  }

  /// Component, action and variant, each from the words that the one before leaves.
  Status readAction(const Node &map, Figure &f, const ActionKind *&row) {
    Words components, actions;
    for (const ActionKind *r : actionKinds())
      if (std::find(components.begin(), components.end(), r->component) == components.end())
        components.push_back(r->component);
    size_t at = 0;
    if (Status s = word(map, "component", components, at); !s)
      return s;
    f.component = components[at];
    for (const ActionKind *r : actionKinds())
      if (r->component == f.component)
        actions.push_back(r->action);
    if (Status s = word(map, "action", actions, at); !s)
      return s;
    f.action = actions[at];
    for (const ActionKind *r : actionKinds())
      if (r->component == f.component && r->action == f.action)
        row = r;
    const Words variants = row->variants;
    if (variants.empty())
      return absent(map, "variant", *row);
    if (Status s = word(map, "variant", variants, at); !s)
      return s;
    f.variant = variants[at];
    return {};
  }

  template <typename Read> Status required(const Node &map, const std::string &key, Read read) {
    const Node *node = valueOf(map, key);
    return node ? read(*node) : error(map, "'" + label + "." + key + "' must be given, got no such key");
  }

  Status absent(const Node &map, const std::string &key, const ActionKind &row) {
    for (const Node::Entry &entry : map.entries)
      if (entry.key == key)
        return Error{yaml::place(file, entry.line, entry.column) + ": '" + label + "." + key +
                     "' must not stand beside " + row.component + "." + row.action + ", got " +
                     yaml::spell(entry.value)};
    return {};
  }

  /// `at` is the index of the word.
  Status word(const Node &map, const std::string &key, const Words &words, size_t &at) {
    return required(map, key, [&](const Node &node) -> Status {
      const auto found = std::find(words.begin(), words.end(), node.text);
      if (node.kind == Node::Kind::Scalar && found != words.end()) {
        at = size_t(found - words.begin());
        return {};
      }
      return yaml::mustBe(node, (words.size() == 1 ? "" : "one of ") + yaml::listed(words), label + "." + key,
                          file);
    });
  }

  /// A key that the figure needs, or must not have.
  Status number(const Node &map, const std::string &key, bool isNeeded, double min, double max,
                const char *unit, double &out) {
    const Node *node = valueOf(map, key);
    if (!isNeeded && node)
      return Error{yaml::place(file, node->line, node->column) + ": '" + label + "." + key +
                   "' must not stand beside this scaling, got " + yaml::spell(*node)};
    if (!isNeeded)
      return {};
    return required(map, key, [&](const Node &n) -> Status {
      Expected<double> v = yaml::number(n, {false, min, max, unit, false, ""}, label + "." + key, file);
      if (!v)
        return v.error();
      out = *v;
      return {};
    });
  }

  Status text(const Node &node, const std::string &key, std::string &out) {
    if (node.kind != Node::Kind::Scalar || !isPrintable(node.text))
      return yaml::mustBe(node, "a line of text", key, file);
    out = node.text;
    return {};
  }

  Error error(const Node &node, const std::string &what) const {
    return {yaml::place(file, node.line, node.column) + ": " + what};
  }

  const std::string &file;
  std::string label;
};

} // namespace

const char *name(Scaling scaling) { return scalingNames[size_t(scaling)]; }
const char *name(Basis basis) { return basisNames[size_t(basis)]; }

const Figure *EnergyModel::find(std::string_view component, std::string_view action,
                                std::string_view variant) const {
  for (const Figure &f : figures)
    if (f.component == component && f.action == action && f.variant == variant)
      return &f;
  return nullptr;
}

Expected<EnergyModel> parseEnergy(std::string_view text, const std::string &file) {
  Expected<yaml::Node> root = yaml::parse(text, file);
  if (!root)
    return root.error();
  return Reader(file).read(*root);
}

Expected<EnergyModel> loadEnergy(const std::string &path) {
  Expected<std::string> text = yaml::readFile(path, "energy file");
  if (!text)
    return text.error();
  return parseEnergy(*text, path);
}

} // namespace accord::energy
