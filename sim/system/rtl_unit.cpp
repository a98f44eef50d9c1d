// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/rtl_unit.h"

namespace accord::sim {

Expected<std::unique_ptr<RtlUnit>> RtlUnit::load(const UnitModel &unit, const RtlLoader &loader) {
  Expected<UnitRtl> rtl = unit.rtl();
  if (!rtl)
    return rtl.error();
  if (!loader)
    return Error{"expected a loader of " + rtl->spec.block + ", got none"};
  Expected<std::shared_ptr<RtlBlock>> block = loader(rtl->spec);
  if (!block)
    return block.error();
  return std::unique_ptr<RtlUnit>(new RtlUnit(unit, *rtl, std::move(*block)));
}

/// The command's own cycle comes before the block's cycle 0.
RtlUnit::RtlUnit(const UnitModel &unit, const UnitRtl &rtl, std::shared_ptr<RtlBlock> block)
    : unit(unit), loaded(std::move(block)), run(*loaded), latency(rtl.overheadCycles - 1) {
  for (const RtlStream &stream : loaded->ports().streams)
    stalls.push_back(stream.output ? nullptr : &latency);
}

Status RtlUnit::start(const program::Command &command, const std::vector<Operand> &operands) {
  Expected<std::unique_ptr<RtlTask>> made = unit.rtlTask(command, operands);
  if (!made)
    return made.error();
  task = std::move(*made);
  return run.start(*task, stalls);
}

std::vector<Bytes> RtlUnit::takeResults() {
  std::vector<Bytes> results;
  for (RtlResult &result : task->results())
    results.push_back(std::move(result.bytes));
  return results;
}

Status RtlUnit::rest() { return task ? run.rest() : Status(); }

} // namespace accord::sim
