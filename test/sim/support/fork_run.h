// Runs a simulation in a forked child: SystemC elaborates once a process, and a test makes hundreds of runs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/system/simulate.h"

#include <functional>

namespace accord::test {

/// sim::simulate in a child. `image` is replaced as simulate does.
Expected<sim::SimResult> simulateForked(const program::Sequence &sequence, const Hardware &hardware,
                                        sim::DramImage &image, const sim::SimOptions &options);

/// The same for sequenceOf(program); `image` is by index into the program's buffers.
Expected<sim::SimResult> simulateForked(const program::Program &program, const Hardware &hardware,
                                        sim::DramImage &image, const sim::SimOptions &options);

/// The machine of models/hardware/lut-edge.yaml.
Hardware lutEdge();

} // namespace accord::test
