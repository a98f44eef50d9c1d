// The unit that builds lookup tables.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/hardware/hardware.h"
#include "sim/models/unit_model.h"

namespace accord::sim {

const UnitKind &tableUnitKind();

/// Scratchpad latency, then `tables_per_cycle` tables a cycle; sums leave beside them.
class TableUnitModel : public UnitModel {
public:
  /// \pre hardware.tableUnit
  explicit TableUnitModel(const Hardware &hardware);
  const UnitKind &kind() const override { return tableUnitKind(); }
  /// Tables are those of the lookup array: of 4 weights, entries of at least 11 bits.
  Status check(const program::Command &command) const override;
  uint64_t cycles(const program::Command &command, const program::Program &program) const override;
  uint64_t shapeCycles(const program::Command &command, const program::Program &program) const override;
  uint64_t actionsPerCycle() const override { return tablesPerCycle; }
  std::string variant() const override;
  uint64_t parts() const override { return tablesPerCycle; }
  Expected<UnitRtl> rtl() const override;
  Expected<std::unique_ptr<RtlTask>> rtlTask(const program::Command &command,
                                             const std::vector<Operand> &operands) const override;
  /// `table_unit.tables_per_cycle` doubled.
  std::unique_ptr<UnitModel> doubled() const override;

private:
  std::string machine; ///< for messages
  int64_t k, tableBits;
  uint64_t latencyCycles, tablesPerCycle;
};

} // namespace accord::sim
