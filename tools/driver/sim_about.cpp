// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/sim_about.h"
#include "sim/hardware/model_files.h"

namespace accord::driver {

Status addEnergy(const std::string &given, MachineRun &run) {
  if (given.empty() && run.machine.hardware.process.energyFile.empty())
    return {};
  Expected<std::string> path =
      given.empty() ? findEnergy(run.machine.hardware, run.machine.path) : findEnergy(given);
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

Expected<About> identify(SimSource &source, const std::vector<MachineRun> &runs, const std::string &twice) {
  Expected<About> about = source.inputs();
  if (!about)
    return about;
  auto hash = [&](const std::string &key, const std::string &path) -> Status {
    Expected<std::string> sum = sha256OfFile(path);
    if (!sum)
      return sum.error();
    about->emplace_back(key, *sum);
    return {};
  };
  for (size_t i = 0; i < runs.size(); ++i) {
    const std::string number = i ? std::to_string(i + 1) : "", hardware = "hardware" + number;
    about->emplace_back(hardware, runs[i].machine.path);
    if (Status s = hash(hardware + "_sha256", runs[i].machine.path); !s)
      return s.error();
    char clock[32];
    std::snprintf(clock, sizeof clock, "%.6g", double(runs[i].result.clockHz) / 1e6);
    about->emplace_back(hardware + "_clock_mhz", clock);
    if (runs[i].energyPath.empty())
      continue;
    about->emplace_back("energy" + number, runs[i].energyPath);
    if (Status s = hash("energy" + number + "_sha256", runs[i].energyPath); !s)
      return s.error();
  }
  if (!twice.empty())
    about->emplace_back("twice", twice);
  for (auto &setting : source.settings())
    about->push_back(std::move(setting));
  return about;
}

} // namespace accord::driver
