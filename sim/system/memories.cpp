// Copies row by row: the innermost dimension in one piece where it is contiguous, else element by element.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/memories.h"
#include "sim/system/machine_check.h"

#include <cstring>

namespace accord::sim {
namespace {

/// Calls copy(element offset, elements) for the view's rows in row-major order, from dimension `dim` on.
template <typename Copy> void walk(const program::View &v, size_t dim, int64_t at, Copy &copy) {
  if (dim == v.sizes.size())
    return copy(at, 1);
  if (dim + 1 == v.sizes.size() && v.strides[dim] == 1)
    return copy(at, v.sizes[dim]);
  for (int64_t i = 0; i < v.sizes[dim]; ++i)
    walk(v, dim + 1, at + i * v.strides[dim], copy);
}

} // namespace

Memories::Memories(const program::Program &program, const Hardware &hardware, DramImage image)
    : program(program), dram(std::move(image)) {
  for (unsigned m = 0; m < isa::numMemories; ++m)
    chip[m].assign(static_cast<size_t>(capacityBytes(hardware, isa::Memory(m))), poison);
  for (uint32_t i = 0; i < program.buffers.size(); ++i)
    if (program.buffers[i].memory == isa::Memory::Dram && !dram.buffers.count(i))
      dram.buffers[i].assign(static_cast<size_t>(program.buffers[i].bytes()), poison);
}

uint8_t *Memories::base(const program::Buffer &b, uint32_t index) {
  return b.memory == isa::Memory::Dram ? dram.buffers[index].data()
                                       : chip[static_cast<unsigned>(b.memory)].data() + b.address;
}

Bytes Memories::gather(const program::View &v) const {
  const program::Buffer &b = program.buffers[v.buffer];
  const int64_t width = isa::elementBytes(b.type);
  const uint8_t *from = const_cast<Memories *>(this)->base(b, v.buffer);
  Bytes out(static_cast<size_t>(v.elements() * width));
  uint8_t *to = out.data();
  auto copy = [&](int64_t at, int64_t elements) {
    std::memcpy(to, from + at * width, static_cast<size_t>(elements * width));
    to += elements * width;
  };
  walk(v, 0, v.offset, copy);
  return out;
}

void Memories::scatter(const program::View &v, const Bytes &bytes) {
  const program::Buffer &b = program.buffers[v.buffer];
  const int64_t width = isa::elementBytes(b.type);
  uint8_t *to = base(b, v.buffer);
  const uint8_t *from = bytes.data();
  auto copy = [&](int64_t at, int64_t elements) {
    std::memcpy(to + at * width, from, static_cast<size_t>(elements * width));
    from += elements * width;
  };
  walk(v, 0, v.offset, copy);
}

} // namespace accord::sim
