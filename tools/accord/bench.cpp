// accord bench: how fast the tool itself is on this machine, beside what is asked of it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/backends/sim/sim_worker.h"
#include "tools/accord/machines.h"
#include "tools/accord/model_file.h"
#include "tools/accord/model_info.h"
#include "tools/accord/terminal.h"
#include "tools/driver/sim_model.h"
#include "tools/driver/stopwatch.h"

#include <algorithm>
#include <fstream>
#include <thread>

namespace accord::cli {
namespace {

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// `model name` of the first processor.
std::string processorName() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.rfind("model name", 0) == 0)
      return line.substr(line.find(':') + 2);
  return "unknown";
}

std::string loadAverage() {
  std::string word;
  std::ifstream("/proc/loadavg") >> word;
  return word;
}

class Bench {
public:
  Bench(SimModelOptions options, std::vector<Machine> machines, uint64_t repeat)
      : options(std::move(options)), machines(std::move(machines)), repeat(repeat) {
    table.columns = {"figure", "measured", "unit", "asked", "met"};
  }

  Expected<Table> run() {
    for (Status (Bench::*part)() : {&Bench::info, &Bench::decode, &Bench::prefill, &Bench::values})
      if (Status s = (this->*part)(); !s)
        return s.error();
    return std::move(table);
  }

private:
  /// `asked` is a most.
  void row(const std::string &figure, double measured, const char *unit, double asked) {
    table.rows.push_back(
        {figure, measured, std::string(unit), asked, std::string(measured < asked ? "yes" : "no")});
  }

  Status info() {
    std::vector<double> seconds;
    for (uint64_t i = 0; i < repeat; ++i) {
      Stopwatch watch;
      ModelFiles files;
      auto file = model::GgufFile::open(options.path, options.open);
      if (!file)
        return file.error();
      files.push_back(std::move(*file));
      render(compareModels(files), Format::Table);
      seconds.push_back(watch.seconds());
    }
    row("info of the model", median(seconds), "s", 0.1);
    return {};
  }

  struct Timed {
    double compile = 0, simulate = 0;
    uint64_t peakBytes = 0;
  };

  /// A toolchain of its own, as a first run has.
  Expected<Timed> once(const Machine &machine) {
    Timed timed;
    Toolchain toolchain(terminal());
    Stopwatch compiling;
    auto model = compileModel(toolchain, options, machine);
    if (!model)
      return model.error();
    timed.compile = compiling.seconds();
    auto run = simulateModel(toolchain, *model, options, machine, nullptr);
    if (!run)
      return run.error();
    timed.simulate = run->took.simulate;
    timed.peakBytes = run->took.peakBytes;
    return timed;
  }

  /// Medians, and the largest peak.
  Expected<Timed> measure(const Machine &machine) {
    std::vector<double> compile, simulate;
    Timed all;
    for (uint64_t i = 0; i < repeat; ++i) {
      Expected<Timed> timed = once(machine);
      if (!timed)
        return timed.error();
      compile.push_back(timed->compile);
      simulate.push_back(timed->simulate);
      all.peakBytes = std::max(all.peakBytes, timed->peakBytes);
    }
    all.compile = median(compile);
    all.simulate = median(simulate);
    return all;
  }

  Status decode() {
    options.phase = Phase::Decode;
    Expected<Timed> first = measure(machines.front());
    if (!first)
      return first.error();
    row("compile decode to L3", first->compile, "s", 0.5);
    Expected<Timed> other = measure(machines.back());
    if (!other)
      return other.error();
    row("recompile for " + machines.back().hardware.name + " and simulate one token",
        other->compile + other->simulate, "s", 0.3);
    peak("simulate one token: memory", *other);
    timing = first->simulate;
    return {};
  }

  Status prefill() {
    options.phase = Phase::Prefill;
    Expected<Timed> timed = measure(machines.front());
    if (!timed)
      return timed.error();
    row("compile prefill to L3", timed->compile, "s", 0.5);
    row("simulate prefill of " + std::to_string(options.context), timed->simulate, "s", 3);
    peak("simulate prefill of " + std::to_string(options.context) + ": memory", *timed);
    return {};
  }

  Status values() {
    options.phase = Phase::Decode;
    options.values = true;
    Expected<Timed> timed = measure(machines.front());
    if (!timed)
      return timed.error();
    row("one token with values over without", timed->simulate / timing, "times", 20);
    peak("one token with values: memory", *timed);
    return {};
  }

  void peak(const std::string &figure, const Timed &timed) {
    row(figure, double(timed.peakBytes) / (1 << 20), "MiB", 512);
  }

  SimModelOptions options;
  std::vector<Machine> machines;
  uint64_t repeat;
  double timing = 0;
  Table table;
};

} // namespace

int runBench(const std::vector<std::string> &arguments) {
  Usage usage = {"bench", "MODEL.gguf [options]",
                 "measure the tool on this machine: reading, compiling and simulating a model; medians",
                 "accord bench build/models/smollm2.gguf --repeat 3"};
  po::options_description options;
  options.add_options()("file", po::value<std::string>());
  addHardwareList(options, "the machine to simulate, and another to recompile for", "lut-edge,mac-edge");
  options.add_options()("context", po::value<Count>()->default_value({128})->value_name("N"),
                        "tokens of the prefill, and in front of the decoded one");
  options.add_options()("repeat", po::value<Count>()->default_value({5})->value_name("N"),
                        "measurements of each figure");
  options.add_options()("output,o", po::value<std::string>()->default_value("-")->value_name("FILE"),
                        "where the result goes; - is stdout");
  addLayoutOption(options);
  addFormatOption(options);
  po::positional_options_description positional;
  positional.add("file", 1);
  po::variables_map values;
  if (std::optional<int> exit = parseOptions(usage, options, positional, arguments, values))
    return *exit;
  Expected<Format> format = formatOf(values);
  if (!format)
    return misuse("bench: " + format.error().message);
  if (!values.count("file"))
    return misuse("bench: expected a MODEL, got none; try 'accord bench --help'");
  SimModelOptions model;
  model.path = values["file"].as<std::string>();
  if (!isModelFile(model.path))
    return misuse("bench: expected a GGUF model, got " + model.path);
  Expected<model::OpenOptions> open = openOptionsOf(values);
  if (!open)
    return misuse("bench: " + open.error().message);
  model.open = *open;
  const uint64_t repeat = values["repeat"].as<Count>().value, context = values["context"].as<Count>().value;
  for (auto [name, value] : {std::pair("repeat", repeat), {"context", context}})
    if (value == 0 || value > INT32_MAX)
      return misuse("bench: --" + std::string(name) + ": expected 1 to " + std::to_string(INT32_MAX) +
                    ", got " + std::to_string(value));
  model.context = int64_t(context);
  auto machines = openMachines(values);
  if (!machines)
    return fail(machines.error().message);
  std::string load = loadAverage();
  auto table = Bench(model, *machines, repeat).run();
  if (!table)
    return fail(table.error().message);
  table->about = {{"model", model.path},
                  {"hardware", machines->front().path},
                  {"other_hardware", machines->back().path},
                  {"processor", processorName()},
                  {"processors", std::to_string(std::thread::hardware_concurrency())},
                  {"load_before", load},
                  {"repeat", std::to_string(repeat)},
                  {"context", std::to_string(context)}};
  if (Status s = writeOutput(values["output"].as<std::string>(), render(*table, *format)); !s)
    return fail(s.error().message);
  return Done;
}

} // namespace accord::cli
