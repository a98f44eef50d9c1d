// Feeds the Verilated lookup array from operand bytes, one clock cycle a call.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "rtl/cosim/lut_array_rtl.h"
#include "sim/system/memories.h"

#include <memory>

namespace accord::sim {

/// One command after the other through one array. Streams never stall: the scratchpad delivers a beat a
/// cycle.
class LutArrayDriver {
public:
  explicit LutArrayDriver(std::shared_ptr<rtl::LutArrayRtl> array);

  /// The cycle that gives the command. tables [m][kTables][8] i16, planes [ceil(n/64)][kTables][planes][32].
  Status start(const LutArrayShape &shape, Bytes tables, Bytes planes);
  /// One more cycle; beats are offered when `feed`. Fails when the array breaks its contract.
  Status step(bool feed);
  /// The last sum has left.
  bool done() const { return row0 >= shape.m; }
  /// Sums [groups][m][n] i32.
  Bytes takeSums() { return std::move(sums); }
  /// Clock cycles so far, of all commands.
  uint64_t cycles() const { return clockCycles; }

private:
  std::shared_ptr<rtl::LutArrayRtl> array;
  LutArrayShape shape;
  LutArrayBeats beats{};
  Bytes tables, planes, sums;
  uint64_t tablesTaken = 0, weightsTaken = 0, clockCycles = 0;
  std::vector<uint32_t> tableBeat, weightBeat;
  std::vector<int32_t> outBeat;
  rtl::LutArrayIn in;
  rtl::LutArrayOut out;
  int64_t row0 = 0, lane0 = 0, group = 0, row = 0, chunk = 0; ///< of the next output beat

  void clock();
  void loadTable();
  void loadWeight();
  void takeOutput();
};

} // namespace accord::sim
