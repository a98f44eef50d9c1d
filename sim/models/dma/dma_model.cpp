// Counts bursts along the runs of the dram side, and bank rows along those of the on-chip side.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/dma/dma_model.h"
#include "sim/program/footprint.h"

#include <algorithm>

namespace accord::sim {
namespace {

/// Counts aligned blocks that runs touch; a block that one run leaves and the next enters counts once.
class BlockCounter {
public:
  explicit BlockCounter(int64_t blockBytes) : size(blockBytes) {}
  void add(int64_t address, int64_t bytes) {
    const int64_t from = address / size, to = (address + bytes - 1) / size;
    count += static_cast<uint64_t>(to - from + 1 - (from == last ? 1 : 0));
    last = to;
  }
  uint64_t blocks() const { return count; }

private:
  const int64_t size;
  int64_t last = -1;
  uint64_t count = 0;
};

/// Of a view, moved by so many bytes.
uint64_t blocks(const program::Program &p, const program::View &view, int64_t blockBytes, int64_t moved = 0) {
  BlockCounter counter(blockBytes);
  program::forEachRun(p, view, [&](int64_t address, int64_t bytes) { counter.add(address + moved, bytes); });
  return counter.blocks();
}

uint64_t ceilDiv(unsigned __int128 a, unsigned __int128 b) { return static_cast<uint64_t>((a + b - 1) / b); }

} // namespace

DmaModel::DmaModel(const Hardware &h)
    : setupCycles(static_cast<uint64_t>(h.dma.setupCycles)),
      bytesPerBurst(h.dram.busWidthBits / 8 * burstTransfers(h.dram.standard)),
      dramBytesPerSecond(uint64_t(h.dram.channels) * uint64_t(h.dram.dataRateMtps) * 1000000 *
                         uint64_t(h.dram.busWidthBits) / 8),
      clockHz(static_cast<uint64_t>(h.clockHz())), scratchpad(h.scratchpad), accumulator(h.accumulator) {}

uint64_t DmaModel::cyclesOf(uint64_t bytes) const {
  return ceilDiv(static_cast<unsigned __int128>(bytes) * clockHz, dramBytesPerSecond);
}

void DmaModel::dramRuns(const program::Command &command, const program::Program &program,
                        const std::vector<int64_t> &rows, std::vector<DramRun> &runs) {
  runs.clear();
  auto append = [&](int64_t address, int64_t bytes) { runs.push_back({address, bytes}); };
  const program::View &dram = dramView(command);
  if (command.op != isa::Opcode::Gather) {
    program::forEachRun(program, dram, append);
    return;
  }
  const int64_t count = command.writes[0].sizes[0];
  for (int64_t i = 0; i < count; ++i) {
    const int64_t row = rows.empty() ? i * dram.sizes[0] / count : rows[static_cast<size_t>(i)];
    program::forEachRun(
        program, {dram.buffer, dram.offset + row * dram.strides[0], {dram.sizes[1]}, {dram.strides[1]}},
        append);
  }
}

uint64_t DmaModel::bursts(const program::Command &command, const program::Program &program,
                          int64_t address) const {
  const program::View &dram = dramView(command);
  return blocks(program, dram, bytesPerBurst, address - program.buffers[dram.buffer].address);
}

DmaCost DmaModel::cost(const program::Command &command, const program::Program &program,
                       const std::vector<DramRun> &runs) const {
  const bool store = command.op == isa::Opcode::Store;
  const program::View &chip = store ? command.reads[0] : command.writes[0];
  const OnChipMemory &memory =
      program.buffers[chip.buffer].memory == isa::Memory::Acc ? accumulator : scratchpad;
  DmaCost c;
  c.fixedCycles = setupCycles + (store ? static_cast<uint64_t>(memory.latencyCycles) : 0);
  BlockCounter touched(bytesPerBurst);
  for (const DramRun &run : runs)
    touched.add(run.address, run.bytes);
  c.bursts = touched.blocks();
  c.busCycles = cyclesOf(c.bursts * static_cast<uint64_t>(bytesPerBurst));
  c.chipCycles = ceilDiv(blocks(program, chip, std::max<int64_t>(1, memory.widthBits / 8)),
                         static_cast<uint64_t>(memory.banks));
  return c;
}

} // namespace accord::sim
