// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/parser_limit.h"

#include "llvm/ADT/StringExtras.h"

using llvm::StringRef;

namespace accord::driver {
namespace {

/// Brackets in brackets that a parser and passes may recurse through on a stack of 8 MiB.
constexpr int64_t mostNested = 256;
/// Results of one op. The parser makes room for all that a number asks for, before it knows the op.
constexpr unsigned mostResults = 1 << 16;

/// The end of the value name that begins behind a '%'.
size_t endOfName(StringRef text, size_t at) {
  while (at < text.size() && (llvm::isAlnum(text[at]) || StringRef("$._-").contains(text[at])))
    ++at;
  return at;
}

} // namespace

// Each kind of bracket is counted apart, so that none is taken for the end of another; the > of -> and >= is
// none.
ParserLimit overParserLimit(StringRef text) {
  int64_t open[4] = {};
  unsigned line = 1;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i], next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (c == '\n') {
      ++line;
    } else if (c == '"') {
      for (++i; i < text.size() && text[i] != '"' && text[i] != '\n'; ++i)
        i += text[i] == '\\';
    } else if (c == '/' && next == '/') {
      i = std::min(text.find('\n', i), text.size()) - 1;
    } else if (c == '%') {
      i = endOfName(text, i + 1);
      StringRef number = text.substr(i);
      if (number.consume_front("#")) {
        number = number.take_while(llvm::isDigit);
        unsigned result;
        if (!number.empty() && (number.getAsInteger(10, result) || result >= mostResults))
          return {line, "a result of an op numbered below " + std::to_string(mostResults)};
      }
      --i;
    } else if (const size_t kind = StringRef("([{<").find(c); kind != StringRef::npos) {
      ++open[kind];
      if (open[0] + open[1] + open[2] + open[3] > mostNested)
        return {line, "brackets nested at most " + std::to_string(mostNested) + " deep"};
    } else if (const size_t kind = StringRef(")]}>").find(c); kind != StringRef::npos) {
      const bool arrow = c == '>' && ((i > 0 && text[i - 1] == '-') || next == '=');
      open[kind] -= !arrow && open[kind] > 0;
    }
  }
  return {};
}

} // namespace accord::driver
