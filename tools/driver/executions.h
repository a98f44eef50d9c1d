// One program, every execution: an L3 program run on a device of this machine or in the simulator, with its
// buffers.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/program/program.h"
#include "sim/system/sim_result.h"
#include "tools/driver/arguments.h"
#include "tools/driver/toolchain.h"

#include <map>
#include <memory>
#include <optional>

namespace accord::driver {

/// An L3 program with the scalars it is run for.
struct CompiledProgram {
  Toolchain *toolchain; ///< that the module is of
  mlir::ModuleOp module;
  mutable mlir::func::FuncOp function; ///< MLIR's ops are handles without const access
  std::vector<int64_t> scalars;
  rt::Image signature; ///< buffers and their roles; no code
  Hardware hardware;
};

/// What an execution gave.
struct Execution {
  std::string device;         ///< as its maker calls it
  std::vector<Bytes> buffers; ///< all of them, results filled in
  std::optional<sim::SimResult> simulated;
  uint64_t selfTestCompared = 0; ///< values compared by the device's self-test when it was opened
};

/// Runs programs on `cpu`, `vulkan[:...]`, `sim`, `rtl` (the simulator with the Verilated RTL of every unit
/// that has one). A device is opened once, self-tested, and refused when a primitive of the numerics contract
/// fails on it.
class Executor {
public:
  /// `simulation`: how sim and rtl run; values are theirs to set, and which RTL is rtl's.
  explicit Executor(sim::SimOptions simulation = {}) : simulation(std::move(simulation)) {}
  Expected<Execution> run(const std::string &device, const CompiledProgram &compiled,
                          const std::vector<Bytes> &arguments);

private:
  Expected<Execution> runOnDevice(const std::string &name, const CompiledProgram &compiled,
                                  const std::vector<Bytes> &arguments);
  Expected<Execution> simulate(const CompiledProgram &compiled, const std::vector<Bytes> &arguments,
                               bool rtl);

  const sim::SimOptions simulation;
  std::map<std::string, std::unique_ptr<rt::Device>> devices;
};

/// The program of `module`'s entry, for `scalars`.
Expected<CompiledProgram> programOf(Toolchain &toolchain, mlir::ModuleOp module, const std::string &entry,
                                    std::vector<int64_t> scalars, const Hardware &hardware,
                                    const std::string &path);

/// The serialized form of a program for a simulator.
Expected<program::Program> commandStream(const CompiledProgram &compiled);

/// Golden's results: a function of L0 or L1 run by the interpreter.
Expected<std::vector<Bytes>> goldenResults(Toolchain &toolchain, mlir::func::FuncOp function,
                                           const std::vector<HostTensor> &arguments);

/// A program's results against golden's, in order. Fails when nothing was compared.
Expected<Comparison> compareResults(const CompiledProgram &compiled, const std::vector<Bytes> &expected,
                                    const Execution &got);

} // namespace accord::driver
