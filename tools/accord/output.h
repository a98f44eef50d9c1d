// Results on their way out: one table that prints as text, JSON or CSV.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/files/output_file.h"
#include "tools/accord/command.h"
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace accord::cli {

enum class Format { Table, Json, Csv };

/// Adds `--format` (default table) to a subcommand.
void addFormatOption(po::options_description &options);

/// The value of `--format`. Error: expected table, json or csv, got ...
Expected<Format> formatOf(const po::variables_map &values);

/// A cell: a word, a count, a measure (printed with up to 6 significant digits in tables, all of them in JSON
/// and CSV), or nothing.
using Cell = std::variant<std::monostate, std::string, int64_t, double>;

struct Table {
  std::vector<std::string> columns; ///< Unit in the name where there is one: `time_us`.
  std::vector<std::vector<Cell>> rows;
  /// What the rows rest on: input files, hashes, hardware. The tool's version is added to it.
  std::vector<std::pair<std::string, std::string>> about;
};

/// Version and commit, as every result names them.
const char *toolVersion();

/// Text of a table. Table: aligned columns under `name: value` lines. JSON: {"about": {...}, "rows":
/// [{...}]}. CSV: RFC 4180, with one column more for each line of `about`.
std::string render(const Table &table, Format format);

/// The parts of the JSON form, for results of several tables.
nlohmann::ordered_json jsonOfAbout(const std::vector<std::pair<std::string, std::string>> &about);
nlohmann::ordered_json jsonOfRows(const Table &table);

/// Writes `text` to `path` whole, as OutputFile does.
Status writeOutput(const std::string &path, const std::string &text);

} // namespace accord::cli
