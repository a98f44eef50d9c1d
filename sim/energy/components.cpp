// The rows of memories and the dram; units bring their own. A figure's unit follows from its row: an action
// is one lookup, one byte, one bit, never a word.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/energy/components.h"
#include "sim/models/units.h"

namespace accord::energy {
namespace {

using sim::Leakage;
using sim::Scaling;
using sim::Work;

std::string noVariant(const Hardware &) { return ""; }
std::string standard(const Hardware &h) { return h.dram.standard; }

/// A kind that is no unit's.
struct Row {
  ActionKind kind;
  std::string (*variantOf)(const Hardware &);
  uint64_t (*count)(const Work &);
  /// Of the whole machine.
  uint64_t (*parts)(const Hardware &);
};

uint64_t kib(const Hardware &h, const OnChipMemory &m) {
  return static_cast<uint64_t>(h.cores) * static_cast<uint64_t>(m.capacityBytes) / 1024;
}

#define COUNT(expression) [](const Work &w) -> uint64_t { return expression; }, nullptr
#define PARTS(expression) nullptr, [](const Hardware &h) -> uint64_t { return expression; }

const std::vector<Row> &memoryRows() {
  constexpr Scaling logic = Scaling::Logic, sram = Scaling::Sram, channel = Scaling::Channel,
                    none = Scaling::None;
  static const std::vector<std::string> standards = {"DDR4", "DDR5", "LPDDR5", "HBM2", "HBM3"};
  static const std::vector<Row> rows = {
      {{"scratchpad", "read_byte", "byte read", sram, {}}, noVariant, COUNT(w.spmReadBytes)},
      {{"scratchpad", "write_byte", "byte written", sram, {}}, noVariant, COUNT(w.spmWrittenBytes)},
      {{"accumulator", "read_byte", "byte read", sram, {}}, noVariant, COUNT(w.accReadBytes)},
      {{"accumulator", "write_byte", "byte written", sram, {}}, noVariant, COUNT(w.accWrittenBytes)},
      {{"dram", "activate", "row opened and closed in a channel", channel, standards},
       standard,
       COUNT(w.dramActivates)},
      {{"dram", "read_bit", "bit read from an open row", none, standards},
       standard,
       COUNT(w.dramReadMovedBytes * 8)},
      {{"dram", "write_bit", "bit written to an open row", none, standards},
       standard,
       COUNT(w.dramWrittenMovedBytes * 8)},
      {{"dram", "io_bit", "bit on the wires, either way, with both ends", none, standards},
       standard,
       COUNT((w.dramReadMovedBytes + w.dramWrittenMovedBytes) * 8)},
      {{"dram", "refresh", "all-bank refresh of a channel", channel, standards},
       standard,
       COUNT(w.dramRefreshes)},

      {{"scratchpad", Leakage, "KiB", logic, {}}, noVariant, PARTS(kib(h, h.scratchpad))},
      {{"accumulator", Leakage, "KiB", logic, {}}, noVariant, PARTS(kib(h, h.accumulator))},
      {{"dram", Leakage, "channel: its standby with open rows", channel, standards},
       standard,
       PARTS(static_cast<uint64_t>(h.dram.channels))},
  };
  return rows;
}

} // namespace

const std::vector<const ActionKind *> &actionKinds() {
  static const std::vector<const ActionKind *> kinds = [] {
    std::vector<const ActionKind *> all;
    for (const bool leakage : {false, true}) {
      for (const sim::UnitKind *unit : sim::unitKinds())
        all.push_back(leakage ? &unit->leakage : &unit->action);
      for (const Row &row : memoryRows())
        if (row.kind.isLeakage() == leakage)
          all.push_back(&row.kind);
    }
    return all;
  }();
  return kinds;
}

std::vector<Charge> chargesOf(const Hardware &h) {
  const std::vector<sim::NamedUnit> units = sim::unitsOf(h);
  std::vector<Charge> charges;
  for (const bool leakage : {false, true}) {
    for (const sim::NamedUnit &unit : units) {
      const sim::UnitKind &kind = unit.model->kind();
      const ActionKind &action = leakage ? kind.leakage : kind.action;
      charges.push_back({&action, action.variants.empty() ? "" : unit.model->variant(), unit.name, nullptr,
                         static_cast<uint64_t>(h.cores) * unit.model->parts()});
    }
    for (const Row &row : memoryRows())
      if (row.kind.isLeakage() == leakage)
        charges.push_back(
            {&row.kind, row.variantOf(h), "", row.count, row.parts ? row.parts(h) : uint64_t(0)});
  }
  return charges;
}

std::string spellAction(const std::string &component, const std::string &action, const std::string &variant) {
  return component + "." + action + (variant.empty() ? "" : " (" + variant + ")");
}

} // namespace accord::energy
