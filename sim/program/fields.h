// The fields of a command by the names of the ISA's table.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/isa/table.h"
#include "sim/program/program.h"

namespace accord::program {

/// Calls `visit` with the member that holds a field.
template <typename Command, typename Visit> auto visitField(Command &c, isa::Field a, Visit visit) {
  switch (a) {
  case isa::Field::Group:
    return visit(c.group);
  case isa::Field::Bits:
    return visit(c.bits);
  case isa::Field::Zero:
    return visit(c.zero);
  case isa::Field::Eps:
    return visit(c.eps);
  case isa::Field::HeadDim:
    return visit(c.headDim);
  case isa::Field::Halves:
    return visit(c.halves);
  case isa::Field::Live:
    return visit(c.live);
  case isa::Field::Heads:
    return visit(c.heads);
  case isa::Field::Scale:
    return visit(c.scale);
  case isa::Field::Chunk:
    return visit(c.chunk);
  case isa::Field::ActGroup:
    return visit(c.actGroup);
  case isa::Field::WeightGroup:
    return visit(c.weightGroup);
  case isa::Field::Body:
    return visit(c.body);
  case isa::Field::Accumulate:
    break;
  }
  return visit(c.accumulate);
}

} // namespace accord::program
