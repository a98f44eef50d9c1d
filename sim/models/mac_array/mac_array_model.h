// Cycle model of the int8 MAC array: order, registers and timing are README.md's, to build RTL from.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "sim/hardware/hardware.h"
#include "sim/models/unit_model.h"

namespace accord::sim {

/// The parameters of the array.
struct MacArrayConfig {
  int64_t rows = 4;         ///< cells of a column: weights along k a step, whole tables of 4
  int64_t cols = 32;        ///< columns: lanes a step, a divisor or a multiple of the 64 of a packed tile
  int64_t accRows = 4;      ///< activation rows that a step's weights serve
  int64_t outLanes = 16;    ///< sums per output beat
  int64_t weightBits = 256; ///< of planes taken a cycle
};

/// One command of the array.
struct MacArrayShape {
  int64_t m = 1, n = 1;    ///< activation rows, lanes
  int64_t tables = 1;      ///< ceil(K / 4)
  int64_t groupTables = 8; ///< per scale group; the last group may be shorter
  int planes = 1;          ///< 1 to 8

  int64_t groups() const { return (tables + groupTables - 1) / groupTables; }
};

/// Fails, naming the field, for a configuration that the packed planes do not fit.
Status checkMacArray(const MacArrayConfig &config);

/// Cycles from the one that takes the first weight beat to the one that takes the last output beat, both
/// counted, when nothing stalls. \pre checkMacArray succeeds
uint64_t macArrayCycles(const MacArrayConfig &config, const MacArrayShape &shape);

/// Of these, those that the shape alone asks for: of each step of `rows` weights along k the larger of its
/// activation rows and its load, however many of its weights are live; and the output beats when they are
/// more. What fills and empties the array is left out.
uint64_t macShapeCycles(const MacArrayConfig &config, const MacArrayShape &shape);

/// The array as the hardware file describes it. \pre hardware.macArray
MacArrayConfig macArrayConfig(const Hardware &hardware);
/// \pre `command` is an mma of a program that verifies
MacArrayShape macArrayShape(const program::Command &command);

const UnitKind &macUnitKind();

/// The unit of matrix products: what surrounds the array.
class MacUnitModel : public UnitModel {
public:
  /// \pre hardware.macArray
  explicit MacUnitModel(const Hardware &hardware);
  const UnitKind &kind() const override { return macUnitKind(); }
  /// An array of int8 whose steps hold whole tables and lanes.
  Status check(const program::Command &) const override { return checkArray(); }
  /// One cycle takes the command, the scratchpad's latency passes, then the array's cycles.
  uint64_t cycles(const program::Command &command, const program::Program &program) const override;
  uint64_t shapeCycles(const program::Command &command, const program::Program &program) const override;
  /// rows * cols multiply-accumulates.
  uint64_t actionsPerCycle() const override;
  std::string variant() const override { return dtype; }
  /// Cells.
  uint64_t parts() const override;
  Expected<UnitRtl> rtl() const override;
  Expected<std::unique_ptr<RtlTask>> rtlTask(const program::Command &command,
                                             const std::vector<Operand> &operands) const override;
  /// No key, as of the LUT array: each command takes half its cycles.
  std::unique_ptr<UnitModel> doubled() const override;

private:
  std::string machine, dtype;
  MacArrayConfig array;
  uint64_t overhead;
  uint64_t pace = 1; ///< 2: twice as fast

  Status checkArray() const;
};

} // namespace accord::sim
