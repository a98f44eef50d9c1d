// What all units' values begin with.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/unit_model.h"

namespace accord::sim {

std::vector<Bytes> roomForOutputs(const program::Program &p, const program::Command &c) {
  std::vector<Bytes> outputs;
  for (const program::View &v : c.writes)
    outputs.emplace_back(static_cast<size_t>(v.elements() * isa::elementBytes(p.buffers[v.buffer].type)));
  return outputs;
}

} // namespace accord::sim
