// One program on several executions, each compared to the bit with golden.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "tools/driver/executions.h"
#include "tools/driver/table.h"

namespace accord::driver {

struct ProgramParity {
  std::string path;                 ///< an MLIR file at any level
  std::string reference;            ///< L0 or L1 file that golden runs; empty: `path`
  std::string entry;                ///< function; empty: the only public one
  std::vector<int64_t> scalars;     ///< values of its index arguments
  std::vector<std::string> devices; ///< what Executor runs
  Hardware hardware;
  uint64_t seed = 1; ///< of the random arguments of the first run; further ones count up
  uint64_t runs = 2; ///< every second one holds NaNs and infinities
};

/// The columns of compareProgram's rows.
std::vector<std::string> programColumns();

/// One row a device; false in `agree` after a difference.
Status compareProgram(const ProgramParity &parity, Executor &executor, Table &table, bool &agree,
                      Listener &listener = Listener::silent());

} // namespace accord::driver
