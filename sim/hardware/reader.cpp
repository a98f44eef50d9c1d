// Reads a hardware file against the table of keys.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/hardware/keys.h"
#include "sim/hardware/yaml_values.h"
#include <cmath>

namespace accord {
namespace hardware {
namespace {

using yaml::Node;

/// 1 to `limit` letters, digits and `marks`.
bool isWord(const std::string &text, size_t limit, std::string_view marks) {
  bool good = !text.empty() && text.size() <= limit;
  for (char c : text)
    good = good && (('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') ||
                    marks.find(c) != std::string_view::npos);
  return good;
}

class Reader {
public:
  explicit Reader(const std::string &name) : name(name) {}

  Expected<Hardware> read(const Node &root) {
    if (root.kind != Node::Kind::Map)
      return error(root.line, root.column,
                   "a hardware file must be a mapping of keys, got " + yaml::spell(root));
    if (Status s = readForm(root); !s)
      return s.error();
    if (Status s = section(root, ""); !s)
      return s.error();
    if (Status s = rules(root); !s)
      return s.error();
    return std::move(hw);
  }

private:
  Error error(int line, int column, const std::string &what) const {
    return {yaml::place(name, line, column) + ": " + what};
  }

  /// First of all, wherever it stands: a file of a newer form is told so, not by its first strange key.
  Status readForm(const Node &root) {
    for (const Node::Entry &entry : root.entries) {
      if (entry.key != formKey)
        continue;
      Expected<double> v = yaml::number(
          entry.value, {true, 1, newestForm, "", false, "the forms of a hardware file that are read"},
          formKey, name);
      if (!v)
        return v.error();
      form = int(*v);
    }
    return {};
  }

  /// Reads the keys of one mapping in file order, then looks for the missing ones.
  Status section(const Node &map, std::string_view sectionName) {
    std::vector<std::string> known;
    for (const KeyRow &row : keyTable())
      if (row.section == sectionName)
        known.push_back(row.key);
    if (sectionName.empty())
      for (const SectionRow &s : sectionTable())
        if (*s.name)
          known.push_back(s.name);

    for (const Node::Entry &entry : map.entries) {
      if (const SectionRow *sub = findSection(sectionName, entry.key)) {
        if (entry.value.kind != Node::Kind::Map)
          return error(entry.value.line, entry.value.column,
                       "'" + entry.key + "' must be a mapping, got " + yaml::spell(entry.value));
        sub->create(hw);
        if (Status s = section(entry.value, sub->name); !s)
          return s;
      } else if (const KeyRow *row = findKey(sectionName, entry.key)) {
        if (!row->why && row->since > form)
          return error(entry.line, entry.column,
                       "'" + dottedKey(*row) + "' must stand in a file of form " +
                           std::to_string(row->since) + ", got form " + std::to_string(form));
        if (Status s = value(*row, entry.value); !s)
          return s;
      } else if (!sectionName.empty() || entry.key != formKey) {
        return unknown(entry, sectionName, known);
      }
    }
    for (const std::string &key : known) {
      bool given = false;
      for (const Node::Entry &entry : map.entries)
        given |= entry.key == key;
      const SectionRow *sub = findSection(sectionName, key);
      const KeyRow *row = findKey(sectionName, key);
      if (given || (sub && !sub->required) || (row && row->optional))
        continue;
      std::string full = sectionName.empty() ? key : std::string(sectionName) + "." + key;
      return error(map.line, map.column, "'" + full + "' must be given, got no such key");
    }
    return {};
  }

  Status unknown(const Node::Entry &entry, std::string_view sectionName,
                 const std::vector<std::string> &known) {
    std::string where = sectionName.empty() ? "a hardware file" : "'" + std::string(sectionName) + "'";
    return yaml::unknownKey(entry, where, known, name, bySince(sectionName, known));
  }

  /// `known`, those that a later form brought after the others.
  static std::string bySince(std::string_view sectionName, const std::vector<std::string> &known) {
    std::string all;
    for (int since = 1; since <= newestForm; ++since) {
      std::vector<std::string> keys;
      for (const std::string &key : known) {
        const KeyRow *row = findKey(sectionName, key);
        if ((row && !row->why ? row->since : 1) == since)
          keys.push_back(key);
      }
      if (!keys.empty())
        all += since == 1 ? yaml::listed(keys)
                          : "; as of form " + std::to_string(since) + ": " + yaml::listed(keys);
    }
    return all;
  }

  /// Why a range ends where it does; empty where nothing is to be said.
  static std::string reason(const KeyRow &row) {
    return row.why ? std::string(row.why) + "; as of form " + std::to_string(row.since) : "";
  }

  Status value(const KeyRow &row, const Node &node) {
    Slot slot = row.slot(hw);
    if (auto *text = std::get_if<std::string *>(&slot))
      return word(row, node, **text);
    auto *integer = std::get_if<int64_t *>(&slot);
    Expected<double> v = yaml::number(
        node, {integer != nullptr, row.min, row.max, row.unit, row.form == KeyRow::PowerOfTwo, reason(row)},
        dottedKey(row), name);
    if (!v)
      return v.error();
    if (integer)
      **integer = int64_t(*v) * row.scale;
    else
      **std::get_if<double *>(&slot) = *v;
    return {};
  }

  Status word(const KeyRow &row, const Node &node, std::string &out) {
    std::string must;
    bool good = node.kind == Node::Kind::Scalar;
    if (row.form == KeyRow::Path) {
      must = "a file of at most 255 letters, digits, '-', '_', '.' and '/', or a name";
      good = good && isWord(node.text, 255, "-_./");
    } else if (row.words.empty()) {
      must = "a name of at most 64 letters, digits, '-', '_' and '.'";
      good = good && isWord(node.text, 64, "-_.");
    } else {
      must = row.words.size() == 1 ? "" : "one of ";
      bool found = false;
      for (const char *w : row.words) {
        must += std::string(w == row.words.front() ? "" : ", ") + w;
        found |= node.text == w;
      }
      if (row.why)
        must += " (" + reason(row) + ")";
      good = good && found;
    }
    if (!good)
      return yaml::mustBe(node, must, dottedKey(row), name);
    out = node.text;
    return {};
  }

  /// What no single key can say.
  Status rules(const Node &root) {
    if (!hw.lutArray && !hw.macArray)
      return error(root.line, root.column, "'lut_array' or 'mac_array' must be given, got neither");
    if (hw.lutArray && !hw.tableUnit)
      return error(root.line, root.column, "'table_unit' must be given with 'lut_array', got no such key");
    if (hw.tableUnit && !hw.lutArray)
      return error(root.line, root.column, "'table_unit' must come with 'lut_array', got it alone");
    if (hw.dram.standard == "DDR4" && hw.dram.refresh == "per_bank") {
      const Node &node = find(root, "dram", "refresh");
      return error(node.line, node.column,
                   "'dram.refresh' must be none or all_bank with DDR4, got " + yaml::spell(node));
    }
    if (hw.macArray)
      if (Status s = macRules(root, *hw.macArray); !s)
        return s;
    struct Bank {
      const char *name;
      const OnChipMemory &memory;
    };
    for (Bank b : {Bank{"scratchpad", hw.scratchpad}, Bank{"accumulator", hw.accumulator}}) {
      int64_t row = b.memory.banks * b.memory.widthBits / 8;
      if (b.memory.capacityBytes % row != 0)
        return error(root.line, root.column,
                     "'" + std::string(b.name) + ".capacity_kib' must be a multiple of banks x width (" +
                         std::to_string(row) + " bytes), got " + std::to_string(b.memory.capacityBytes) +
                         " bytes");
    }
    return {};
  }

  /// What packed planes ask of the shape: tables of 4 weights, tiles of 64 lanes.
  Status macRules(const Node &root, const MacArray &mac) {
    auto fail = [&](const char *key, const std::string &must) {
      const Node &node = find(root, "mac_array", key);
      return yaml::mustBe(node, must, std::string("mac_array.") + key, name);
    };
    if (mac.rows % 4 != 0)
      return fail("rows", "a multiple of 4, the weights of a packed table");
    if (64 % mac.cols != 0 && mac.cols % 64 != 0)
      return fail("cols", "a divisor or a multiple of 64, the lanes of packed planes");
    if (mac.cols % mac.outLanes != 0)
      return fail("out_lanes", "a divisor of cols (" + std::to_string(mac.cols) + ")");
    return {};
  }

  /// The value of a key that was read.
  static const Node &find(const Node &root, std::string_view section, std::string_view key) {
    for (const Node::Entry &s : root.entries)
      if (s.key == section)
        for (const Node::Entry &k : s.value.entries)
          if (k.key == key)
            return k.value;
    return root;
  }
  static const SectionRow *findSection(std::string_view parent, std::string_view key) {
    if (parent.empty() && !key.empty())
      for (const SectionRow &s : sectionTable())
        if (key == s.name)
          return &s;
    return nullptr;
  }
  static const KeyRow *findKey(std::string_view sectionName, std::string_view key) {
    for (const KeyRow &row : keyTable())
      if (row.section == sectionName && row.key == key)
        return &row;
    return nullptr;
  }

  static constexpr const char *formKey = "form";

  const std::string &name;
  int form = newestForm; ///< of a file that says none
  Hardware hw;
};

} // namespace
} // namespace hardware

int64_t Hardware::clockHz() const { return std::llround(clockMhz * 1e6); }

Expected<Hardware> parseHardware(std::string_view text, const std::string &name) {
  Expected<yaml::Node> root = yaml::parse(text, name);
  if (!root)
    return root.error();
  return hardware::Reader(name).read(*root);
}

Expected<Hardware> loadHardware(const std::string &path) {
  Expected<std::string> text = yaml::readFile(path, "hardware file");
  if (!text)
    return text.error();
  Expected<Hardware> hardware = parseHardware(*text, path);
  if (hardware)
    hardware->file = path;
  return hardware;
}

} // namespace accord
