// Reads a hardware file against the table of keys.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/hardware/keys.h"
#include "sim/hardware/yaml_tree.h"
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>

namespace accord {
namespace hardware {
namespace {

using yaml::Node;

std::string formatNumber(double v) {
  char buffer[64];
  auto *end = std::to_chars(buffer, buffer + sizeof buffer, v, std::chars_format::fixed).ptr;
  return {buffer, end};
}

bool isDigits(std::string_view s) {
  return !s.empty() && s.find_first_not_of("0123456789") == std::string_view::npos;
}

/// What a legal value is, for the "must be" of a message.
std::string demand(const KeyRow &row) {
  std::string s = row.form == KeyRow::PowerOfTwo ? "a power of two from " : "from ";
  return s + formatNumber(row.min) + " to " + formatNumber(row.max) +
         (*row.unit ? std::string(" ") + row.unit : "");
}

class Reader {
public:
  explicit Reader(const std::string &name) : name(name) {}

  Expected<Hardware> read(const Node &root) {
    if (root.kind != Node::Kind::Map)
      return error(root.line, root.column,
                   "a hardware file must be a mapping of keys, got " + yaml::spell(root));
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
        if (Status s = value(*row, entry.value); !s)
          return s;
      } else {
        return unknown(entry, sectionName, known);
      }
    }
    for (const std::string &key : known) {
      bool given = false;
      for (const Node::Entry &entry : map.entries)
        given |= entry.key == key;
      const SectionRow *sub = findSection(sectionName, key);
      if (given || (sub && !sub->required))
        continue;
      std::string full = sectionName.empty() ? key : std::string(sectionName) + "." + key;
      return error(map.line, map.column, "'" + full + "' must be given, got no such key");
    }
    return {};
  }

  Status unknown(const Node::Entry &entry, std::string_view sectionName,
                 const std::vector<std::string> &known) {
    Node key;
    key.kind = Node::Kind::Scalar;
    key.text = entry.key;
    std::string near = yaml::nearest(entry.key, known);
    std::string hint;
    if (!near.empty()) {
      hint = "did you mean '" + near + "'?";
    } else {
      hint = "known: ";
      for (const std::string &k : known)
        hint += (&k == &known.front() ? "" : ", ") + k;
    }
    std::string where = sectionName.empty() ? "a hardware file" : "'" + std::string(sectionName) + "'";
    return error(entry.line, entry.column,
                 where + " must hold known keys only, got " + yaml::spell(key) + " (" + hint + ")");
  }

  Status value(const KeyRow &row, const Node &node) {
    Slot slot = row.slot(hw);
    if (auto *text = std::get_if<std::string *>(&slot))
      return word(row, node, **text);
    auto *integer = std::get_if<int64_t *>(&slot);
    const char *kind = integer ? "a whole number" : "a decimal number";
    auto fail = [&](const std::string &must) -> Status {
      return error(node.line, node.column,
                   "'" + dottedKey(row) + "' must be " + must + ", got " + yaml::spell(node));
    };
    if (node.kind != Node::Kind::Scalar || node.quoted)
      return fail(kind);
    std::string_view text = node.text;
    std::string_view digits = text.substr(text.substr(0, 1) == "-" ? 1 : 0);
    std::string_view whole = digits.substr(0, digits.find('.'));
    std::string_view decimals = whole.size() == digits.size() ? "0" : digits.substr(whole.size() + 1);
    // No exponents, hexadecimals, infinities or NaN: whatever is not this grammar is no number here.
    if (!isDigits(whole) || !isDigits(decimals) || (integer && whole.size() != digits.size()))
      return fail(kind);
    // YAML 1.1 reads 010 as octal and YAML 1.2 as ten: neither is what the reader can be sure was meant.
    if (whole.size() > 1 && whole[0] == '0')
      return fail(std::string(kind) + " without leading zeros");
    // Six decimals keep a clock in MHz a whole number of hertz.
    if (decimals.size() > 6)
      return fail(std::string(kind) + " with at most 6 decimals");
    double v = 0;
    auto result = std::from_chars(text.data(), text.data() + text.size(), v);
    // Ranges end below 2^53: a value that passes is exact, one that overflowed does not pass.
    if (result.ec != std::errc() || !(v >= row.min && v <= row.max))
      return fail(demand(row));
    if (row.form == KeyRow::PowerOfTwo && (int64_t(v) & (int64_t(v) - 1)) != 0)
      return fail(demand(row));
    if (integer)
      **integer = int64_t(v) * row.scale;
    else
      **std::get_if<double *>(&slot) = v;
    return {};
  }

  Status word(const KeyRow &row, const Node &node, std::string &out) {
    std::string must;
    bool good = node.kind == Node::Kind::Scalar;
    if (row.words.empty()) {
      must = "a name of at most 64 letters, digits, '-', '_' and '.'";
      good = good && !node.text.empty() && node.text.size() <= 64;
      for (char c : node.text)
        good = good && (('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') ||
                        c == '-' || c == '_' || c == '.');
    } else {
      must = "one of ";
      bool found = false;
      for (const char *w : row.words) {
        must += std::string(w == row.words.front() ? "" : ", ") + w;
        found |= node.text == w;
      }
      good = good && found;
    }
    if (!good)
      return error(node.line, node.column,
                   "'" + dottedKey(row) + "' must be " + must + ", got " + yaml::spell(node));
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
    struct Bank {
      const char *name;
      const Memory &memory;
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

  const SectionRow *findSection(std::string_view parent, std::string_view key) const {
    if (parent.empty() && !key.empty())
      for (const SectionRow &s : sectionTable())
        if (key == s.name)
          return &s;
    return nullptr;
  }
  const KeyRow *findKey(std::string_view sectionName, std::string_view key) const {
    for (const KeyRow &row : keyTable())
      if (row.section == sectionName && row.key == key)
        return &row;
    return nullptr;
  }

  const std::string &name;
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
  std::ifstream file(path, std::ios::binary);
  std::string text;
  // One byte more than the limit is enough to be refused, whatever the file's length.
  text.resize(yaml::MaxBytes + 1);
  // A directory opens, and fails only when it is read.
  if (file)
    file.read(text.data(), std::streamsize(text.size()));
  if (!file.is_open() || file.bad())
    return Error{path + ": expected a readable hardware file, got none"};
  text.resize(size_t(file.gcount()));
  return parseHardware(text, path);
}

} // namespace accord
