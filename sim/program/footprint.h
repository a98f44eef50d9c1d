// Which bytes a view touches: its contiguous runs, in order, in addresses of its memory.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/program/program.h"

#include <algorithm>

namespace accord::program {

/// Half-open byte range of a memory that holds every byte of `view` (strides >= 0, sizes >= 1, rank <= 4).
struct ByteRange {
  int64_t begin = 0, end = 0;
};
inline ByteRange boundsOf(const Program &program, const View &view) {
  const Buffer &buffer = program.buffers[view.buffer];
  int64_t last = view.offset;
  for (size_t i = 0; i < view.sizes.size(); ++i)
    last += (view.sizes[i] - 1) * view.strides[i];
  int64_t width = isa::elementBytes(buffer.type);
  return {buffer.address + view.offset * width, buffer.address + (last + 1) * width};
}

/// The runs that forEachRun visits, counted.
inline int64_t countRuns(const View &view) {
  int64_t run = 1, runs = 1;
  bool dense = true;
  for (size_t i = view.sizes.size(); i-- > 0;) {
    if (view.sizes[i] == 1)
      continue;
    dense = dense && view.strides[i] == run;
    (dense ? run : runs) *= view.sizes[i];
  }
  return runs;
}

/// Calls `visit(int64_t address, int64_t bytes)` for each maximal run that the view's nesting shows: inner
/// dimensions that follow one another without a gap are one run. A tile of 64 rows is at most 64 calls, a
/// whole buffer is one.
/// \pre strides >= 0, sizes >= 1, rank <= 4 (verify)
template <typename Visit> void forEachRun(const Program &program, const View &view, Visit visit) {
  const Buffer &buffer = program.buffers[view.buffer];
  const int64_t width = isa::elementBytes(buffer.type);
  int64_t sizes[4], strides[4];
  unsigned rank = 0;
  for (size_t i = 0; i < view.sizes.size(); ++i) {
    if (view.sizes[i] == 1)
      continue;
    sizes[rank] = view.sizes[i], strides[rank] = view.strides[i];
    ++rank;
  }
  int64_t run = 1;
  while (rank && strides[rank - 1] == run)
    run *= sizes[--rank];
  int64_t index[4] = {0, 0, 0, 0};
  for (int64_t element = view.offset;;) {
    visit(buffer.address + element * width, run * width);
    unsigned dim = rank;
    while (dim > 0) {
      --dim;
      element += strides[dim];
      if (++index[dim] < sizes[dim])
        break;
      element -= strides[dim] * sizes[dim];
      index[dim] = 0;
      if (dim == 0)
        return;
    }
    if (rank == 0)
      return;
  }
}

} // namespace accord::program
