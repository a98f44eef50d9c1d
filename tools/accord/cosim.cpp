// accord cosim: a block's RTL, its golden function and its cycle model on the same stimuli.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/cosim.h"
#include "tools/accord/machines.h"
#include "tools/accord/output.h"
#include <cctype>
#include <set>

namespace accord::cli {
namespace {

/// An option for each size that any block has; the first block that has it says what it is.
void addAxes(po::options_description &options) {
  std::set<std::string> known;
  for (const rtl::CosimBlock &block : rtl::cosimBlocks())
    for (const rtl::CosimAxis &axis : block.axes) {
      if (!known.insert(axis.name).second)
        continue;
      const auto letter = std::string(1, char(std::toupper(axis.name[0]))) + "...";
      options.add_options()(axis.name, po::value<std::vector<int64_t>>()->multitoken()->value_name(letter),
                            axis.help);
    }
}

} // namespace

int runCosim(const std::vector<std::string> &arguments) {
  Usage usage = {"cosim", "BLOCK [options]",
                 "compare a block's RTL with its golden function and its cycle model",
                 "accord cosim lut_array --seed 1"};
  po::options_description options;
  options.add_options()("block", po::value<std::string>());
  addAxes(options);
  options.add_options()("seed", po::value<Count>()->default_value({1})->value_name("N"),
                        "of data and stalls");
  options.add_options()("rtl-dir", po::value<std::string>()->default_value("")->value_name("DIR"),
                        "sources of the RTL; default: Accord's own");
  addHardwareOption(options, "the machine whose parameters the block gets; default: the block's own");
  options.add_options()("waves", po::value<std::string>()->default_value("")->value_name("FILE"),
                        "where a VCD waveform of the first command goes");
  options.add_options()("output,o", po::value<std::string>()->default_value("-")->value_name("FILE"),
                        "where the result goes; - is stdout");
  addFormatOption(options);
  po::positional_options_description positional;
  positional.add("block", 1);
  po::variables_map values;
  if (std::optional<int> exit = parseOptions(usage, options, positional, arguments, values))
    return *exit;
  Expected<Format> format = formatOf(values);
  if (!format)
    return misuse("cosim: " + format.error().message);
  const std::string name = values.count("block") ? values["block"].as<std::string>() : "";
  Expected<const rtl::CosimBlock *> block = rtl::findCosimBlock(name);
  if (!block)
    return misuse("cosim: " + block.error().message);

  rtl::CosimOptions cosim;
  for (const rtl::CosimBlock &other : rtl::cosimBlocks())
    for (const rtl::CosimAxis &axis : other.axes)
      if (values.count(axis.name))
        cosim.sizes[axis.name] = values[axis.name].as<std::vector<int64_t>>();
  cosim.dataSeed = values["seed"].as<Count>().value;
  cosim.stallSeeds = {cosim.dataSeed};
  cosim.rtl.rtlDir = values["rtl-dir"].as<std::string>();
  cosim.wavesPath = values["waves"].as<std::string>();
  std::optional<Machine> machine;
  if (values.count("hardware")) {
    Expected<Machine> opened = openMachine(values["hardware"].as<std::string>());
    if (!opened)
      return fail(opened.error().message);
    machine = std::move(*opened);
    cosim.hardware = &machine->hardware;
  }
  auto report = rtl::cosim(**block, cosim);
  if (!report)
    return fail(report.error().message);

  Table table;
  table.columns = {"block",           "runs",       "stalled",      "values",        "mismatches", "beats",
                   "beat_mismatches", "cycles_rtl", "cycles_model", "error_percent", "rtl_khz"};
  table.rows.push_back({name, int64_t(report->runs), int64_t(report->stalledRuns),
                        int64_t(report->valuesCompared), int64_t(report->valueMismatches),
                        int64_t(report->beatsCompared),
                        int64_t(report->beatMismatches + report->formMismatches + report->brokenRuns),
                        int64_t(report->cyclesRtl), int64_t(report->cyclesModel), report->cycleErrorPercent(),
                        report->simulatedKhz});
  table.about = {{"seed", std::to_string(cosim.dataSeed)}};
  if (Status s = writeOutput(values["output"].as<std::string>(), render(table, *format)); !s)
    return fail(s.error().message);
  if (report->passed())
    return Done;
  return fail("cosim: " + name + ": " +
              (report->firstDifference.empty() ? "expected something to compare, got nothing"
                                               : report->firstDifference));
}

} // namespace accord::cli
