// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/machine_model.h"

#include <algorithm>

namespace accord::sim {
namespace {

Hardware withTwice(Hardware h, std::optional<Resource> twice) {
  if (twice == Resource::Dram)
    h.dram.dataRateMtps *= 2;
  if (twice == Resource::Dma) {
    h.dma.setupCycles /= 2;
    h.dma.outstanding *= 2;
  }
  if (twice == Resource::Scratchpad) {
    h.scratchpad.banks *= 2;
    h.accumulator.banks *= 2;
  }
  return h;
}

} // namespace

int64_t capacityBytes(const Hardware &h, isa::Memory memory) {
  return memory == isa::Memory::Spm   ? h.scratchpad.capacityBytes
         : memory == isa::Memory::Acc ? h.accumulator.capacityBytes
                                      : 0;
}

MachineModel::MachineModel(const Hardware &hardware, std::optional<Resource> twice)
    : machine(withTwice(hardware, twice)), doubled(twice), copies(machine), computing(unitsOf(machine)),
      names{isa::name(isa::Unit::Load), isa::name(isa::Unit::Store)} {
  indexOf.fill(none);
  indexOf[static_cast<size_t>(isa::Unit::Load)] = 0;
  indexOf[static_cast<size_t>(isa::Unit::Store)] = 1;
  for (size_t i = 0; i < computing.size(); ++i) {
    NamedUnit &unit = computing[i];
    if (twice == resourceOfUnit(i))
      unit.model = unit.model->doubled();
    names.push_back(unit.name);
    size_t &first = indexOf[static_cast<size_t>(unit.model->kind().unit)];
    first = std::min(first, numDma + i);
  }
}

std::vector<std::string> MachineModel::resources() const {
  std::vector<std::string> all = {"dram", "dma", "scratchpad", "issue"};
  all.insert(all.end(), names.begin() + numDma, names.end());
  return all;
}

std::optional<Resource> MachineModel::findResource(std::string_view name) const {
  const std::vector<std::string> all = resources();
  const auto at = std::find(all.begin(), all.end(), name);
  return at == all.end() ? std::nullopt : std::optional(Resource(at - all.begin()));
}

Status MachineModel::checkBuffer(const program::Buffer &b) const {
  if (b.memory == isa::Memory::Dram)
    return {};
  const int64_t capacity = capacityBytes(machine, b.memory);
  const std::string memory = isa::name(b.memory);
  if (capacity == 0)
    return Error{"expected a memory that hardware " + machine.name + " has (dram, spm, acc), got " + memory};
  if (b.address + b.bytes() > capacity)
    return Error{"expected bytes below " + std::to_string(capacity) + ", the " + memory + " of hardware " +
                 machine.name + ", got bytes " + std::to_string(b.address) + " to " +
                 std::to_string(b.address + b.bytes())};
  return {};
}

Status MachineModel::checkCommand(const program::Command &c) const {
  const UnitKind *kind = kindOf(c);
  if (!kind)
    return {};
  const size_t unit = unitOf(c);
  if (unit == none)
    return Error{std::string("expected hardware with a ") + kind->section() + ", got " + machine.name +
                 " without one"};
  return this->unit(unit).check(c);
}

Status MachineModel::check(const program::Program &p) const {
  for (size_t i = 0; i < p.buffers.size(); ++i)
    if (Status s = checkBuffer(p.buffers[i]); !s)
      return Error{"buffer " + std::to_string(i) + " (" + p.buffers[i].name + "): " + s.error().message};
  for (size_t i = 0; i < p.commands.size(); ++i)
    if (Status s = checkCommand(p.commands[i]); !s)
      return Error{"command " + std::to_string(i) + " (" + isa::name(p.commands[i].op) +
                   "): " + s.error().message};
  return {};
}

} // namespace accord::sim
