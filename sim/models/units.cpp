// One row a kind: whether a machine has it, and how it is made.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/units.h"
#include "sim/models/lut_unit/lut_unit_model.h"
#include "sim/models/mac_array/mac_array_model.h"
#include "sim/models/table_unit/table_unit_model.h"
#include "sim/models/vector_unit/vector_unit_model.h"

namespace accord::sim {
namespace {

struct Row {
  const UnitKind &kind;
  bool (*isIn)(const Hardware &);
  std::unique_ptr<UnitModel> (*make)(const Hardware &);
};

template <typename Model> std::unique_ptr<UnitModel> make(const Hardware &h) {
  return std::make_unique<Model>(h);
}

const std::vector<Row> &rows() {
  static const std::vector<Row> table = {
      {tableUnitKind(), [](const Hardware &h) { return h.tableUnit.has_value(); }, make<TableUnitModel>},
      {lutUnitKind(), [](const Hardware &h) { return h.lutArray.has_value(); }, make<LutUnitModel>},
      {macUnitKind(), [](const Hardware &h) { return h.macArray.has_value(); }, make<MacUnitModel>},
      {vectorUnitKind(), [](const Hardware &) { return true; }, make<VectorUnitModel>},
  };
  return table;
}

} // namespace

const std::vector<const UnitKind *> &unitKinds() {
  static const std::vector<const UnitKind *> kinds = [] {
    std::vector<const UnitKind *> all;
    for (const Row &row : rows())
      all.push_back(&row.kind);
    return all;
  }();
  return kinds;
}

std::vector<std::string> rtlBlocks() {
  std::vector<std::string> blocks;
  for (const UnitKind *kind : unitKinds())
    if (kind->block)
      blocks.emplace_back(kind->block);
  return blocks;
}

const UnitKind *kindOf(const program::Command &c) {
  if (isa::isCommand(c.op))
    for (const UnitKind *kind : unitKinds())
      if (kind->unit == isa::unitOf(c.op))
        return kind;
  return nullptr;
}

std::vector<NamedUnit> unitsOf(const Hardware &hardware) {
  std::vector<NamedUnit> units;
  for (const Row &row : rows())
    if (row.isIn(hardware))
      units.push_back({isa::name(row.kind.unit), row.make(hardware)});
  return units;
}

} // namespace accord::sim
