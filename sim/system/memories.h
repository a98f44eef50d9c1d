// The bytes of all memories of a run, and how views gather and scatter them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/hardware/hardware.h"
#include "sim/system/dram_image.h"

namespace accord::sim {

using Bytes = std::vector<uint8_t>;

/// Every byte that no argument defines starts as this: f32 and f16 become NaN, integers -1, so that a read
/// before its write shows in the values, while table entries and sums stay in range of the functions that
/// take them.
constexpr uint8_t poison = 0xff;

class Memories {
public:
  /// On-chip memories of the machine's sizes; dram buffers take over the image's contents.
  /// \pre checkMachine, checkImage
  Memories(const program::Program &program, const Hardware &hardware, DramImage image);

  /// The elements of the view in row-major order.
  Bytes gather(const program::View &view) const;
  /// Writes `bytes`, the view's elements in row-major order.
  void scatter(const program::View &view, const Bytes &bytes);
  /// Ends the use: the dram contents.
  DramImage takeDram() { return std::move(dram); }

private:
  const program::Program &program;
  DramImage dram;
  Bytes chip[isa::numMemories];

  uint8_t *base(const program::Buffer &buffer, uint32_t index);
};

} // namespace accord::sim
