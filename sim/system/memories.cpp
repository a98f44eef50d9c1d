// Views are walked run by run: inner dimensions that follow one another without a gap are one piece.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/memories.h"
#include "sim/system/machine_model.h"

#include <cstring>

namespace accord::sim {
namespace {

/// Dimensions from `outer` on are one run of `elements`.
struct Run {
  size_t outer;
  int64_t elements = 1;
};

Run innerRun(const program::View &v) {
  Run run{v.sizes.size()};
  while (run.outer > 0 && (v.strides[run.outer - 1] == run.elements || v.sizes[run.outer - 1] == 1))
    run.elements *= v.sizes[--run.outer];
  return run;
}

/// Calls visit(element offset) in row-major order for the positions of dimensions `dim` to `end`.
template <typename Visit>
void walk(const program::View &v, size_t dim, size_t end, int64_t at, Visit &visit) {
  if (dim == end)
    return visit(at);
  const int64_t size = v.sizes[dim], stride = v.strides[dim];
  for (int64_t i = 0; i < size; ++i)
    walk(v, dim + 1, end, at + i * stride, visit);
}

} // namespace

Memories::Memories(const program::Sequence &sequence, const Hardware &hardware, DramImage contents)
    : sequence(sequence), image(std::move(contents)) {
  for (unsigned m = 0; m < isa::numMemories; ++m)
    chip[m].resize(static_cast<size_t>(capacityBytes(hardware, isa::Memory(m))));
  for (uint32_t i = 0; i < sequence.buffers.size(); ++i) {
    if (sequence.buffers[i].role == program::Role::Argument)
      continue;
    if (auto given = image.buffers.find(i); given != image.buffers.end())
      written[i] = given->second.take();
    else
      written[i].assign(static_cast<size_t>(sequence.buffers[i].bytes()), poison);
  }
}

void Memories::enter(const program::Call &call) {
  const program::Program &body = sequence.bodies[call.body];
  size_t scratchBytes = 0, parameter = 0;
  for (const program::Buffer &b : body.buffers)
    if (b.memory == isa::Memory::Dram && b.role == program::Role::Internal)
      scratchBytes += static_cast<size_t>((b.bytes() + 63) / 64 * 64);
  scratch.assign(scratchBytes, poison);
  for (Bytes &memory : chip)
    std::fill(memory.begin(), memory.end(), poison);

  places.clear();
  uint8_t *nextScratch = scratch.data();
  for (const program::Buffer &b : body.buffers) {
    Place place;
    place.elementBytes = isa::elementBytes(b.type);
    if (b.memory != isa::Memory::Dram) {
      place.bytes = chip[static_cast<unsigned>(b.memory)].data() + b.address;
    } else if (b.role == program::Role::Internal) {
      place.bytes = nextScratch;
      nextScratch += (b.bytes() + 63) / 64 * 64;
    } else {
      const program::Binding &binding = call.bindings[parameter++];
      auto own = written.find(binding.buffer);
      place.constant = own == written.end();
      // verify lets nothing write to a constant place.
      place.bytes = (place.constant ? const_cast<uint8_t *>(image.buffers.at(binding.buffer).data())
                                    : own->second.data()) +
                    binding.byteOffset;
    }
    places.push_back(place);
  }
}

Operand Memories::read(const program::View &v, Bytes &room) const {
  const Place &place = places[v.buffer];
  const int64_t width = place.elementBytes;
  const uint8_t *from = place.bytes;
  const Run run = innerRun(v);
  const auto runBytes = static_cast<size_t>(run.elements * width);
  const uint8_t *first = from + v.offset * width;
  // A window of dram need not be aligned as memory of the host is.
  if (run.outer == 0 && reinterpret_cast<uintptr_t>(first) % static_cast<uintptr_t>(width) == 0)
    return {first, runBytes};
  room.resize(static_cast<size_t>(v.elements() * width));
  uint8_t *to = room.data();
  auto copy = [&](int64_t at) {
    std::memcpy(to, from + at * width, runBytes);
    to += runBytes;
  };
  walk(v, 0, run.outer, v.offset, copy);
  return room;
}

Bytes Memories::gather(const program::View &v) const {
  Bytes room;
  const Operand operand = read(v, room);
  return operand.data() == room.data() ? room : Bytes(operand.data(), operand.data() + operand.size());
}

Expected<std::vector<int64_t>> rowsNamed(const Bytes &indices, int64_t count) {
  std::vector<int64_t> rows;
  for (size_t i = 0; i < indices.size() / sizeof(int32_t); ++i) {
    int32_t index;
    std::memcpy(&index, indices.data() + i * sizeof index, sizeof index);
    if (index < 0 || index >= count)
      return Error{"index " + std::to_string(i) + ": expected 0 to " + std::to_string(count - 1) + ", got " +
                   std::to_string(index)};
    rows.push_back(index);
  }
  return rows;
}

Bytes Memories::gatherRows(const program::View &table, const std::vector<int64_t> &rows) const {
  Bytes all;
  for (const int64_t row : rows) {
    const Bytes bytes =
        gather({table.buffer, table.offset + row * table.strides[0], {table.sizes[1]}, {table.strides[1]}});
    all.insert(all.end(), bytes.begin(), bytes.end());
  }
  return all;
}

void Memories::scatter(const program::View &v, const Bytes &bytes) {
  const Place &place = places[v.buffer];
  const int64_t width = place.elementBytes;
  const Run run = innerRun(v);
  const auto runBytes = static_cast<size_t>(run.elements * width);
  const uint8_t *from = bytes.data();
  auto copy = [&](int64_t at) {
    std::memcpy(place.bytes + at * width, from, runBytes);
    from += runBytes;
  };
  walk(v, 0, run.outer, v.offset, copy);
}

void Memories::copy(const program::View &from, const program::View &to) {
  const Place &source = places[from.buffer], &target = places[to.buffer];
  const int64_t width = source.elementBytes;
  // The run that both have; dimensions outside of it are walked in step.
  const size_t outer = std::max(innerRun(from).outer, innerRun(to).outer);
  int64_t run = 1;
  for (size_t d = outer; d < from.sizes.size(); ++d)
    run *= from.sizes[d];
  int64_t sizes[program::Extents::maxRank], sourceStep[program::Extents::maxRank],
      targetStep[program::Extents::maxRank], index[program::Extents::maxRank] = {};
  for (size_t d = 0; d < outer; ++d)
    sizes[d] = from.sizes[d], sourceStep[d] = from.strides[d] * width, targetStep[d] = to.strides[d] * width;
  const uint8_t *in = source.bytes + from.offset * width;
  uint8_t *out = target.bytes + to.offset * width;
  for (bool more = true; more;) {
    std::memcpy(out, in, static_cast<size_t>(run * width));
    more = false;
    for (size_t d = outer; d-- > 0 && !more;) {
      in += sourceStep[d], out += targetStep[d];
      more = ++index[d] < sizes[d];
      if (!more) {
        in -= sourceStep[d] * sizes[d], out -= targetStep[d] * sizes[d];
        index[d] = 0;
      }
    }
  }
}

DramImage Memories::takeDram() {
  for (auto &[index, bytes] : written)
    image.buffers[index] = std::move(bytes);
  written.clear();
  return std::move(image);
}

} // namespace accord::sim
