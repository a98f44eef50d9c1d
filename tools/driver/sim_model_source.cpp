// accord sim of a model: compiled for each machine, its values held against the CPU's.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/sim_source.h"

#include "sim/hardware/model_files.h"
#include "llvm/ADT/StringExtras.h"

namespace accord::driver {
namespace {

class ModelSource : public SimSource {
public:
  ModelSource(SimModelOptions options, bool hash, Listener &listener)
      : o(std::move(options)), hash(hash), toolchain(listener) {}

  Status open(std::optional<Phase> phase) {
    if (o.check && !o.values)
      return Error{o.place() + ": expected values where they are checked, got timing alone"};
    // What has no weights is told before it is compiled.
    if (o.values && isNetwork(o.path))
      return openWeights(o.path, o.open).error();
    if (o.schedule.empty() && o.context < 1)
      return Error{o.path + ": expected a context of at least 1 token, got " + std::to_string(o.context)};
    if (o.schedule.empty())
      return {};
    if (Status s = readSchedule(toolchain, phase, o); !s)
      return s;
    if (o.context == 0)
      return Error{o.schedule +
                   ": expected --context, the tokens in front of the one that is decoded, got none"};
    return {};
  }

  Expected<MachineRun> run(const Machine &machine) override {
    Listener &listener = toolchain.listener();
    listener.progress("compile " + o.place() + " for " + machine.hardware.name);
    auto model = compileModel(toolchain, o, machine);
    if (!model)
      return model.error();
    if (o.check && !answer) {
      listener.progress("run on the CPU");
      auto asked = askCpu(toolchain, o);
      if (!asked)
        return asked.error();
      answer = std::move(*asked);
    }
    positions = model->positions;
    modelPath = model->opened.path();
    modelBytes = model->opened.fileBytes();
    f32Cache = model->opened.f32Cache(o.f32Cache);
    auto run = simulateModel(toolchain, *model, o, machine, answer ? &*answer : nullptr);
    if (run && run->checked && run->checked->compared == 0)
      return Error{o.place() + ": expected values to compare, got none"};
    return run;
  }

  Expected<About> inputs() override {
    About about;
    if (!o.schedule.empty())
      about = {{"schedule", o.schedule}, {"schedule_sha256", toolchain.sha256(o.schedule)}};
    about.insert(about.end(), {{"model", modelPath}, {"model_bytes", std::to_string(modelBytes)}});
    if (!o.network.empty())
      about.emplace_back("network", llvm::join(o.network, ", "));
    // A network's file is small.
    if (hash || isNetwork(o.path)) {
      Expected<std::string> sum = sha256OfFile(modelPath);
      if (!sum)
        return sum.error();
      about.emplace_back("model_sha256", *sum);
    }
    return about;
  }

  About settings() override {
    About about = {{"phase", o.phase == Phase::Decode ? "decode" : "prefill"},
                   {"context", std::to_string(o.context)},
                   {"cache_positions", std::to_string(positions)},
                   {"cache", f32Cache ? "f32" : "f16"}};
    if (o.values)
      about.emplace_back("seed", std::to_string(o.seed));
    return about;
  }
  std::string reference() override { return "the CPU's"; }

private:
  SimModelOptions o;
  const bool hash;
  Toolchain toolchain;
  std::optional<CpuAnswer> answer;
  std::string modelPath;
  int64_t positions = 0;
  uint64_t modelBytes = 0;
  bool f32Cache = false;
};

} // namespace

Expected<std::unique_ptr<SimSource>> modelSource(SimModelOptions options, std::optional<Phase> phase,
                                                 bool hash, Listener &listener) {
  auto source = std::make_unique<ModelSource>(std::move(options), hash, listener);
  if (Status s = source->open(phase); !s)
    return s.error();
  return std::unique_ptr<SimSource>(std::move(source));
}

} // namespace accord::driver
