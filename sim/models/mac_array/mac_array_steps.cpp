// Walks a command's rows, lanes, groups and steps.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/mac_array/mac_array_steps.h"
#include <algorithm>

namespace accord::sim {

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

int64_t macStepBits(const MacArrayStep &step, const MacArrayShape &shape) {
  constexpr int64_t tableWeights = 4;
  return step.tables * tableWeights * step.lanes * shape.planes;
}

std::vector<MacArrayStep> macArraySteps(const MacArrayConfig &c, const MacArrayShape &s) {
  constexpr int64_t tableWeights = 4;
  const int64_t stepTables = c.rows / tableWeights;
  std::vector<MacArrayStep> steps;
  MacArrayBeats before;
  MacArrayStep step;
  for (step.row = 0; step.row < s.m; step.row += c.accRows) {
    step.rows = std::min(c.accRows, s.m - step.row);
    for (step.lane = 0; step.lane < s.n; step.lane += c.cols) {
      step.lanes = std::min(c.cols, s.n - step.lane);
      for (step.group = 0; step.group < s.groups(); ++step.group) {
        const int64_t begin = step.group * s.groupTables, end = std::min(begin + s.groupTables, s.tables);
        for (step.table = begin; step.table < end; step.table += stepTables) {
          step.tables = std::min(stepTables, end - step.table);
          step.first = step.table == begin;
          step.weights = ceilDiv(macStepBits(step, s), c.weightBits);
          step.outputs = step.table + stepTables < end ? 0 : step.rows * ceilDiv(step.lanes, c.outLanes);
          step.weightsBefore = before.weights, step.codesBefore = before.codes;
          step.outputsBefore = before.outputs;
          steps.push_back(step);
          before.weights += static_cast<uint64_t>(step.weights);
          before.codes += static_cast<uint64_t>(step.rows);
          before.outputs += static_cast<uint64_t>(step.outputs);
        }
      }
    }
  }
  return steps;
}

MacArrayBeats macArrayBeats(const std::vector<MacArrayStep> &steps) {
  const MacArrayStep &last = steps.back();
  return {last.weightsBefore + static_cast<uint64_t>(last.weights),
          last.codesBefore + static_cast<uint64_t>(last.rows),
          last.outputsBefore + static_cast<uint64_t>(last.outputs)};
}

} // namespace accord::sim
