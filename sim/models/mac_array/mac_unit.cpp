// An mma as the array's command, its values, and the machine that it takes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/gemm.h"
#include "sim/models/mac_array/mac_array_block.h"
#include "sim/models/mac_array/mac_array_model.h"

namespace accord::sim {
namespace {

/// M * N * K.
uint64_t macs(const program::Program &, const program::Command &c) {
  return static_cast<uint64_t>(c.reads[0].sizes[0] * c.reads[0].sizes[1] * c.writes[0].sizes[2]);
}

Expected<std::vector<Bytes>> compute(const program::Program &p, const program::Command &c,
                                     const std::vector<Operand> &inputs) {
  std::vector<Bytes> outputs = roomForOutputs(p, c);
  golden::macSums(inputs[0].as<int8_t>(), inputs[1].data(), c.reads[0].sizes[0], c.writes[0].sizes[2],
                  c.reads[0].sizes[1], c.group, static_cast<int>(c.reads[1].sizes[2]), c.zero,
                  elementsOf<int32_t>(outputs[0]));
  return outputs;
}

} // namespace

const UnitKind &macUnitKind() {
  static const std::vector<std::string> types = {"int8", "bf16", "f32"};
  static const UnitKind kind = {isa::Unit::Mac,
                                {"mac_array", "mac", "multiply-accumulate", Scaling::Logic, types},
                                {"mac_array", Leakage, "cell", Scaling::Logic, types},
                                macs,
                                macs,
                                compute,
                                "mac_array"};
  return kind;
}

MacUnitModel::MacUnitModel(const Hardware &h)
    : machine(h.name), dtype(h.macArray->dtype), array(macArrayConfig(h)),
      overhead(1 + static_cast<uint64_t>(h.scratchpad.latencyCycles)) {}

Status MacUnitModel::checkArray() const {
  if (dtype != "int8")
    return Error{"expected mac_array.dtype int8, got " + dtype + " of hardware " + machine};
  return checkMacArray(array);
}

uint64_t MacUnitModel::cycles(const program::Command &c, const program::Program &) const {
  return (overhead + macArrayCycles(array, macArrayShape(c)) + pace - 1) / pace;
}

uint64_t MacUnitModel::shapeCycles(const program::Command &c, const program::Program &) const {
  return (macShapeCycles(array, macArrayShape(c)) + pace - 1) / pace;
}

uint64_t MacUnitModel::actionsPerCycle() const { return parts() * pace; }

uint64_t MacUnitModel::parts() const { return static_cast<uint64_t>(array.rows * array.cols); }

Expected<UnitRtl> MacUnitModel::rtl() const {
  if (Status s = checkArray(); !s)
    return s.error();
  return UnitRtl{macArraySpec(array), overhead};
}

Expected<std::unique_ptr<RtlTask>> MacUnitModel::rtlTask(const program::Command &c,
                                                         const std::vector<Operand> &operands) const {
  const Operand &codes = operands[0], &planes = operands[1];
  const auto *first = codes.as<int8_t>();
  return macArrayTask(array, macArrayShape(c), static_cast<int32_t>(c.zero), {first, first + codes.size()},
                      c.reads[0].sizes[1], Bytes(planes.data(), planes.data() + planes.size()));
}

std::unique_ptr<UnitModel> MacUnitModel::doubled() const {
  auto twice = std::make_unique<MacUnitModel>(*this);
  twice->pace = 2;
  return twice;
}

} // namespace accord::sim
