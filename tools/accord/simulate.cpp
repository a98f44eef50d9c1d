// accord sim: a model, its schedule or a program in simulated time: what it takes, what bounds it, and on
// request its values checked. One path for all: a source gives runs, reports show them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/machine_model.h"
#include "tools/accord/import.h"
#include "tools/accord/machines.h"
#include "tools/accord/progress.h"
#include "tools/accord/scaled_bin.h"
#include "tools/accord/sim_report.h"
#include "tools/accord/terminal.h"
#include "tools/driver/sim_about.h"
#include "tools/driver/sim_source.h"

#include "llvm/ADT/StringExtras.h"

namespace accord::cli {
namespace {

void describeOptions(po::options_description &options) {
  auto text = [](const char *name) { return po::value<std::string>()->value_name(name); };
  options.add_options()("file", po::value<std::string>());
  addHardwareList(options, "the machines to simulate, side by side when there are several");
  options.add_options()(
      "phase", text("PHASE"),
      "of a model. decode: --context tokens are in the caches, one more is decoded behind them. "
      "prefill: --context tokens are taken in at once, from position 0");
  options.add_options()(
      "context", po::value<Count>()->value_name("N"),
      "tokens, see --phase; the caches have room for N + 1, rounded up to a multiple of 64");
  options.add_options()(
      "parameters", text("MODEL"),
      "the model of which an MLIR file is the entry, at L2 or L3, as accord compile --entry "
      "writes it: its edited schedule runs in the place of the compiler's");
  options.add_options()("values", "move and compute real bytes");
  options.add_options()("check", "compare the values: a program's with golden's, a model's logits and caches "
                                 "with the CPU's, which fills the caches first; needs --values");
  options.add_options()("seed", po::value<Count>()->default_value({1})->value_name("N"),
                        "of a model's tokens, of a program's random arguments; needs --values");
  options.add_options()(
      "report", text("LIST"),
      "with commas: totals, energy, resources, ops, bodies (these by default), layers, units; "
      "csv has one, json all by default");
  options.add_options()("ops", po::value<Count>()->default_value({10})->value_name("N"),
                        "the costliest ops that a table shows");
  options.add_options()(
      "energy", text("FILE"),
      "figures of energy: a file, or a name out of models/energy; default: those that the machine's file "
      "names");
  options.add_options()(
      "twice", text("RESOURCE"),
      "with twice as much of dram, dma, scratchpad, issue or a unit, such as lut, mac, table or vector: what "
      "a bound in the reports foretells, in a run of its own");
  options.add_options()("trace", text("FILE"),
                        "calls, ops and commands on each unit's track, for Perfetto (Chrome's JSON)");
  options.add_options()("dram-trace", text("FILE"),
                        "every burst that the dram is asked for, 0xADDR READ|WRITE cycle a line, for accord "
                        "dram --request-bytes with the bytes of a burst");
  addCacheOption(options);
  addLayoutOption(options);
  addNetworkOption(options);
  options.add_options()("sha256", "hash the model file too: its SHA-256 goes into the result");
  options.add_options()("rtl", text("BLOCK"),
                        ("run this block's RTL inside the simulation: " + llvm::join(sim::rtlBlocks(), ", ") +
                         "; needs --values")
                            .c_str());
  options.add_options()("reference", text("FILE"),
                        "L0 or L1 file for --values and --check of a program; default: FILE itself");
  options.add_options()("entry", text("NAME"),
                        "function of a program's file to run; default: the only public one");
  options.add_options()("scalar",
                        po::value<std::vector<int64_t>>()->default_value({}, "none")->value_name("N"),
                        "value of an index argument of a program, in order");
  options.add_options()("output,o", text("FILE")->default_value("-"), "where the result goes; - is stdout");
  addFormatOption(options);
}

struct Job {
  std::string path, energy, output;
  std::vector<Machine> machines;
  ReportOptions report;
  sim::SimOptions how;
};

std::string text(const po::variables_map &values, const char *name) {
  return values.count(name) ? values[name].as<std::string>() : std::string();
}

Status refuse(const po::variables_map &values, const std::vector<const char *> &options,
              const std::string &expected) {
  for (const char *option : options)
    if (values.count(option) && !values[option].defaulted())
      return Error{"--" + std::string(option) + ": expected " + expected};
  return {};
}

/// What is the same for everything that can be simulated.
Status readJob(const po::variables_map &values, Job &job) {
  Expected<Format> format = formatOf(values);
  if (!format)
    return format.error();
  if (!values.count("file") || !values.count("hardware"))
    return Error{"expected a FILE and --hardware FILE; try 'accord sim --help'"};
  job.path = text(values, "file");
  job.energy = text(values, "energy");
  job.output = text(values, "output");
  job.report.format = *format;
  job.report.ops = values["ops"].as<Count>().value;
  if (job.report.ops == 0)
    return Error{"--ops: expected at least 1, got 0"};
  if (values.count("report")) {
    auto kinds = reportsOf(text(values, "report"));
    if (!kinds)
      return Error{"--report: " + kinds.error().message};
    if (*format == Format::Csv && kinds->size() != 1)
      return Error{"--report: expected one report with --format csv, got " + std::to_string(kinds->size())};
    job.report.kinds = std::move(*kinds);
  }
  job.how.twice = text(values, "twice");
  for (const ReportKind *kind : shownKinds(job.report))
    job.how.bounds |= kind->bounds && !values.count("twice");
  job.how.tracePath = text(values, "trace");
  job.how.dramTracePath = text(values, "dram-trace");
  job.how.values = values.count("values");
  if ((values.count("check") || values.count("rtl")) && !job.how.values)
    return Error{"--check and --rtl: expected --values with them, got none"};
  if (!values["seed"].defaulted() && !job.how.values)
    return Error{"--seed: expected --values with it, got none: without values there is nothing to draw"};
  const std::vector<std::string> blocks = sim::rtlBlocks();
  if (const std::string rtl = text(values, "rtl");
      values.count("rtl") && std::find(blocks.begin(), blocks.end(), rtl) == blocks.end())
    return Error{"--rtl: expected " + llvm::join(blocks, ", ") + ", got '" + rtl + "'" +
                 didYouMean(rtl, blocks)};
  else if (!rtl.empty())
    job.how.rtl = {rtl};
  if (!job.how.rtl.empty() && values.count("twice"))
    return Error{"--rtl: expected without --twice, got both"};
  return {};
}

/// `parameters` is the model of a schedule, or empty.
Status readModel(const po::variables_map &values, const Job &job, const std::string &parameters,
                 std::optional<Phase> &phase, SimModelOptions &m) {
  if (Status s = refuse(values, {"reference", "entry", "scalar"},
                        "with an MLIR file that is no model's, got the model " +
                            (parameters.empty() ? job.path : parameters));
      !s)
    return s;
  m.path = parameters.empty() ? job.path : parameters;
  m.schedule = parameters.empty() ? "" : job.path;
  if (!parameters.empty())
    if (Status s =
            refuse(values, {"cache"}, "with a GGUF model, got " + job.path + ", which has its caches' type");
        !s)
      return s;
  const std::string word = text(values, "phase");
  if (values.count("phase") || parameters.empty()) {
    if (word != "prefill" && word != "decode")
      return Error{"--phase: expected prefill or decode, got " +
                   (word.empty() ? "none" : "'" + word + "'" + didYouMean(word, {"prefill", "decode"}))};
    phase = m.phase = word == "decode" ? Phase::Decode : Phase::Prefill;
  }
  const uint64_t context = values.count("context") ? values["context"].as<Count>().value : 0;
  if ((values.count("context") || parameters.empty()) && (context == 0 || context > INT32_MAX))
    return Error{"--context: expected 1 to " + std::to_string(INT32_MAX) + " tokens, got " +
                 (values.count("context") ? std::to_string(context) : "none")};
  m.context = int64_t(context);
  m.seed = values["seed"].as<Count>().value;
  m.values = job.how.values;
  m.check = values.count("check");
  m.trace = job.how.tracePath;
  m.dramTrace = job.how.dramTracePath;
  m.bounds = job.how.bounds;
  m.twice = job.how.twice;
  m.rtl = job.how.rtl;
  Expected<std::optional<bool>> f32Cache = f32CacheOf(values);
  if (!f32Cache)
    return f32Cache.error();
  m.f32Cache = *f32Cache;
  Expected<model::OpenOptions> open = openOptionsOf(values);
  if (!open)
    return open.error();
  m.open = *open;
  Expected<model::NetworkChanges> changes = networkChangesOf(values, m.path);
  if (!changes)
    return changes.error();
  m.network = std::move(*changes);
  return {};
}

SimProgramOptions readProgram(const po::variables_map &values, const Job &job) {
  SimProgramOptions p;
  p.path = job.path;
  p.entry = text(values, "entry");
  p.reference = text(values, "reference");
  p.scalars = values["scalar"].as<std::vector<int64_t>>();
  p.seed = values["seed"].as<Count>().value;
  p.values = job.how.values;
  p.check = values.count("check");
  p.how = job.how;
  return p;
}

/// Every machine has to have what a run is to have twice of.
Status checkTwice(const po::variables_map &values, const std::vector<Machine> &machines) {
  if (!values.count("twice"))
    return {};
  const std::string word = text(values, "twice");
  for (const Machine &machine : machines) {
    const std::vector<std::string> known = sim::MachineModel(machine.hardware).resources();
    if (std::find(known.begin(), known.end(), word) == known.end())
      return Error{"--twice: expected one of " + llvm::join(known, ", ") + ", which " +
                   machine.hardware.name + " has, got '" + word + "'" + didYouMean(word, known)};
  }
  return {};
}

/// Of a model: import, compiling, emission, packing of weights, simulation; of a program what it has of
/// these.
std::string shown(const Took &took) {
  return (took.import ? "import " + shownSeconds(*took.import) + ", " : "") + "compile to L3 " +
         shownSeconds(took.compile) + (took.emit ? ", emit " + shownSeconds(*took.emit) : "") +
         (took.pack ? ", pack weights " + shownSeconds(*took.pack) : "") + ", simulate " +
         shownSeconds(took.simulate);
}

Expected<int> runJob(const Job &job, SimSource &source) {
  // Where the result goes is tried before the work.
  Expected<OutputFile> output = OutputFile::open(job.output);
  if (!output)
    return output.error();
  std::vector<MachineRun> runs;
  bool agree = true;
  for (const Machine &machine : job.machines) {
    auto run = source.run(machine);
    if (!run)
      return run.error();
    note(machine.hardware.name + ": " + shown(run->took));
    if (Status s = addEnergy(job.energy, *run); !s)
      return s.error();
    if (const auto &c = run->checked) {
      if (c->mismatches)
        note(machine.hardware.name + ": " + c->firstDifference);
      agree &= c->mismatches == 0;
    }
    runs.push_back(std::move(*run));
  }
  auto about = identify(source, runs, job.how.twice);
  if (!about)
    return about.error();
  endProgress();
  if (Status s = output->write(renderReports(runs, *about, job.report)); !s)
    return s.error();
  if (Status s = output->commit(); !s)
    return s.error();
  return agree ? Done : fail("sim: expected " + source.reference() + " values, got the difference above");
}

} // namespace

int runSim(const std::vector<std::string> &arguments) {
  Usage usage = {"sim", "FILE [options]",
                 "simulate a model (GGUF, or a network of sizes), its edited schedule, or a program (MLIR), "
                 "on one machine or several side "
                 "by side; every access is checked for races",
                 "accord sim build/models/smollm2.gguf --hardware lut-edge --phase decode --context 128 "
                 "--values --check"};
  po::options_description options;
  describeOptions(options);
  po::positional_options_description positional;
  positional.add("file", 1);
  po::variables_map values;
  if (std::optional<int> exit = parseOptions(usage, options, positional, arguments, values))
    return *exit;
  Job job;
  if (Status s = readJob(values, job); !s)
    return misuse("sim: " + s.error().message);
  const std::string parameters = text(values, "parameters");
  const bool alone = isModel(job.path), ofModel = alone || !parameters.empty();
  if (alone && !parameters.empty())
    return misuse("sim: --parameters: expected with an MLIR file, got the model " + job.path);
  SimModelOptions model;
  std::optional<Phase> phase;
  Status read = ofModel ? readModel(values, job, parameters, phase, model)
                        : refuse(values, {"phase", "context", "cache", "i2s-layout", "network", "sha256"},
                                 "with a GGUF model or --parameters, got " + job.path);
  if (!read)
    return misuse("sim: " + read.error().message);
  auto machines = openMachines(values);
  if (!machines)
    return fail(machines.error().message);
  job.machines = std::move(*machines);
  if (Status s = checkTwice(values, job.machines); !s)
    return misuse("sim: " + s.error().message);
  for (const Machine &machine : job.machines)
    noteScaledBin(machine.hardware.dram);
  if (!job.how.tracePath.empty() && job.machines.size() != 1)
    return misuse("sim: --trace: expected one machine, got " + std::to_string(job.machines.size()));
  if (!job.how.dramTracePath.empty() && job.machines.size() != 1)
    return misuse("sim: --dram-trace: expected one machine, got " + std::to_string(job.machines.size()));
  auto source =
      ofModel ? modelSource(std::move(model), phase, values.count("sha256"), terminal())
              : Expected<std::unique_ptr<SimSource>>(programSource(readProgram(values, job), terminal()));
  if (!source)
    return fail(source.error().message);
  auto exit = runJob(job, **source);
  return exit ? *exit : fail(exit.error().message);
}

} // namespace accord::cli
