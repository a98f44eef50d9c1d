// accord sim MODEL.gguf: the options that models have, and the reports.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/hardware/model_files.h"
#include "tools/accord/sim_model.h"

#include <cstdio>

namespace accord::cli {
namespace {

struct Job {
  SimModelOptions model;
  std::vector<Machine> machines;
  std::string energy, output;
  ReportOptions report;
  bool hash = false;
};

std::string text(const po::variables_map &values, const char *name) {
  return values.count(name) ? values[name].as<std::string>() : std::string();
}

/// What the command line says, but for what files it names.
Status read(const po::variables_map &values, Format format, Job &job) {
  SimModelOptions &m = job.model;
  m.path = text(values, "file");
  for (const char *option : {"rtl", "reference", "entry", "scalar"})
    if (values.count(option) && !values[option].defaulted())
      return Error{"--" + std::string(option) + ": expected with an MLIR file, got the model " + m.path};
  const std::string phase = text(values, "phase");
  if (phase != "prefill" && phase != "decode")
    return Error{"--phase: expected prefill or decode, got " +
                 (phase.empty() ? "none" : "'" + phase + "'" + didYouMean(phase, {"prefill", "decode"}))};
  m.phase = phase == "decode" ? Phase::Decode : Phase::Prefill;
  const uint64_t context = values.count("context") ? values["context"].as<Count>().value : 0;
  if (context == 0 || context > INT32_MAX)
    return Error{"--context: expected 1 to " + std::to_string(INT32_MAX) + " tokens, got " +
                 (values.count("context") ? std::to_string(context) : "none")};
  m.context = int64_t(context);
  m.seed = values["seed"].as<Count>().value;
  m.values = values.count("values");
  m.check = values.count("check");
  m.trace = text(values, "trace");
  Expected<bool> f32Cache = isF32Cache(values);
  if (!f32Cache)
    return f32Cache.error();
  m.f32Cache = *f32Cache;
  Expected<model::OpenOptions> open = openOptionsOf(values);
  if (!open)
    return open.error();
  m.open = *open;

  job.report.format = format;
  job.report.ops = values["ops"].as<Count>().value;
  if (job.report.ops == 0)
    return Error{"--ops: expected at least 1, got 0"};
  if (values.count("report")) {
    auto kinds = reportsOf(text(values, "report"));
    if (!kinds)
      return Error{"--report: " + kinds.error().message};
    if (format == Format::Csv && kinds->size() != 1)
      return Error{"--report: expected one report with --format csv, got " + std::to_string(kinds->size())};
    job.report.kinds = std::move(*kinds);
  }
  job.energy = text(values, "energy");
  job.output = text(values, "output");
  job.hash = values.count("sha256");
  return {};
}

/// The energy of a run, by the file that was given or that the machine names; nothing when neither is there.
Status addEnergy(const Job &job, MachineRun &run) {
  if (job.energy.empty() && run.machine.hardware.process.energyFile.empty())
    return {};
  Expected<std::string> path = job.energy.empty() ? findEnergy(run.machine.hardware, run.machine.path)
                                                  : Expected<std::string>(job.energy);
  if (!path)
    return path.error();
  Expected<energy::EnergyModel> model = energy::loadEnergy(*path);
  if (!model)
    return model.error();
  Expected<energy::EnergyReport> report = energy::account(*model, run.machine.hardware, run.result);
  if (!report)
    return report.error();
  run.energy = std::move(*report);
  run.energyPath = *path;
  return {};
}

using About = std::vector<std::pair<std::string, std::string>>;

/// Files, hashes and settings that a result rests on.
Expected<About> identify(const Job &job, const std::vector<MachineRun> &runs, int64_t positions,
                         uint64_t modelBytes) {
  About about = {{"model", job.model.path}, {"model_bytes", std::to_string(modelBytes)}};
  auto hash = [&](const std::string &key, const std::string &path) -> Status {
    Expected<std::string> sum = sha256OfFile(path);
    if (!sum)
      return sum.error();
    about.emplace_back(key, *sum);
    return {};
  };
  if (job.hash)
    if (Status s = hash("model_sha256", job.model.path); !s)
      return s.error();
  for (size_t i = 0; i < runs.size(); ++i) {
    const std::string number = i ? std::to_string(i + 1) : "";
    about.emplace_back("hardware" + number, runs[i].machine.path);
    if (Status s = hash("hardware" + number + "_sha256", runs[i].machine.path); !s)
      return s.error();
    if (runs[i].energyPath.empty())
      continue;
    about.emplace_back("energy" + number, runs[i].energyPath);
    if (Status s = hash("energy" + number + "_sha256", runs[i].energyPath); !s)
      return s.error();
  }
  const bool decode = job.model.phase == Phase::Decode;
  about.emplace_back("phase", decode ? "decode" : "prefill");
  about.emplace_back("context", std::to_string(job.model.context));
  about.emplace_back("cache_positions", std::to_string(positions));
  about.emplace_back("cache", job.model.f32Cache ? "f32" : "f16");
  if (job.model.values)
    about.emplace_back("seed", std::to_string(job.model.seed));
  return about;
}

std::string shown(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f s", seconds);
  return text;
}

Expected<int> runJob(Job &job) {
  // Where the result goes is tried before the work.
  Expected<OutputFile> output = OutputFile::open(job.output);
  if (!output)
    return output.error();
  Toolchain toolchain;
  std::optional<CpuAnswer> answer;
  std::vector<MachineRun> runs;
  int64_t positions = 0;
  uint64_t modelBytes = 0;
  bool agree = true;
  for (const Machine &machine : job.machines) {
    auto model = compileModel(toolchain, job.model, machine);
    if (!model)
      return model.error();
    if (job.model.check && !answer) {
      auto asked = askCpu(toolchain, job.model);
      if (!asked)
        return asked.error();
      answer = std::move(*asked);
    }
    positions = model->positions;
    modelBytes = model->imported.file->fileBytes();
    RunSeconds seconds;
    auto run = simulateModel(*model, job.model, machine, answer ? &*answer : nullptr, seconds);
    if (!run)
      return run.error();
    if (Status s = addEnergy(job, *run); !s)
      return s.error();
    note(machine.hardware.name + ": import " + shown(model->importSeconds) + ", compile to L3 " +
         shown(model->compileSeconds) + ", emit " + shown(model->emitSeconds) +
         (job.model.values ? ", pack weights " + shown(seconds.pack) : "") + ", simulate " +
         shown(seconds.simulate));
    if (const auto &c = run->checked) {
      if (c->compared == 0)
        return Error{job.model.path + ": expected values to compare, got none"};
      if (c->mismatches)
        note(machine.hardware.name + ": " + c->firstDifference);
      agree &= c->mismatches == 0;
    }
    runs.push_back(std::move(*run));
  }
  auto about = identify(job, runs, positions, modelBytes);
  if (!about)
    return about.error();
  if (Status s = output->write(renderReports(runs, *about, job.report)); !s)
    return s.error();
  if (Status s = output->commit(); !s)
    return s.error();
  return agree ? Done : fail("sim: expected the CPU's values, got the difference above");
}

} // namespace

int runSimModel(const po::variables_map &values, Format format) {
  Job job;
  if (Status s = read(values, format, job); !s)
    return misuse("sim: " + s.error().message);
  auto machines = openMachines(values);
  if (!machines)
    return fail(machines.error().message);
  job.machines = std::move(*machines);
  if (!job.model.trace.empty() && job.machines.size() != 1)
    return misuse("sim: --trace: expected one machine, got " + std::to_string(job.machines.size()));
  auto exit = runJob(job);
  return exit ? *exit : fail(exit.error().message);
}

} // namespace accord::cli
