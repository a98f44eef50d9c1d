// Results on their way out: a table as text, JSON or CSV.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/files/output_file.h"
#include "tools/accord/command.h"
#include "tools/driver/table.h"
#include <nlohmann/json_fwd.hpp>

namespace accord::cli {

enum class Format { Table, Json, Csv };

/// Adds `--format` (default table) to a subcommand.
void addFormatOption(po::options_description &options);

/// The value of `--format`. Error: expected table, json or csv, got ...
Expected<Format> formatOf(const po::variables_map &values);

/// Version and commit, as every result names them.
const char *toolVersion();

/// Text of a table, with the tool's version added to `about`. Measures have up to 6 significant digits in
/// tables, all of them in JSON and CSV. Table: aligned columns under `name: value` lines. JSON: {"about":
/// {...}, "rows":
/// [{...}]}. CSV: RFC 4180, with one column more for each line of `about`.
std::string render(const Table &table, Format format);

/// The parts of the JSON form, for results of several tables.
nlohmann::ordered_json jsonOfAbout(const About &about);
nlohmann::ordered_json jsonOfRows(const Table &table);

/// Writes `text` to `path` whole, as OutputFile does.
Status writeOutput(const std::string &path, const std::string &text);

} // namespace accord::cli
