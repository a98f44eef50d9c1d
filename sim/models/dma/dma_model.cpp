// Counts bursts along the runs of the dram side, and bank rows along those of the on-chip side.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/dma/dma_model.h"
#include "sim/program/footprint.h"

#include <algorithm>
#include <cmath>

namespace accord::sim {
namespace {

/// Transfers of one burst. JESD79-4 (BL8), JESD79-5 (BL16), JESD209-5 (BL16), JESD235 (BL4), JESD238 (BL8).
int64_t burstLength(const std::string &standard) {
  return standard == "DDR4" || standard == "HBM3" ? 8 : standard == "HBM2" ? 4 : 16;
}

/// Aligned blocks of `blockBytes` that the view touches; a block that one run leaves and the next enters
/// counts once.
uint64_t blocks(const program::Program &p, const program::View &view, int64_t blockBytes) {
  uint64_t count = 0;
  int64_t last = -1;
  program::forEachRun(p, view, [&](int64_t address, int64_t bytes) {
    const int64_t from = address / blockBytes, to = (address + bytes - 1) / blockBytes;
    count += static_cast<uint64_t>(to - from + 1 - (from == last ? 1 : 0));
    last = to;
  });
  return count;
}

uint64_t ceilDiv(unsigned __int128 a, unsigned __int128 b) { return static_cast<uint64_t>((a + b - 1) / b); }

} // namespace

DmaModel::DmaModel(const Hardware &h)
    : setupCycles(static_cast<uint64_t>(h.dma.setupCycles)),
      dramLatencyCycles(static_cast<uint64_t>(std::ceil(h.dram.latencyNs * h.clockMhz / 1000))),
      bytesPerBurst(h.dram.busWidthBits / 8 * burstLength(h.dram.standard)),
      dramBytesPerSecond(uint64_t(h.dram.channels) * uint64_t(h.dram.dataRateMtps) * 1000000 *
                         uint64_t(h.dram.busWidthBits) / 8),
      clockHz(static_cast<uint64_t>(h.clockHz())), scratchpad(h.scratchpad), accumulator(h.accumulator) {}

uint64_t DmaModel::cyclesOf(uint64_t bytes) const {
  return ceilDiv(static_cast<unsigned __int128>(bytes) * clockHz, dramBytesPerSecond);
}

DmaCost DmaModel::cost(const program::Command &command, const program::Program &program) const {
  const bool load = command.op == isa::Opcode::Load;
  const program::View &dram = load ? command.reads[0] : command.writes[0];
  const program::View &chip = load ? command.writes[0] : command.reads[0];
  const Memory &memory = program.buffers[chip.buffer].memory == isa::Memory::Acc ? accumulator : scratchpad;
  DmaCost c;
  c.fixedCycles = setupCycles + (load ? dramLatencyCycles : static_cast<uint64_t>(memory.latencyCycles));
  c.bursts = blocks(program, dram, bytesPerBurst);
  c.busCycles = cyclesOf(c.bursts * static_cast<uint64_t>(bytesPerBurst));
  c.chipCycles = ceilDiv(blocks(program, chip, std::max<int64_t>(1, memory.widthBits / 8)),
                         static_cast<uint64_t>(memory.banks));
  return c;
}

} // namespace accord::sim
