// A pipeline of one stage group: fixed latency, fixed rate.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/table_unit/table_unit_model.h"
#include "sim/golden/tables.h"
#include "sim/models/lut_unit/lut_tables.h"
#include "sim/models/table_unit/table_unit_block.h"

namespace accord::sim {
namespace {

/// Rows times tables a row.
uint64_t tables(const program::Program &, const program::Command &c) {
  return static_cast<uint64_t>(c.writes[0].sizes[0] * c.writes[0].sizes[1]);
}

Expected<std::vector<Bytes>> compute(const program::Program &p, const program::Command &c,
                                     const std::vector<Operand> &inputs) {
  std::vector<Bytes> outputs = roomForOutputs(p, c);
  const int64_t m = c.reads[0].sizes[0], k = c.reads[0].sizes[1];
  golden::halfTables(inputs[0].as<int8_t>(), m, k, elementsOf<int16_t>(outputs[0]));
  golden::groupSums(inputs[0].as<int8_t>(), m, k, c.group, elementsOf<int32_t>(outputs[1]));
  return outputs;
}

} // namespace

const UnitKind &tableUnitKind() {
  static const UnitKind kind = {
      isa::Unit::Table,
      {"table_unit", "table", "table of 2^(k-1) entries built", Scaling::Logic, lutVariants()},
      {"table_unit", Leakage, "table a cycle", Scaling::Logic, lutVariants()},
      tables,
      nullptr,
      compute,
      "table_unit"};
  return kind;
}

TableUnitModel::TableUnitModel(const Hardware &h)
    : machine(h.name), k(h.lutArray ? h.lutArray->k : 0), tableBits(h.lutArray ? h.lutArray->tableBits : 0),
      latencyCycles(static_cast<uint64_t>(h.scratchpad.latencyCycles)),
      tablesPerCycle(static_cast<uint64_t>(h.tableUnit->tablesPerCycle)) {}

Status TableUnitModel::check(const program::Command &) const {
  if (k == 0)
    return Error{"expected hardware with a lut_array, whose tables these are, got " + machine +
                 " without one"};
  return checkTableShape(machine, k, tableBits);
}

uint64_t TableUnitModel::cycles(const program::Command &c, const program::Program &p) const {
  return latencyCycles + shapeCycles(c, p);
}

uint64_t TableUnitModel::shapeCycles(const program::Command &c, const program::Program &p) const {
  return (tables(p, c) + tablesPerCycle - 1) / tablesPerCycle;
}

std::string TableUnitModel::variant() const { return lutVariant(k); }

Expected<UnitRtl> TableUnitModel::rtl() const {
  // The codes of a command are offered a cycle before the scratchpad's latency has passed: tables leave a
  // cycle after their codes came, and the command takes a cycle of its own.
  if (latencyCycles < 2)
    return Error{"expected scratchpad.latency_cycles of at least 2, got " + std::to_string(latencyCycles)};
  return UnitRtl{tableUnitSpec({static_cast<int64_t>(tablesPerCycle), tableBits}), latencyCycles - 1};
}

Expected<std::unique_ptr<RtlTask>> TableUnitModel::rtlTask(const program::Command &c,
                                                           const std::vector<Operand> &operands) const {
  const int64_t m = c.reads[0].sizes[0], depth = c.reads[0].sizes[1], tables = c.writes[0].sizes[1];
  const auto *first = operands[0].as<int8_t>();
  return tableUnitTask({static_cast<int64_t>(tablesPerCycle), tableBits},
                       {m, tables, std::min(c.group / 4, tables)}, {first, first + operands[0].size()},
                       depth);
}

std::unique_ptr<UnitModel> TableUnitModel::doubled() const {
  auto twice = std::make_unique<TableUnitModel>(*this);
  twice->tablesPerCycle *= 2;
  return twice;
}

} // namespace accord::sim
