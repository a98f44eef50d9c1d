// What `accord sim` simulates: a model, a model's edited schedule, or a program; the same run and reports for
// each.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "tools/driver/sim_model.h"

#include <memory>

namespace accord::driver {

class SimSource {
public:
  virtual ~SimSource() = default;
  /// Compiles for a machine and runs.
  virtual Expected<MachineRun> run(const Machine &machine) = 0;
  /// The files that a result rests on, with hashes.
  virtual Expected<About> inputs() = 0;
  /// What was asked of them.
  virtual About settings() = 0;
  /// What values are compared with: "the CPU's".
  virtual std::string reference() = 0;
};

/// A model by its GGUF file, or by a schedule with it; `hash`: the GGUF file too. The listener outlives it.
Expected<std::unique_ptr<SimSource>> modelSource(SimModelOptions options, std::optional<Phase> phase,
                                                 bool hash, Listener &listener = Listener::silent());

/// A function of an MLIR file.
struct SimProgramOptions {
  std::string path, entry;
  std::string reference; ///< L0 or L1 file for values; empty: the file itself
  std::vector<int64_t> scalars;
  uint64_t seed = 1;
  bool values = false, check = false;
  sim::SimOptions how;
};
std::unique_ptr<SimSource> programSource(SimProgramOptions options, Listener &listener = Listener::silent());

} // namespace accord::driver
