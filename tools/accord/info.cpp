// accord info: what model, network and hardware files say, side by side when there are several, and the
// schema of the latter.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/hardware/hardware.h"
#include "sim/hardware/keys.h"
#include "sim/models/dram/dram_timing.h"
#include "tools/accord/machines.h"
#include "tools/accord/model_file.h"
#include "tools/accord/model_info.h"
#include "tools/accord/network_info.h"
#ifdef ACCORD_HAVE_MLIR
#include "tools/accord/devices.h"
#endif
#include <algorithm>

namespace accord::cli {
namespace {

Cell cellOf(const HardwareEntry &entry) {
  if (entry.isText)
    return entry.value;
  if (entry.value.find('.') != std::string::npos)
    return std::stod(entry.value);
  return int64_t(std::stoll(entry.value));
}

/// One row a key, one column a machine. A key that a machine lacks is an empty cell.
Table compare(const std::vector<Hardware> &machines, const std::vector<std::string> &files) {
  Table table;
  table.columns = {"key"};
  std::vector<std::vector<HardwareEntry>> described;
  for (size_t i = 0; i < machines.size(); ++i) {
    // Two files may hold machines of one name; columns must differ.
    addColumn(table, machines[i].name, files[i]);
    described.push_back(describeHardware(machines[i]));
  }
  table.columns.insert(table.columns.end(), {"unit", "meaning"});
  for (const hardware::KeyRow &row : hardware::keyTable()) {
    std::string key = hardware::dottedKey(row);
    std::vector<Cell> cells = {key};
    bool held = false;
    for (const auto &entries : described) {
      auto at =
          std::find_if(entries.begin(), entries.end(), [&](const HardwareEntry &e) { return e.key == key; });
      cells.push_back(at == entries.end() ? Cell() : cellOf(*at));
      held |= at != entries.end();
    }
    if (!held)
      continue;
    cells.insert(cells.end(), {std::string(row.unit), std::string(row.doc)});
    table.rows.push_back(std::move(cells));
  }
  std::vector<Cell> bin = {std::string("dram bin")}, peak = {std::string("dram peak")};
  for (const Hardware &hw : machines) {
    bin.push_back(std::string(sim::dramBin(hw.dram)));
    peak.push_back(hw.dram.peakBytesPerSecond() / 1e9);
  }
  bin.insert(bin.end(), {std::string(), std::string("speed bin whose timing is taken; derived")});
  table.rows.push_back(std::move(bin));
  peak.insert(peak.end(), {std::string("GB/s"), std::string("channels x rate x width; derived")});
  table.rows.push_back(std::move(peak));
  return table;
}

/// The table of keys as sim/hardware/README.md shows it.
std::string keysAsMarkdown() {
  std::string text = "| key | unit | values | meaning |\n|---|---|---|---|\n";
  auto number = [](double v) {
    return v == int64_t(v) ? std::to_string(int64_t(v)) : std::to_string(v).substr(0, 3);
  };
  for (const hardware::KeyRow &row : hardware::keyTable()) {
    std::string values;
    if (row.form == hardware::KeyRow::Path)
      values = "a file or a name";
    else if (row.max == 0 && row.words.empty())
      values = "a name";
    else if (row.max == 0)
      for (const char *w : row.words)
        values += std::string(w == row.words.front() ? "" : ", ") + w;
    else if (row.min == row.max)
      values = number(row.min);
    else
      values = number(row.min) + " – " + number(row.max) +
               (row.form == hardware::KeyRow::PowerOfTwo ? ", power of two" : "");
    if (row.optional)
      values += ", or nothing";
    text += "| `" + hardware::dottedKey(row) + "` | " + row.unit + " | " + values + " | " + row.doc + " |\n";
  }
  return text;
}

Expected<std::string> describeMachines(const std::vector<std::string> &files, Format format) {
  std::vector<Hardware> machines;
  for (const std::string &file : files) {
    Expected<Machine> machine = openMachine(file);
    if (!machine)
      return machine.error();
    machines.push_back(std::move(machine->hardware));
  }
  return render(compare(machines, files), format);
}

Expected<std::string> describeModels(const std::vector<std::string> &files, const po::variables_map &values,
                                     Format format) {
  Expected<model::OpenOptions> open = openOptionsOf(values);
  if (!open)
    return open.error();
  ModelFiles models;
  for (const std::string &file : files) {
    auto opened = model::GgufFile::open(file, *open);
    if (!opened)
      return opened.error();
    models.push_back(std::move(*opened));
  }
  return render(values.count("tensors")    ? listTensors(models)
                : values.count("metadata") ? listMetadata(models)
                                           : compareModels(models),
                format);
}

/// The kinds of files, by what messages call them.
enum class Kind { Model, Network, Machine };
Kind kindOf(const std::string &file) {
  return isModelFile(file) ? Kind::Model : holdsNetwork(file) ? Kind::Network : Kind::Machine;
}
const char *name(Kind kind) {
  return kind == Kind::Model ? "GGUF model" : kind == Kind::Network ? "network file" : "hardware file";
}

/// The table of one or more files, all of one kind.
Expected<std::string> describeFiles(const po::variables_map &values, Format format) {
  auto files = values["file"].as<std::vector<std::string>>();
  for (const std::string &file : files)
    if (const std::string foreign = describeForeignFile(file); !foreign.empty())
      return Error{file + ": expected a GGUF model or a hardware file, got " + foreign};
  const Kind kind = kindOf(files[0]);
  for (const std::string &file : files)
    if (kindOf(file) != kind)
      return Error{file + ": expected a " + name(kind) + " beside " + files[0] + ", got a " +
                   name(kindOf(file))};
  for (const char *option : {"tensors", "metadata", "i2s-layout"})
    if (values.count(option) && kind != Kind::Model)
      return Error{files[0] + ": expected a GGUF model for --" + option + ", got another file"};
  if (values.count("network") && kind != Kind::Network)
    return Error{files[0] + ": expected a network file for --network, got another file"};
  if (kind == Kind::Network)
    return describeNetworks(files,
                            values.count("network") ? values["network"].as<std::vector<std::string>>()
                                                    : model::NetworkChanges(),
                            format);
  return kind == Kind::Model ? describeModels(files, values, format) : describeMachines(files, format);
}

} // namespace

int runInfo(const std::vector<std::string> &arguments) {
  Usage usage = {"info", "FILE... | --devices | --schema | --keys [options]",
                 "print what model, network or hardware files say, side by side, or this machine's devices",
                 "accord info models/hardware/lut-edge.yaml"};
  po::options_description options;
  options.add_options()("file", po::value<std::vector<std::string>>());
  options.add_options()("tensors", "list the tensors of GGUF models");
  options.add_options()("metadata", "list the metadata of GGUF models, long values cut");
  addLayoutOption(options);
  addNetworkOption(options);
#ifdef ACCORD_HAVE_MLIR
  options.add_options()("devices", "list this machine's devices and test their arithmetic; no FILE");
#endif
  options.add_options()("schema", "print the JSON Schema of hardware files");
  options.add_options()("keys", "print the keys of hardware files as a Markdown table");
  options.add_options()("output,o", po::value<std::string>()->default_value("-")->value_name("FILE"),
                        "where the result goes; - is stdout");
  addFormatOption(options);
  po::positional_options_description positional;
  positional.add("file", -1);
  po::variables_map values;
  if (std::optional<int> exit = parseOptions(usage, options, positional, arguments, values))
    return *exit;
  Expected<Format> format = formatOf(values);
  if (!format)
    return misuse("info: " + format.error().message);

  int asked = 0;
  for (const char *what : {"file", "devices", "schema", "keys"})
    asked += values.count(what) != 0;
  if (asked > 1)
    return misuse("info: expected one of FILE, --devices, --schema and --keys, got " + std::to_string(asked));
  if (values.count("tensors") && values.count("metadata"))
    return misuse("info: expected one of --tensors and --metadata, got 2");
  for (const char *option : {"tensors", "metadata", "i2s-layout", "network"})
    if (values.count(option) && !values.count("file"))
      return misuse("info: --" + std::string(option) + ": expected with FILE, got none");
  if (Expected<model::OpenOptions> layout = openOptionsOf(values); !layout)
    return misuse("info: " + layout.error().message);
  if ((values.count("schema") || values.count("keys")) && !values["format"].defaulted())
    return misuse("info: --format: expected with FILE or --devices, got --schema or --keys");

  std::string text;
#ifdef ACCORD_HAVE_MLIR
  if (values.count("devices"))
    text = render(tabulateDevices(), *format);
  else
#endif
      if (values.count("schema")) {
    text = hardwareSchema();
  } else if (values.count("keys")) {
    text = keysAsMarkdown();
  } else if (values.count("file")) {
    Expected<std::string> described = describeFiles(values, *format);
    if (!described)
      return fail(described.error().message);
    text = std::move(*described);
  } else {
    return misuse("info: expected a FILE, got none; try 'accord info --help'");
  }
  if (Status s = writeOutput(values["output"].as<std::string>(), text); !s)
    return fail(s.error().message);
  return Done;
}

} // namespace accord::cli
