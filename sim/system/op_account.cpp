// Commands know the op that they are part of by its name, or by its source location.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/op_account.h"

#include <algorithm>

namespace accord::sim {
namespace {

/// A number for the op of a command: of its name or, without one, of its place in the source.
size_t opOf(const program::Program &p, const program::Command &c) {
  return c.opName ? c.opName : p.ops.size() + c.location;
}
const std::string &nameOf(const program::Program &p, size_t op) {
  return op < p.ops.size() ? p.ops[op] : p.locations[op - p.ops.size()];
}

} // namespace

void OpAccount::enter(uint32_t newCall, const program::Program &newBody) {
  body = &newBody;
  call = newCall;
  recordOf.assign(body->ops.size() + body->locations.size(), none);
  recordNamed.clear();
}

uint32_t OpAccount::started(const program::Command &c, uint64_t cycle) {
  const size_t number = opOf(*body, c);
  uint32_t &record = recordOf[number];
  if (record != none)
    return record;
  const std::string &op = nameOf(*body, number);
  auto [entry, isNew] = recordNamed.try_emplace(op, static_cast<uint32_t>(records.size()));
  if (isNew) {
    OpRecord r;
    r.call = call, r.op = op, r.start = cycle;
    r.units.resize(units);
    records.push_back(std::move(r));
  }
  return record = entry->second;
}

void OpAccount::finished(uint32_t record, size_t unit, const UnitShare &share, uint64_t end,
                         const Work &work) {
  OpRecord &r = records[record];
  r.end = std::max(r.end, end);
  r.units[unit] += share;
  r.work += work;
}

Status checkOps(const SimResult &result) {
  OpRecord sum;
  for (const OpRecord &r : result.ops) {
    if (r.call >= result.calls.size() || r.start < result.calls[r.call].start ||
        r.end > result.calls[r.call].end)
      return Error{"simulation: op " + r.op + ": expected a time within its call, got cycles " +
                   std::to_string(r.start) + " to " + std::to_string(r.end)};
    sum.units += r.units;
    sum.work += r.work;
  }
  sum.work += result.idle;
  auto check = [](const std::string &what, uint64_t expected, uint64_t got) {
    return expected == got ? Status()
                           : Status(Error{"simulation: " + what + " of all ops: expected " +
                                          std::to_string(expected) + ", got " + std::to_string(got)});
  };
  sum.units.resize(result.units.size());
  for (size_t u = 0; u < result.units.size(); ++u) {
    const UnitRecord &unit = result.units[u];
    if (Status s = check("busy cycles of unit " + unit.name, unit.use.busy, sum.units[u].busy); !s)
      return s;
    if (Status s = check("commands of unit " + unit.name, unit.use.commands, sum.units[u].commands); !s)
      return s;
    if (Status s = check("actions of unit " + unit.name, unit.actions, sum.units[u].actions); !s)
      return s;
  }
  if (Status s = checkEqual(result.work, sum.work); !s)
    return Error{"simulation: work of all ops: " + s.error().message};
  return {};
}

} // namespace accord::sim
