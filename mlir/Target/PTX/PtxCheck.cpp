// Reading PTX line by line; see PtxCheck.h. Knows no MLIR.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Target/PTX/PtxCheck.h"
#include <algorithm>
#include <string>
#include <vector>

namespace accord {
namespace {

/// The opcode of an instruction and its dotted modifiers: "add.rn.f32" -> {"add", "rn", "f32"}.
std::vector<std::string_view> split(std::string_view word) {
  std::vector<std::string_view> parts;
  for (size_t start = 0; start <= word.size();) {
    size_t dot = std::min(word.find('.', start), word.size());
    parts.push_back(word.substr(start, dot - start));
    start = dot + 1;
  }
  return parts;
}

/// The first word of an instruction; empty for directives, labels, comments, braces and declarations. A
/// predicate
/// (`@%p1`) is skipped.
std::string_view opcodeOf(std::string_view line) {
  if (size_t comment = line.find("//"); comment != std::string_view::npos)
    line = line.substr(0, comment);
  auto skip = [&] { line.remove_prefix(std::min(line.find_first_not_of(" \t{"), line.size())); };
  skip();
  if (!line.empty() && line.front() == '@') {
    line.remove_prefix(std::min(line.find_first_of(" \t"), line.size()));
    skip();
  }
  if (line.empty() || !(line.front() >= 'a' && line.front() <= 'z'))
    return {};
  std::string_view word = line.substr(0, line.find_first_of(" \t;"));
  return word.back() == ':' ? std::string_view() : word;
}

constexpr std::string_view forbidden[] = {"fma", "div", "sqrt", "rsqrt", "rcp", "ex2",
                                          "lg2", "sin", "cos",  "tanh",  "mad"};

} // namespace

Expected<PtxRounding> checkPtxRounding(std::string_view text) {
  PtxRounding found;
  uint64_t number = 0;
  for (size_t start = 0; start < text.size();) {
    size_t end = std::min(text.find('\n', start), text.size());
    std::string_view word = opcodeOf(text.substr(start, end - start));
    start = end + 1;
    ++number;
    if (word.empty())
      continue;
    ++found.instructions;
    std::vector<std::string_view> parts = split(word);
    auto has = [&](std::string_view part) {
      return std::find(parts.begin() + 1, parts.end(), part) != parts.end();
    };
    auto fail = [&](const char *expected) {
      return Error{"ptx: line " + std::to_string(number) + ": expected " + expected + ", got " +
                   std::string(word)};
    };
    std::string_view op = parts[0];
    bool isFloat = has("f32") || has("f64") || has("f16") || has("f16x2") || has("bf16") || has("bf16x2");
    if (op == "call")
      return fail("no call");
    if (has("approx"))
      return fail("no approximation");
    if (has("ftz"))
      return fail("an instruction that keeps subnormals");
    if (!isFloat)
      continue;
    if (std::find(std::begin(forbidden), std::end(forbidden), op) != std::end(forbidden))
      return fail("add, sub and mul alone");
    // Plain min and max are what LLVM makes of `x > c ? x : c`, equal for every x, NaN included; this is not.
    if (has("NaN"))
      return fail("no NaN-propagating minimum or maximum");
    if (op != "add" && op != "sub" && op != "mul")
      continue;
    if (!has("f32"))
      return fail("arithmetic on f32");
    if (!has("rn"))
      return fail(".rn, so that it is rounded on its own");
    ++(op == "add" ? found.adds : op == "sub" ? found.subs : found.muls);
  }
  if (found.instructions == 0)
    return Error{"ptx: expected instructions, got none in " + std::to_string(text.size()) + " bytes"};
  return found;
}

} // namespace accord
