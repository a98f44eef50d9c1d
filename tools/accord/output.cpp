// Renders tables and writes results.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/output.h"
#include "tools/accord/progress.h"
#include "tools/version.h"
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <unistd.h>
#include <utility>

namespace accord::cli {
namespace {

std::string exactText(const Cell &cell) {
  if (auto *s = std::get_if<std::string>(&cell))
    return *s;
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
    out += key + ": " + value + "\n";
  size_t n = table.columns.size();
  std::vector<size_t> width(n);
  // A column that begins with a number is set flush right, under a heading that is too.
  std::vector<bool> right(n, false);
  for (size_t c = 0; c < n; ++c) {
    width[c] = displayWidth(table.columns[c]);
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
  line([&](size_t c) { return table.columns[c]; });
  line([&](size_t c) { return std::string(width[c], '-'); });
  for (const auto &row : table.rows)
    line([&](size_t c) { return shortText(row[c]); });
  return out;
}

std::string renderJson(const Table &table) {
  // Names come from files: bytes that are no UTF-8 are replaced, not thrown over.
  nlohmann::ordered_json whole = {{"about", jsonOfAbout(table.about)}, {"rows", jsonOfRows(table)}};
  return whole.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string csvField(const std::string &s) {
  if (s.find_first_of(",\"\r\n") == std::string::npos)
    return s;
  std::string quoted = "\"";
  for (char c : s)
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::string renderCsv(const Table &table) {
  std::string out, tail, tailHead = ",accord";
  for (const std::string &column : table.columns)
    out += (out.empty() ? "" : ",") + csvField(column);
  tail = "," + csvField(toolVersion());
  for (const auto &[key, value] : table.about) {
    tailHead += "," + csvField(key);
    tail += "," + csvField(value);
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

nlohmann::ordered_json jsonOfAbout(const std::vector<std::pair<std::string, std::string>> &about) {
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

Error OutputFile::failure(int reason) const {
  return Error{(path == "-" ? "stdout" : path) + ": expected to write " + std::to_string(bytesAsked) +
               " bytes, got: " + std::strerror(reason ? reason : EIO)};
}

Expected<OutputFile> OutputFile::open(const std::string &path) {
  namespace fs = std::filesystem;
  OutputFile output(path);
  if (path == "-") {
    output.file = stdout;
    return output;
  }
  std::error_code ignored;
  output.target = path;
  if (fs::path real = fs::canonical(path, ignored); !real.empty())
    output.target = real.string();
  fs::file_status status = fs::status(output.target, ignored);
  bool inPlace = fs::exists(status) && !fs::is_regular_file(status);
  output.written = inPlace ? output.target : output.target + ".part" + std::to_string(::getpid());
  output.file = std::fopen(output.written.c_str(), "wb");
  if (!output.file) {
    Error error{path + ": expected to write to it, got: " + std::strerror(errno)};
    output.written = output.target; // there is no file beside it to remove
    return error;
  }
  return output;
}

OutputFile::OutputFile(OutputFile &&other) noexcept
    : path(std::move(other.path)), target(std::move(other.target)), written(std::move(other.written)),
      file(std::exchange(other.file, nullptr)), bytesAsked(other.bytesAsked) {}

OutputFile::~OutputFile() {
  if (!file || file == stdout)
    return;
  std::fclose(file);
  if (written != target)
    std::remove(written.c_str());
}

Status OutputFile::write(std::string_view bytes) {
  endProgress();
  bytesAsked += bytes.size();
  errno = 0;
  if (std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size())
    return failure(errno);
  return {};
}

Status OutputFile::commit() {
  errno = 0;
  int reason = std::fflush(file) == 0 ? 0 : errno ? errno : EIO;
  if (file == stdout)
    return reason ? Status(failure(reason)) : Status();
  // A full disk may show only at the end.
  if (std::fclose(file) != 0 && reason == 0)
    reason = errno ? errno : EIO;
  file = nullptr;
  if (written == target)
    return reason ? Status(failure(reason)) : Status();
  if (reason == 0 && std::rename(written.c_str(), target.c_str()) != 0)
    reason = errno;
  if (reason == 0)
    return {};
  std::remove(written.c_str());
  return failure(reason);
}

Status writeOutput(const std::string &path, const std::string &text) {
  Expected<OutputFile> output = OutputFile::open(path);
  if (!output)
    return output.error();
  if (Status s = output->write(text); !s)
    return s;
  return output->commit();
}

} // namespace accord::cli
