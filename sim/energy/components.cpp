// The rows. A figure's unit follows from its row: an action is one lookup, one byte, one bit, never a word.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/energy/components.h"

namespace accord::energy {
namespace {

using sim::Work;
using Words = std::vector<std::string>;

Words noVariants() { return {}; }
Words groups() { return {"k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8"}; }
Words types() { return {"int8", "bf16", "f32"}; }
Words standards() { return {"DDR4", "DDR5", "LPDDR5", "HBM2", "HBM3"}; }

std::string noVariant(const Hardware &) { return ""; }
std::string group(const Hardware &h) { return "k" + std::to_string(h.lutArray->k); }
std::string type(const Hardware &h) { return h.macArray->dtype; }
std::string standard(const Hardware &h) { return h.dram.standard; }

bool always(const Hardware &) { return true; }
bool hasLut(const Hardware &h) { return h.lutArray.has_value(); }
bool hasTables(const Hardware &h) { return h.lutArray && h.tableUnit; }
bool hasMac(const Hardware &h) { return h.macArray.has_value(); }

uint64_t kib(const Hardware &h, const OnChipMemory &m) {
  return static_cast<uint64_t>(h.cores) * static_cast<uint64_t>(m.capacityBytes) / 1024;
}

} // namespace

#define COUNT(expression) [](const Work &w) -> uint64_t { return expression; }, nullptr
#define PARTS(expression) nullptr, [](const Hardware &h) { return static_cast<uint64_t>(expression); }

const std::vector<ActionRow> &actionTable() {
  constexpr Scaling logic = Scaling::Logic, sram = Scaling::Sram, channel = Scaling::Channel,
                    none = Scaling::None;
  static const std::vector<ActionRow> table = {
      {"lut_array", "lookup", "lookup: one plane of the k weights that a table entry covers", logic, groups,
       group, hasLut, COUNT(w.lookups)},
      {"mac_array", "mac", "multiply-accumulate", logic, types, type, hasMac, COUNT(w.macs)},
      {"table_unit", "table", "table of 2^(k-1) entries built", logic, groups, group, hasTables,
       COUNT(w.tables)},
      {"vector", "step", "f32 step of one element", logic, noVariants, noVariant, always,
       COUNT(w.vectorSteps)},
      {"scratchpad", "read_byte", "byte read", sram, noVariants, noVariant, always, COUNT(w.spmReadBytes)},
      {"scratchpad", "write_byte", "byte written", sram, noVariants, noVariant, always,
       COUNT(w.spmWrittenBytes)},
      {"accumulator", "read_byte", "byte read", sram, noVariants, noVariant, always, COUNT(w.accReadBytes)},
      {"accumulator", "write_byte", "byte written", sram, noVariants, noVariant, always,
       COUNT(w.accWrittenBytes)},
      {"dram", "activate", "row opened and closed in a channel", channel, standards, standard, always,
       COUNT(w.dramActivates)},
      {"dram", "read_bit", "bit read from an open row", none, standards, standard, always,
       COUNT(w.dramReadMovedBytes * 8)},
      {"dram", "write_bit", "bit written to an open row", none, standards, standard, always,
       COUNT(w.dramWrittenMovedBytes * 8)},
      {"dram", "io_bit", "bit on the wires, either way, with both ends", none, standards, standard, always,
       COUNT((w.dramReadMovedBytes + w.dramWrittenMovedBytes) * 8)},
      {"dram", "refresh", "all-bank refresh of a channel", channel, standards, standard, always,
       COUNT(w.dramRefreshes)},

      {"lut_array", Leakage, "lane: m x n of an array", logic, noVariants, noVariant, hasLut,
       PARTS(h.cores * h.lutArray->count * h.lutArray->m * h.lutArray->n)},
      {"mac_array", Leakage, "cell", logic, types, type, hasMac,
       PARTS(h.cores * h.macArray->rows * h.macArray->cols)},
      {"table_unit", Leakage, "table a cycle", logic, groups, group, hasTables,
       PARTS(h.cores * h.tableUnit->tablesPerCycle)},
      {"vector", Leakage, "lane", logic, noVariants, noVariant, always, PARTS(h.cores * h.vector.lanes)},
      {"scratchpad", Leakage, "KiB", logic, noVariants, noVariant, always, PARTS(kib(h, h.scratchpad))},
      {"accumulator", Leakage, "KiB", logic, noVariants, noVariant, always, PARTS(kib(h, h.accumulator))},
      {"dram", Leakage, "channel: its standby with open rows", channel, standards, standard, always,
       PARTS(h.dram.channels)},
  };
  return table;
}

std::string spellAction(const std::string &component, const std::string &action, const std::string &variant) {
  return component + "." + action + (variant.empty() ? "" : " (" + variant + ")");
}

} // namespace accord::energy
