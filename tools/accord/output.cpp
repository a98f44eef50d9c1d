// Renders tables and writes results.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/output.h"
#include "tools/accord/printable.h"
#include "tools/accord/progress.h"
#include "tools/version.h"
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

namespace accord::cli {
namespace {

std::string exactText(const Cell &cell) {
  if (auto *s = std::get_if<std::string>(&cell))
    return printable(*s);
  if (auto *i = std::get_if<int64_t>(&cell))
    return std::to_string(*i);
  if (auto *d = std::get_if<double>(&cell)) {
    char buffer[64];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, *d).ptr};
  }
  return "";
}

std::string shortText(const Cell &cell) {
  if (auto *d = std::get_if<double>(&cell)) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.6g", *d);
    return buffer;
  }
  return exactText(cell);
}

bool isNumber(const Cell &cell) {
  return std::holds_alternative<int64_t>(cell) || std::holds_alternative<double>(cell);
}

/// Columns of a terminal that UTF-8 text takes, one for each code point.
size_t displayWidth(const std::string &s) {
  return size_t(std::count_if(s.begin(), s.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string renderText(const Table &table) {
  std::string out;
  for (const auto &[key, value] : table.about)
    out += printable(key) + ": " + printable(value) + "\n";
  size_t n = table.columns.size();
  std::vector<size_t> width(n);
  // A column that begins with a number is set flush right, under a heading that is too.
  std::vector<bool> right(n, false);
  for (size_t c = 0; c < n; ++c) {
    width[c] = displayWidth(printable(table.columns[c]));
    for (const auto &row : table.rows) {
      width[c] = std::max(width[c], displayWidth(shortText(row[c])));
    }
    auto first = std::find_if(table.rows.begin(), table.rows.end(), [&](const auto &row) {
      return !std::holds_alternative<std::monostate>(row[c]);
    });
    right[c] = first != table.rows.end() && isNumber((*first)[c]);
  }
  auto line = [&](auto &&text) {
    std::string s;
    for (size_t c = 0; c < n; ++c) {
      std::string cell = text(c);
      std::string pad(width[c] - displayWidth(cell), ' ');
      s += (c ? "  " : "") + (right[c] ? pad + cell : cell + pad);
    }
    out += s.substr(0, s.find_last_not_of(' ') + 1) + "\n";
  };
  line([&](size_t c) { return printable(table.columns[c]); });
  line([&](size_t c) { return std::string(width[c], '-'); });
  for (const auto &row : table.rows)
    line([&](size_t c) { return shortText(row[c]); });
  return out;
}

std::string renderJson(const Table &table) {
  // Names come from files: bytes that are no UTF-8 are replaced, not thrown over.
  nlohmann::ordered_json whole = {{"about", jsonOfAbout(table.about)}, {"rows", jsonOfRows(table)}};
  return printable(whole.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace), "\n") + "\n";
}

/// Of text that is printable: line breaks are escaped there.
std::string csvField(const std::string &s) {
  if (s.find_first_of(",\"") == std::string::npos)
    return s;
  std::string quoted = "\"";
  for (char c : s)
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::string renderCsv(const Table &table) {
  std::string out, tail, tailHead = ",accord";
  for (const std::string &column : table.columns)
    out += (out.empty() ? "" : ",") + csvField(printable(column));
  tail = "," + csvField(toolVersion());
  for (const auto &[key, value] : table.about) {
    tailHead += "," + csvField(printable(key));
    tail += "," + csvField(printable(value));
  }
  out += tailHead + "\n";
  for (const auto &row : table.rows) {
    for (size_t c = 0; c < row.size(); ++c)
      out += (c ? "," : "") + csvField(exactText(row[c]));
    out += tail + "\n";
  }
  return out;
}

} // namespace

const char *toolVersion() { return ACCORD_VERSION " (" ACCORD_COMMIT ")"; }

nlohmann::ordered_json jsonOfAbout(const About &about) {
  nlohmann::ordered_json object = {{"accord", toolVersion()}};
  for (const auto &[key, value] : about)
    object[key] = value;
  return object;
}

nlohmann::ordered_json jsonOfRows(const Table &table) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const auto &row : table.rows) {
    nlohmann::ordered_json object = nlohmann::ordered_json::object();
    for (size_t c = 0; c < row.size(); ++c)
      std::visit(
          [&](const auto &v) {
            if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::monostate>)
              object[table.columns[c]] = nullptr;
            else
              object[table.columns[c]] = v;
          },
          row[c]);
    rows.push_back(std::move(object));
  }
  return rows;
}

void addFormatOption(po::options_description &options) {
  options.add_options()("format", po::value<std::string>()->default_value("table")->value_name("FORM"),
                        "table, json or csv");
}

Expected<Format> formatOf(const po::variables_map &values) {
  const std::string &word = values["format"].as<std::string>();
  if (word == "table")
    return Format::Table;
  if (word == "json")
    return Format::Json;
  if (word == "csv")
    return Format::Csv;
  return Error{"--format: expected table, json or csv, got '" + word + "'"};
}

std::string render(const Table &table, Format format) {
  switch (format) {
  case Format::Json:
    return renderJson(table);
  case Format::Csv:
    return renderCsv(table);
  case Format::Table:
    break;
  }
  return renderText(table);
}

Status writeOutput(const std::string &path, const std::string &text) {
  endProgress();
  return writeFile(path, text);
}

} // namespace accord::cli
