// A whole model in simulated time: compiled to L3 for a machine, its dram filled, run, compared with the CPU.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "runtime/backends/sim/sim_worker.h"
#include "sim/program/sequence.h"
#include "tools/driver/imported_model.h"
#include "tools/driver/session.h"
#include "tools/driver/sim_tables.h"

namespace accord::driver {

enum class Phase { Prefill, Decode };

struct SimModelOptions {
  std::string path; ///< of the model: a GGUF file, or a network of sizes (OpenedModel::open)
  model::NetworkChanges network;
  /// An MLIR file of its entry, at L0 to L3 (`accord compile MODEL --entry ... --emit L2`), to be run in the
  /// place of what the compiler makes of the model; empty: none.
  std::string schedule;
  model::OpenOptions open;
  std::optional<bool> f32Cache; ///< nothing: as the model says
  Phase phase = Phase::Decode;
  /// Tokens. Decode: the caches hold them, and one more is decoded behind them. Prefill: they are taken in at
  /// once, from position 0.
  int64_t context = 0;
  uint64_t seed = 1;
  bool values = false, check = false;
  std::string trace;
  std::string dramTrace; ///< SimOptions::dramTracePath
  bool bounds = false;
  std::string twice;            ///< SimOptions::twice
  std::vector<std::string> rtl; ///< SimOptions::rtl
  int64_t positions = 0;        ///< of the caches, where the schedule says it; 0: as many as the tokens need

  /// What errors are about.
  const std::string &place() const { return schedule.empty() ? path : schedule; }
  int64_t position() const { return phase == Phase::Decode ? context : 0; }
  /// Tokens that the run is for.
  int64_t tokens() const { return phase == Phase::Decode ? 1 : context; }
};

/// Positions that the caches are compiled for: context + 1, rounded up to a multiple of 64, but no more than
/// the model has. Error: the tokens do not fit the model's.
Expected<int64_t> cachePositions(const OpenedModel &model, const SimModelOptions &options);

/// What a schedule's file says of the run: phase, positions, cache, and of a prefill its tokens. Error: the
/// file is no model's entry, or `phase` or `context` (0: not given) is another than its own.
Status readSchedule(Toolchain &toolchain, std::optional<Phase> phase, SimModelOptions &options);

/// A model's entry at L3 for one machine. The toolchain outlives it.
struct CompiledModel {
  OpenedModel opened;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp entry;
  program::Sequence sequence;
  int64_t positions = 0;
  double importSeconds = 0, compileSeconds = 0, emitSeconds = 0;
};
Expected<CompiledModel> compileModel(Toolchain &toolchain, const SimModelOptions &options,
                                     const Machine &machine);

/// What the CPU's own backend answers, and the caches before and after.
struct CpuAnswer {
  std::vector<int32_t> tokens; ///< of the run alone
  Session::Caches before, after;
  std::vector<float> logits;
};
Expected<CpuAnswer> askCpu(Toolchain &toolchain, const SimModelOptions &options);
/// The same of the interpreter's golden functions.
Expected<CpuAnswer> askGolden(Toolchain &toolchain, const SimModelOptions &options);

/// How a simulation tells the calls that are done.
rt::WorkerOptions progressOfCalls(const Machine &machine, Listener &listener);

/// Runs a compiled model in a worker. `answer` is compared with when it is there; without one, values start
/// with empty caches.
Expected<MachineRun> simulateModel(Toolchain &toolchain, const CompiledModel &model,
                                   const SimModelOptions &options, const Machine &machine,
                                   const CpuAnswer *answer);

} // namespace accord::driver
