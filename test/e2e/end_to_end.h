// Models, their data and their programs, as the tests from one end to the other use them: every failure fails
// the test.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "tools/driver/executions.h"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace accord::test {

using Module = mlir::OwningOpRef<mlir::ModuleOp>;

/// The value, or a failed test with the message.
template <typename T> T must(Expected<T> value) {
  if (!value)
    FAIL(value.error().message);
  return std::move(*value);
}
inline void must(const Status &status) {
  if (!status)
    FAIL(status.error().message);
}

/// models/`folder`/*.mlir, sorted. Fails when there is none.
std::vector<std::string> modelFiles(const std::string &folder);

/// models/hardware/lut-edge.yaml.
Hardware edgeMachine();
/// models/hardware/mac-edge.yaml: its twin, with multipliers.
Hardware macMachine();
/// A machine with 4 MiB of each on-chip memory: whether a schedule fits is another test's question.
Hardware roomyMachine(const Hardware &machine = edgeMachine());

/// L0 text of one product of quantized activations, as models/networks/gemm has it, for other sizes.
std::string gemmText(bool q4, int64_t M, int64_t N, int64_t K);

/// `text` as a module; diagnostics go to stderr.
Module parse(driver::Toolchain &toolchain, const std::string &text);

/// A function of L0 with random arguments and golden's results.
struct Problem {
  Module source;
  mlir::func::FuncOp function;
  std::vector<HostTensor> arguments;
  std::vector<driver::Bytes> expected;
};
Problem makeProblem(driver::Toolchain &toolchain, Module source, uint64_t seed, bool special);

/// The problem's schedule payload: what the source becomes at L2, without its schedule.
std::string payloadOf(driver::Toolchain &toolchain, const Problem &problem, const Hardware &hardware);

/// A module at L3, and its program. Holds the module alive.
struct Compiled {
  Module module;
  driver::CompiledProgram program;
};
/// Raises `module` to L3.
Compiled compile(driver::Toolchain &toolchain, Module module, const Hardware &hardware);
/// For a module at L3 already.
Compiled adopt(driver::Toolchain &toolchain, Module module, const Hardware &hardware);

/// What is bound to the program's buffers.
std::vector<driver::Bytes> bind(const Problem &problem, const Compiled &compiled);

/// Runs and compares with golden.
struct Run {
  driver::Execution execution;
  driver::Comparison compared;
};
Run runOn(driver::Executor &executor, const std::string &device, const Problem &problem,
          const Compiled &compiled);

} // namespace accord::test
