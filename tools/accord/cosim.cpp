// accord cosim: a block's RTL, its golden function and its cycle model on the same stimuli.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/cosim_lut_array.h"
#include "tools/accord/output.h"

namespace accord::cli {

int runCosim(const std::vector<std::string> &arguments) {
  Usage usage = {"cosim", "BLOCK [options]",
                 "compare a block's RTL with its golden function and its cycle model",
                 "accord cosim lut_array --seed 1"};
  po::options_description options;
  options.add_options()("block", po::value<std::string>());
  options.add_options()("m", po::value<std::vector<int64_t>>()->multitoken()->value_name("M..."),
                        "rows; default 1 to 9");
  options.add_options()("n", po::value<std::vector<int64_t>>()->multitoken()->value_name("N..."),
                        "outputs; default 1 63 64 65 192");
  options.add_options()("k", po::value<std::vector<int64_t>>()->multitoken()->value_name("K..."),
                        "depths; default 4 36 576");
  options.add_options()("planes", po::value<std::vector<int>>()->multitoken()->value_name("P..."),
                        "default 1 to 8");
  options.add_options()("seed", po::value<Count>()->default_value({1})->value_name("N"),
                        "of data and stalls");
  options.add_options()("rtl-dir", po::value<std::string>()->default_value("")->value_name("DIR"),
                        "sources of the RTL; default: Accord's own");
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
  std::string block = values.count("block") ? values["block"].as<std::string>() : "";
  if (block != "lut_array")
    return misuse("cosim: expected a block, lut_array, got " + (block.empty() ? "none" : "'" + block + "'"));

  rtl::CosimOptions cosim;
  if (values.count("m"))
    cosim.m = values["m"].as<std::vector<int64_t>>();
  if (values.count("n"))
    cosim.n = values["n"].as<std::vector<int64_t>>();
  if (values.count("k"))
    cosim.k = values["k"].as<std::vector<int64_t>>();
  if (values.count("planes"))
    cosim.planes = values["planes"].as<std::vector<int>>();
  cosim.dataSeed = values["seed"].as<Count>().value;
  cosim.stallSeeds = {cosim.dataSeed};
  cosim.rtl.rtlDir = values["rtl-dir"].as<std::string>();
  auto report = rtl::cosimLutArray(cosim);
  if (!report)
    return fail(report.error().message);

  Table table;
  table.columns = {"block",           "runs",       "stalled",      "values",        "mismatches", "beats",
                   "beat_mismatches", "cycles_rtl", "cycles_model", "error_percent", "rtl_khz"};
  table.rows.push_back({block, int64_t(report->runs), int64_t(report->stalledRuns),
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
  return fail("cosim: " + block + ": " +
              (report->firstDifference.empty() ? "expected something to compare, got nothing"
                                               : report->firstDifference));
}

} // namespace accord::cli
