// Runs a simulation in a process of its own and brings its result back.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/hardware/hardware.h"
#include "sim/system/dram_image.h"
#include "sim/system/sim_result.h"

#include <functional>

namespace accord::rt {

struct WorkerOptions {
  std::string worker; ///< its executable; empty: findWorker()
  std::string
      tempDir; ///< where files for the exchange, which have no name, are made; empty: $TMPDIR, else /tmp
  /// Is told, a few times a second, of so many calls how many are done; empty: nobody is.
  std::function<void(uint64_t done, uint64_t calls)> progress = {};
  uint64_t *peakBytes = nullptr; ///< where the most memory that it held goes, mapped files it read included
};

/// $ACCORD_SIM_WORKER, else accord-sim-worker beside the running executable, else in ../bin from there.
Expected<std::string> findWorker();

/// Simulates `sequence` on `hardware` by accord-sim-worker, as sim::simulate does. With options.values
/// `image` gives the dram contents, which reach the worker through one file that it maps, and gets those of
/// buffers that are no arguments back. May be called from several threads at once: a worker is a new process,
/// started by exec. Errors: the worker's own message; `accord-sim-worker: expected ..., got signal N` when it
/// dies; files that cannot be written. Nothing is left behind in tempDir, and no worker when this
/// process ends, however either does.
Expected<sim::SimResult> runInWorker(const program::Sequence &sequence, const Hardware &hardware,
                                     sim::DramImage &image, const sim::SimOptions &options,
                                     const WorkerOptions &worker = {});

/// The same for sequenceOf(program): `image` counts its parameters.
Expected<sim::SimResult> runInWorker(program::Program program, const Hardware &hardware,
                                     sim::DramImage &image, const sim::SimOptions &options,
                                     const WorkerOptions &worker = {});

} // namespace accord::rt
