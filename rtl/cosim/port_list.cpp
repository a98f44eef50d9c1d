// A scanner of module headers, and the port convention.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/port_list.h"
#include <algorithm>
#include <cctype>
#include <set>

using namespace accord;
using namespace accord::rtl;

namespace {

struct Token {
  std::string text;
  size_t line;
};

struct Port {
  std::string name;
  bool output, wide; // wide: it has a range
  size_t line;
};

bool isWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$'; }

/// Words and single characters, without comments. The last one is empty: the end of the text.
std::vector<Token> tokensOf(const std::string &text) {
  std::vector<Token> tokens;
  size_t line = 1;
  for (size_t i = 0; i < text.size();) {
    size_t end = i + 1;
    if (text.compare(i, 2, "//") == 0)
      end = std::min(text.find('\n', i), text.size());
    else if (text.compare(i, 2, "/*") == 0)
      end = text.find("*/", i + 2) == std::string::npos ? text.size() : text.find("*/", i + 2) + 2;
    else if (isWord(text[i])) {
      while (end < text.size() && isWord(text[end]))
        ++end;
      tokens.push_back({text.substr(i, end - i), line});
    } else if (!std::isspace(static_cast<unsigned char>(text[i])))
      tokens.push_back({text.substr(i, 1), line});
    line += size_t(std::count(text.begin() + long(i), text.begin() + long(end), '\n'));
    i = end;
  }
  tokens.push_back({"", line});
  return tokens;
}

class Header {
public:
  Header(const std::string &text, const std::string &file, std::string top)
      : tokens(tokensOf(text)), file(file), top(std::move(top)) {}

  Expected<std::vector<Port>> ports() {
    while (!is("") && !(is("module") && tokens[at + 1].text == top))
      ++at;
    if (is(""))
      return fail("module " + top, "none");
    at += 2;
    if (is("#") && tokens[++at].text == "(" && !skip("(", ")"))
      return fail("the end of the parameters", "that of the file");
    if (!is("("))
      return fail("the ports of " + top + " in brackets", found());
    std::vector<Port> ports;
    do {
      ++at;
      Expected<Port> port = readPort();
      if (!port)
        return port.error();
      ports.push_back(std::move(*port));
    } while (is(","));
    return ports;
  }

  Error fail(const std::string &expected, const std::string &got, size_t line = 0) const {
    return Error{file + ":" + std::to_string(line ? line : tokens[at].line) + ": expected " + expected +
                 ", got " + got};
  }

private:
  bool is(const char *text) const { return tokens[at].text == text; }
  std::string found() const { return is("") ? "the end of the file" : "'" + tokens[at].text + "'"; }

  /// Behind the bracket that closes the one at hand.
  bool skip(const char *open, const char *close) {
    for (size_t depth = 0; !is(""); ++at) {
      depth += is(open);
      if (is(close) && --depth == 0)
        return ++at, true;
    }
    return false;
  }

  /// `input logic [range] name`, up to the comma or bracket behind it.
  Expected<Port> readPort() {
    Port port{"", is("output"), false, tokens[at].line};
    if (!is("input") && !is("output"))
      return fail("a port's direction, input or output", found());
    ++at;
    if (!is("logic"))
      return fail("logic, the type of a port", found());
    ++at;
    if (is("signed"))
      ++at;
    port.wide = is("[");
    if (port.wide && !skip("[", "]"))
      return fail("the end of a range", "that of the file");
    if (!isWord(tokens[at].text.c_str()[0]))
      return fail("a port's name behind at most one range", found());
    port.name = tokens[at++].text;
    if (!is(",") && !is(")"))
      return fail("a comma or bracket behind port " + port.name, found());
    return port;
  }

  std::vector<Token> tokens;
  const std::string &file;
  std::string top;
  size_t at = 0;
};

bool takeSuffix(std::string &name, const std::string &suffix) {
  if (name.size() <= suffix.size() || name.compare(name.size() - suffix.size(), suffix.size(), suffix) != 0)
    return false;
  name.resize(name.size() - suffix.size());
  return true;
}

/// Which ports there are, held against those that there have to be.
class Convention {
public:
  explicit Convention(const Header &header) : header(header) {}

  Expected<PortList> read(const std::vector<Port> &ports) {
    for (const Port &port : ports)
      if (Status added = add(port); !added)
        return added.error();
    const size_t end = ports.back().line;
    for (const char *name : {"clk_i", "rst_ni", "cmd_valid_i", "cmd_ready_o"})
      if (!names.count(name))
        return header.fail(std::string("port ") + name, "none", end);
    for (const PortStream &stream : list.streams)
      for (const std::string &name : portsOf(stream))
        if (!names.count(name))
          return header.fail("port " + name + " of stream " + stream.name, "none", end);
    for (bool output : {false, true})
      if (std::none_of(list.streams.begin(), list.streams.end(),
                       [&](const PortStream &s) { return s.output == output; }))
        return header.fail(output ? "an output stream" : "an input stream", "none", end);
    return std::move(list);
  }

private:
  static std::vector<std::string> portsOf(const PortStream &s) {
    if (s.output)
      return {s.name + "_valid_o", s.name + "_ready_i", s.name + "_data_o", s.name + "_last_o"};
    return {s.name + "_valid_i", s.name + "_ready_o", s.name + "_data_i"};
  }

  Status add(const Port &port) {
    if (!names.insert(port.name).second)
      return header.fail("each port once", "a second " + port.name, port.line);
    std::string rest = port.name;
    if (port.name == "clk_i" || port.name == "rst_ni")
      return port.output || port.wide ? wrong(port, "input logic " + port.name) : Status();
    if (!takeSuffix(rest, port.output ? "_o" : "_i"))
      return wrong(port, port.output ? "a name that ends in _o" : "a name that ends in _i");
    const bool narrow = takeSuffix(rest, "_valid") || takeSuffix(rest, "_ready") || takeSuffix(rest, "_last");
    if (narrow && port.wide)
      return wrong(port, "one bit for " + port.name);
    if (rest.compare(0, 3, "cmd") == 0 && (rest.size() == 3 || rest[3] == '_'))
      return addToCommand(port, rest);
    const bool named = narrow || takeSuffix(rest, "_data");
    if (!named)
      return wrong(port, "clk_i, rst_ni, a cmd_ field, or _valid, _ready, _data, _last of a stream");
    return addToStream(port, rest);
  }

  Status addToCommand(const Port &port, const std::string &rest) {
    if (port.name == "cmd_valid_i" || port.name == "cmd_ready_o")
      return {};
    if (port.output || rest.size() < 5)
      return wrong(port, "cmd_valid_i, cmd_ready_o or an input cmd_<field>_i");
    list.fields.push_back(port.name.substr(4, port.name.size() - 6));
    return {};
  }

  /// The first port of a stream says which way it goes.
  Status addToStream(const Port &port, const std::string &name) {
    auto stream = std::find_if(list.streams.begin(), list.streams.end(),
                               [&](const PortStream &s) { return s.name == name; });
    if (stream == list.streams.end()) {
      const bool ready = port.name.compare(name.size(), 6, "_ready") == 0;
      list.streams.push_back({name, port.output != ready});
      stream = list.streams.end() - 1;
    }
    const std::vector<std::string> whole = portsOf(*stream);
    if (std::find(whole.begin(), whole.end(), port.name) != whole.end())
      return {};
    std::string words;
    for (const std::string &each : whole)
      words += (words.empty() ? "" : ", ") + each;
    return wrong(port, words + " of " + (stream->output ? "output" : "input") + " stream " + name);
  }

  Error wrong(const Port &port, const std::string &expected) const {
    return header.fail(expected, (port.output ? "output " : "input ") + port.name, port.line);
  }

  const Header &header;
  PortList list;
  std::set<std::string> names;
};

} // namespace

Expected<PortList> rtl::readPorts(const std::string &text, const std::string &file,
                                  const std::string &block) {
  Header header(text, file, "acc_" + block);
  Expected<std::vector<Port>> ports = header.ports();
  if (!ports)
    return ports.error();
  return Convention(header).read(*ports);
}
