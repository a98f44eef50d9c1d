// Who used what: each call and op of the model with its cycles and its work.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/program/program.h"
#include "sim/system/sim_result.h"

#include <string_view>
#include <unordered_map>

namespace accord::sim {

class OpAccount {
public:
  /// Of a machine with so many units.
  explicit OpAccount(size_t units) : units(units) {}
  /// Begins a call: its commands are `body`'s, which stays until the next one.
  void enter(uint32_t call, const program::Program &body);
  /// A command starts; the index of its record.
  uint32_t started(const program::Command &command, uint64_t cycle);
  /// A command of `unit` ends. Of the unit's busy cycles `share` has those that are the command's: each cycle
  /// is one command's alone.
  void finished(uint32_t record, size_t unit, const UnitShare &share, uint64_t end, const Work &work);

  const std::string &name(uint32_t record) const { return records[record].op; }
  std::vector<OpRecord> take() { return std::move(records); }

private:
  static constexpr uint32_t none = UINT32_MAX;
  const size_t units;
  const program::Program *body = nullptr;
  uint32_t call = 0;
  std::vector<OpRecord> records;
  // Of this call: two indices may stand for one name.
  std::vector<uint32_t> recordOf; ///< by index of the op's name
  std::unordered_map<std::string_view, uint32_t> recordNamed;
};

/// Fails unless the records' cycles, commands and work (with `idle`) add up to the result's own counters.
Status checkOps(const SimResult &result);

} // namespace accord::sim
