// Golden answers, the simulator runs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/parity_schedule.h"

namespace accord::driver {

std::vector<std::string> scheduleColumns() {
  return {"file",       "execution", "device",           "tokens",     "compared",
          "mismatches", "cycles",    "first_difference", "file_sha256"};
}

Status compareSchedule(const SimModelOptions &given, const Machine &machine, Table &table, bool &agree,
                       Listener &listener) {
  Toolchain toolchain(listener);
  SimModelOptions options = given;
  // The tokens of a prefill are the file's.
  const int64_t behind = std::exchange(options.context, 0);
  if (Status s = readSchedule(toolchain, std::nullopt, options); !s)
    return s;
  if (options.phase == Phase::Decode)
    options.context = behind;
  options.values = options.check = true;
  listener.progress("compile " + options.schedule);
  auto model = compileModel(toolchain, options, machine);
  if (!model)
    return model.error();
  listener.progress("run " + options.path + " on golden");
  auto answer = askGolden(toolchain, options);
  if (!answer)
    return answer.error();
  auto run = simulateModel(toolchain, *model, options, machine, &*answer);
  if (!run)
    return run.error();
  const ValuesChecked &c = *run->checked;
  if (c.compared == 0)
    return Error{options.schedule + ": expected values to compare, got none"};
  agree &= c.mismatches == 0;
  table.rows.push_back({options.schedule, std::string("sim"), machine.hardware.name, options.context,
                        int64_t(c.compared + c.kept.value_or(0)), int64_t(c.mismatches),
                        int64_t(run->result.cycles), c.firstDifference, toolchain.sha256(options.schedule)});
  return {};
}

} // namespace accord::driver
