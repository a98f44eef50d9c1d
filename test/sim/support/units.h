// Units of results by name, and what commands compute.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/models/units.h"
#include "sim/system/sim_result.h"

#include <catch2/catch.hpp>

namespace accord::test {

inline size_t indexOfUnit(const sim::SimResult &r, const std::string &name) {
  for (size_t u = 0; u < r.units.size(); ++u)
    if (r.units[u].name == name)
      return u;
  FAIL("expected a unit " << name << ", got none");
  return 0;
}
inline const sim::UnitUse &useOf(const sim::SimResult &r, const std::string &name) {
  return r.units[indexOfUnit(r, name)].use;
}
inline const sim::UnitShare &shareOf(const sim::SimResult &r, const sim::OpRecord &op,
                                     const std::string &name) {
  return op.units.at(indexOfUnit(r, name));
}

/// The outputs of a command; of a load or store its source.
inline Expected<std::vector<sim::Bytes>> computed(const program::Program &program,
                                                  const program::Command &command,
                                                  const std::vector<sim::Bytes> &inputs) {
  const sim::UnitKind *kind = sim::kindOf(command);
  if (!kind)
    return std::vector<sim::Bytes>{inputs[0]};
  return kind->compute(program, command, {inputs.begin(), inputs.end()});
}

} // namespace accord::test
