// What units have in common.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/unit_model.h"

namespace accord::sim {

Expected<UnitRtl> UnitModel::rtl() const {
  return Error{std::string("expected a unit with RTL, got ") + kind().section()};
}

Expected<std::unique_ptr<RtlTask>> UnitModel::rtlTask(const program::Command &,
                                                      const std::vector<Operand> &) const {
  return rtl().error();
}

std::vector<Bytes> roomForOutputs(const program::Program &p, const program::Command &c) {
  std::vector<Bytes> outputs;
  for (const program::View &v : c.writes)
    outputs.emplace_back(static_cast<size_t>(v.elements() * isa::elementBytes(p.buffers[v.buffer].type)));
  return outputs;
}

} // namespace accord::sim
