// accord sim: a program or a model in simulated time: cycles, what bounds them, and on request its values
// checked. Models go on in sim_model_command.cpp.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/backends/sim/sim_worker.h"
#include "tools/accord/executions.h"
#include "tools/accord/output.h"
#include "tools/accord/sim_bound.h"
#include "tools/accord/sim_model.h"

#include <algorithm>
#include <cmath>

namespace accord::cli {
namespace {

/// `dram bandwidth` as a key: `dram_bandwidth`.
std::string key(std::string words) {
  std::replace(words.begin(), words.end(), ' ', '_');
  return words;
}

/// Rows of `quantity, value, unit`, so that a table, a CSV and a JSON say the same. Quantities are snake_case
/// words that stay: scripts read them.
Table tabulate(const sim::SimResult &r) {
  Table table;
  table.columns = {"quantity", "value", "unit"};
  auto count = [&](const std::string &name, uint64_t value, const char *unit) {
    table.rows.push_back({name, int64_t(value), std::string(unit)});
  };
  auto percent = [&](const std::string &name, uint64_t part) {
    double value = r.cycles ? 100.0 * double(part) / double(r.cycles) : 0;
    table.rows.push_back({name, std::round(value * 100) / 100, std::string("percent")});
  };
  count("cycles", r.cycles, "cycles");
  table.rows.push_back({std::string("time"), r.seconds() * 1e6, std::string("us")});
  table.rows.push_back({std::string("bound"), largestFloor(r).resource, std::string("resource")});
  count("floor", r.floorCycles, "cycles");
  percent("floor_share", r.floorCycles);
  for (const sim::Floor &floor : r.floors)
    count("floor_" + key(floor.resource), floor.cycles, "cycles");
  auto use = [&](const std::string &name, const sim::UnitUse &u) {
    count(name + "_commands", u.commands, "");
    count(name + "_busy", u.busy, "cycles");
    count(name + "_stall", u.stall, "cycles");
    count(name + "_idle", u.idle, "cycles");
    percent(name + "_utilization", u.busy);
  };
  for (unsigned i = 0; i < isa::numUnits; ++i)
    use(isa::name(isa::Unit(i)), r.units[i]);
  use("processor", r.processor);
  for (unsigned i = 0; i < isa::numMemories; ++i) {
    if (r.memories[i].readBytes + r.memories[i].writtenBytes == 0)
      continue;
    count(std::string(isa::name(isa::Memory(i))) + "_read", r.memories[i].readBytes, "bytes");
    count(std::string(isa::name(isa::Memory(i))) + "_written", r.memories[i].writtenBytes, "bytes");
  }
  count("macs", r.work.macs, "");
  count("lookups", r.work.lookups, "weight bits");
  if (r.rtlCommands) {
    count("rtl_commands", r.rtlCommands, "");
    count("rtl_cycles", r.rtlCycles, "cycles");
    count("model_cycles_of_rtl_commands", r.modelCyclesOfRtlCommands, "cycles");
  }
  if (r.bytesChecked)
    count("bytes_checked_for_races", r.bytesChecked, "bytes");
  return table;
}

} // namespace

int runSim(const std::vector<std::string> &arguments) {
  Usage usage = {"sim", "FILE [options]",
                 "simulate a model (GGUF), or a program (MLIR), on one machine or several side by side",
                 "accord sim build/models/smollm2.gguf --hardware lut-edge --phase decode --context 128 "
                 "--values --check"};
  po::options_description options;
  options.add_options()("file", po::value<std::string>());
  addHardwareList(options, "the machines to simulate, side by side when there are several");
  options.add_options()(
      "phase", po::value<std::string>()->value_name("PHASE"),
      "of a model. decode: --context tokens are in the caches, one more is decoded behind them. "
      "prefill: --context tokens are taken in at once, from position 0");
  options.add_options()(
      "context", po::value<Count>()->value_name("N"),
      "tokens, see --phase; the caches have room for N + 1, rounded up to a multiple of 64");
  options.add_options()("values", "move and compute real bytes, every access checked for races");
  options.add_options()("check", "compare the values: a program's with golden's, a model's logits and caches "
                                 "with the CPU's, which fills the caches first; needs --values");
  options.add_options()("seed", po::value<Count>()->default_value({1})->value_name("N"),
                        "of a model's tokens, of a program's random arguments");
  options.add_options()(
      "report", po::value<std::string>()->value_name("LIST"),
      "of a model, with commas: totals, energy, ops, bodies (these by default), layers, units; "
      "csv has one, json all by default");
  options.add_options()("ops", po::value<Count>()->default_value({10})->value_name("N"),
                        "of a model: the costliest ops that a table shows");
  options.add_options()("energy", po::value<std::string>()->value_name("FILE"),
                        "of a model: figures of energy; default: those that the machine's file names");
  options.add_options()(
      "trace", po::value<std::string>()->value_name("FILE"),
      "of a model: calls, ops and commands on each unit's track, for Perfetto (Chrome's JSON)");
  addCacheOption(options);
  addLayoutOption(options);
  options.add_options()("sha256", "hash the model file too: its SHA-256 goes into the result");
  options.add_options()("rtl", po::value<std::string>()->default_value("")->value_name("BLOCK"),
                        "run this block's RTL inside the simulation of a program: lut_array; needs --values");
  options.add_options()("reference", po::value<std::string>()->default_value("")->value_name("FILE"),
                        "L0 or L1 file for --values and --check; default: FILE itself");
  options.add_options()("entry", po::value<std::string>()->default_value("")->value_name("NAME"),
                        "function of an MLIR file to run; default: the only public one");
  options.add_options()("scalar",
                        po::value<std::vector<int64_t>>()->default_value({}, "none")->value_name("N"),
                        "value of an index argument of an MLIR file's function, in order");
  options.add_options()("output,o", po::value<std::string>()->default_value("-")->value_name("FILE"),
                        "where the result goes; - is stdout");
  addFormatOption(options);
  po::positional_options_description positional;
  positional.add("file", 1);
  po::variables_map values;
  if (std::optional<int> exit = parseOptions(usage, options, positional, arguments, values))
    return *exit;
  Expected<Format> format = formatOf(values);
  if (!format)
    return misuse("sim: " + format.error().message);
  if (!values.count("file") || !values.count("hardware"))
    return misuse("sim: expected a FILE and --hardware FILE; try 'accord sim --help'");
  std::string rtl = values["rtl"].as<std::string>();
  bool moveValues = values.count("values"), check = values.count("check");
  if ((check || !rtl.empty()) && !moveValues)
    return misuse("sim: --check and --rtl: expected --values with them, got none");
  if (!rtl.empty() && rtl != "lut_array")
    return misuse("sim: --rtl: expected lut_array, got '" + rtl + "'");

  std::string path = values["file"].as<std::string>();
  if (isModelFile(path))
    return runSimModel(values, *format);
  for (const char *option :
       {"phase", "context", "report", "ops", "energy", "trace", "cache", "i2s-layout", "sha256"})
    if (values.count(option) && !values[option].defaulted())
      return misuse("sim: --" + std::string(option) + ": expected with a GGUF model, got " + path);
  auto machines = openMachines(values);
  if (!machines)
    return fail(machines.error().message);
  if (machines->size() != 1)
    return misuse("sim: --hardware: expected one machine with an MLIR file, got " +
                  std::to_string(machines->size()));
  const auto &[machine, hardware] = machines->front();
  Toolchain toolchain;
  auto module = toolchain.load(path);
  if (!module)
    return fail(module.error().message);
  std::string entry = values["entry"].as<std::string>(),
              referencePath = values["reference"].as<std::string>();
  auto reference = referencePath.empty() ? Expected<mlir::OwningOpRef<mlir::ModuleOp>>((*module)->clone())
                                         : toolchain.load(referencePath);
  if (!reference)
    return fail(reference.error().message);
  if (Status s = toolchain.raise(**module, Level::L3, hardware, path); !s)
    return fail(s.error().message);
  auto program =
      programOf(toolchain, **module, entry, values["scalar"].as<std::vector<int64_t>>(), hardware, path);
  if (!program)
    return fail(program.error().message);

  Table table;
  bool agree = true;
  if (!moveValues) {
    auto stream = commandStream(*program);
    if (!stream)
      return fail(stream.error().message);
    sim::DramImage none;
    auto result = rt::runInWorker(*stream, hardware, none, {});
    if (!result)
      return fail(path + ": " + result.error().message);
    table = tabulate(*result);
  } else {
    if (detectLevel(**reference) > Level::L1)
      return fail((referencePath.empty() ? path : referencePath) +
                  ": expected L0 or L1 to make arguments for, got " + name(detectLevel(**reference)) +
                  "; give the model by --reference");
    auto source = toolchain.entry(**reference, entry, referencePath.empty() ? path : referencePath);
    if (!source)
      return fail(source.error().message);
    auto inputs = randomArguments(*source, values["seed"].as<Count>().value, false);
    if (!inputs)
      return fail(inputs.error().message);
    auto bound = bindArguments(*source, *inputs, program->signature.buffers);
    if (!bound)
      return fail(bound.error().message);
    auto execution = Executor().run(rtl.empty() ? "sim" : "rtl", *program, *bound);
    if (!execution)
      return fail(path + ": " + execution.error().message);
    table = tabulate(*execution->simulated);
    if (check) {
      auto expected = goldenResults(*source, *inputs);
      if (!expected)
        return fail(expected.error().message);
      auto compared = compareResults(*program, *expected, *execution);
      if (!compared)
        return fail(compared.error().message);
      table.rows.push_back({std::string("values_compared"), int64_t(compared->compared), std::string()});
      table.rows.push_back({std::string("mismatches"), int64_t(compared->different), std::string()});
      agree = compared->different == 0;
      if (!agree)
        note(compared->firstDifference);
    }
  }
  Expected<std::string> machineHash = sha256OfFile(machine);
  if (!machineHash)
    return fail(machineHash.error().message);
  table.about = {{"model", path}, {"model_sha256", toolchain.sha256(path)}};
  if (!referencePath.empty())
    table.about.insert(table.about.end(),
                       {{"reference", referencePath}, {"reference_sha256", toolchain.sha256(referencePath)}});
  table.about.insert(table.about.end(), {{"hardware", machine},
                                         {"hardware_sha256", *machineHash},
                                         {"seed", std::to_string(values["seed"].as<Count>().value)}});
  if (Status s = writeOutput(values["output"].as<std::string>(), render(table, *format)); !s)
    return fail(s.error().message);
  return agree ? Done : fail("sim: expected golden's values, got the difference above");
}

} // namespace accord::cli
