// Numbers by one grammar, and the messages that name a value's place.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/hardware/yaml_values.h"
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <fstream>

namespace accord::yaml {
namespace {

bool isDigits(std::string_view s) {
  return !s.empty() && s.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string demand(const NumberRange &range) {
  const std::string unit = range.unit.empty() ? "" : " " + range.unit;
  const std::string why = range.why.empty() ? "" : " (" + range.why + ")";
  if (range.min == range.max)
    return decimal(range.min) + unit + why;
  std::string s = range.isPower ? "a power of two from " : "from ";
  return s + decimal(range.min) + " to " + decimal(range.max) + unit + why;
}

} // namespace

Expected<double> number(const Node &node, const NumberRange &range, const std::string &label,
                        const std::string &file) {
  auto fail = [&](const std::string &must) { return mustBe(node, must, label, file); };
  const std::string kind = range.whole ? "a whole number" : "a decimal number";
  if (node.kind != Node::Kind::Scalar || node.quoted)
    return fail(kind);
  std::string_view text = node.text;
  std::string_view digits = text.substr(text.substr(0, 1) == "-" ? 1 : 0);
  std::string_view whole = digits.substr(0, digits.find('.'));
  std::string_view decimals = whole.size() == digits.size() ? "0" : digits.substr(whole.size() + 1);
  // No exponents, hexadecimals, infinities or NaN: whatever is not this grammar is no number here.
  if (!isDigits(whole) || !isDigits(decimals) || (range.whole && whole.size() != digits.size()))
    return fail(kind);
  // YAML 1.1 reads 010 as octal and YAML 1.2 as ten: neither is what the reader can be sure was meant.
  if (whole.size() > 1 && whole[0] == '0')
    return fail(kind + " without leading zeros");
  // Six decimals keep a clock in MHz a whole number of hertz, and an energy in pJ one of attojoules.
  if (decimals.size() > 6)
    return fail(kind + " with at most 6 decimals");
  double v = 0;
  auto result = std::from_chars(text.data(), text.data() + text.size(), v);
  // Ranges end below 2^53: a value that passes is exact, one that overflowed does not pass.
  if (result.ec != std::errc() || !(v >= range.min && v <= range.max))
    return fail(demand(range));
  if (range.isPower && (int64_t(v) & (int64_t(v) - 1)) != 0)
    return fail(demand(range));
  return v;
}

Error mustBe(const Node &node, const std::string &must, const std::string &label, const std::string &file) {
  return {place(file, node.line, node.column) + ": '" + label + "' must be " + must + ", got " + spell(node)};
}

Error unknownKey(const Node::Entry &entry, const std::string &where, const std::vector<std::string> &known,
                 const std::string &file, const std::string &list) {
  Node key;
  key.kind = Node::Kind::Scalar;
  key.text = entry.key;
  const std::string near = nearest(entry.key, known);
  const std::string hint =
      near.empty() ? "known: " + (list.empty() ? listed(known) : list) : "did you mean '" + near + "'?";
  return {place(file, entry.line, entry.column) + ": " + where + " must hold known keys only, got " +
          spell(key) + " (" + hint + ")"};
}

std::string listed(const std::vector<std::string> &words) {
  std::string s;
  for (const std::string &word : words)
    s += (s.empty() ? "" : ", ") + word;
  return s;
}

std::string decimal(double v) {
  char buffer[64];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, v, std::chars_format::fixed).ptr};
}

Expected<std::string> readFile(const std::string &path, const std::string &what) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text;
  // One byte more than the limit is enough to be refused, whatever the file's length.
  text.resize(MaxBytes + 1);
  // A directory opens, and fails only when it is read.
  if (file)
    file.read(text.data(), std::streamsize(text.size()));
  if (!file.is_open() || file.bad())
    return Error{path + ": expected a readable " + what + ", got: " + std::strerror(errno ? errno : EIO)};
  text.resize(size_t(file.gcount()));
  return text;
}

} // namespace accord::yaml
