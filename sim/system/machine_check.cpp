// Capacities and units against the program.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/machine_check.h"
#include "sim/models/lut_unit/lut_unit_model.h"
#include "sim/models/mac_array/mac_array_model.h"

namespace accord::sim {

int64_t capacityBytes(const Hardware &h, isa::Memory memory) {
  return memory == isa::Memory::Spm   ? h.scratchpad.capacityBytes
         : memory == isa::Memory::Acc ? h.accumulator.capacityBytes
                                      : 0;
}

namespace {

/// Can `h` run an mma?
Status checkMac(const Hardware &h) {
  if (!h.macArray)
    return Error{"expected hardware with a mac_array, got " + h.name + " without one"};
  if (h.macArray->dtype != "int8")
    return Error{"expected mac_array.dtype int8, got " + h.macArray->dtype + " of hardware " + h.name};
  return checkMacArray(macArrayConfig(h));
}

} // namespace

Status checkMachine(const program::Program &p, const Hardware &h) {
  auto fail = [&](const std::string &place, const std::string &expected, const std::string &got) {
    return Error{place + ": expected " + expected + ", got " + got};
  };
  for (size_t i = 0; i < p.buffers.size(); ++i) {
    const program::Buffer &b = p.buffers[i];
    if (b.memory == isa::Memory::Dram)
      continue;
    const std::string place = "buffer " + std::to_string(i) + " (" + b.name + ")";
    const int64_t capacity = capacityBytes(h, b.memory);
    if (capacity == 0)
      return fail(place, "a memory that hardware " + h.name + " has (dram, spm, acc)", isa::name(b.memory));
    if (b.address + b.bytes() > capacity)
      return fail(place,
                  "bytes below " + std::to_string(capacity) + ", the " + isa::name(b.memory) +
                      " of hardware " + h.name,
                  "bytes " + std::to_string(b.address) + " to " + std::to_string(b.address + b.bytes()));
  }
  for (size_t i = 0; i < p.commands.size(); ++i) {
    const program::Command &c = p.commands[i];
    if (c.op == isa::Opcode::Mma)
      if (Status s = checkMac(h); !s)
        return Error{"command " + std::to_string(i) + " (mma): " + s.error().message};
    if (c.op != isa::Opcode::Lmma && c.op != isa::Opcode::Table)
      continue;
    const std::string place = "command " + std::to_string(i) + " (" + isa::name(c.op) + ")";
    if (!h.lutArray || !h.tableUnit)
      return fail(place, "hardware with a lut_array", h.name + " without one");
    if (h.lutArray->n != 64 || h.lutArray->k != 4)
      return fail("hardware " + h.name, "lut_array.n 64 and lut_array.k 4, the layout of packed planes",
                  std::to_string(h.lutArray->n) + " and " + std::to_string(h.lutArray->k));
    if (h.lutArray->tableBits < 11)
      return fail("hardware " + h.name, "lut_array.table_bits of at least 11, which exact tables need",
                  std::to_string(h.lutArray->tableBits));
    if (c.op == isa::Opcode::Lmma)
      if (Status s = checkLutArray(lutArrayConfig(h), lutArrayShape(c)); !s)
        return Error{place + ": " + s.error().message};
  }
  return {};
}

} // namespace accord::sim
