// accord sim: a program in simulated time: cycles, what bounds them, and on request its values checked
// against golden.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/backends/sim/sim_worker.h"
#include "tools/accord/executions.h"
#include "tools/accord/output.h"

#include <algorithm>
#include <cmath>

namespace accord::cli {
namespace {

/// `dram bandwidth` as a key: `dram_bandwidth`.
std::string key(std::string words) {
  std::replace(words.begin(), words.end(), ' ', '_');
  return words;
}

/// The resource with the largest floor: no schedule on this machine beats it.
std::string boundOf(const sim::SimResult &r) {
  auto largest =
      std::max_element(r.floors.begin(), r.floors.end(),
                       [](const sim::Floor &a, const sim::Floor &b) { return a.cycles < b.cycles; });
  return largest == r.floors.end() || largest->cycles == 0 ? "none" : key(largest->resource);
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
  table.rows.push_back({std::string("bound"), boundOf(r), std::string("resource")});
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
  count("macs", r.macs, "");
  count("lookups", r.lookups, "weight bits");
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
  Usage usage = {"sim", "FILE [options]", "simulate a model's program on a machine",
                 "accord sim models/networks/gemm/q4_1_m8.mlir --hardware models/hardware/lut-edge.yaml "
                 "--values --check"};
  po::options_description options;
  options.add_options()("file", po::value<std::string>());
  options.add_options()("hardware", po::value<std::string>()->value_name("FILE"), "the machine to simulate");
  options.add_options()("values", "move and compute real bytes, every access checked for races");
  options.add_options()("check", "compare the values with golden's; needs --values");
  options.add_options()("rtl", po::value<std::string>()->default_value("")->value_name("BLOCK"),
                        "run this block's RTL inside the simulation: lut_array; needs --values");
  options.add_options()("seed", po::value<Count>()->default_value({1})->value_name("N"),
                        "of the random arguments");
  options.add_options()("reference", po::value<std::string>()->default_value("")->value_name("FILE"),
                        "L0 or L1 file for --values and --check; default: FILE itself");
  options.add_options()("entry", po::value<std::string>()->default_value("")->value_name("NAME"),
                        "function to run; default: the only public one");
  options.add_options()("scalar",
                        po::value<std::vector<int64_t>>()->default_value({}, "none")->value_name("N"),
                        "value of an index argument, in order");
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

  std::string path = values["file"].as<std::string>(), machine = values["hardware"].as<std::string>();
  Expected<Hardware> hardware = loadHardware(machine);
  if (!hardware)
    return fail(hardware.error().message);
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
  if (Status s = toolchain.raise(**module, Level::L3, *hardware, path); !s)
    return fail(s.error().message);
  auto program =
      programOf(toolchain, **module, entry, values["scalar"].as<std::vector<int64_t>>(), *hardware, path);
  if (!program)
    return fail(program.error().message);

  Table table;
  bool agree = true;
  if (!moveValues) {
    auto stream = commandStream(*program);
    if (!stream)
      return fail(stream.error().message);
    sim::DramImage none;
    auto result = rt::runInWorker(*stream, *hardware, none, {});
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
