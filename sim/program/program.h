// An accel program with its control resolved: the command stream that the command processor sees, for one set
// of scalar arguments (a position, say). The compiler's emitter writes it, the simulator and the hazard check
// read it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/isa/table.h"
#include "sim/program/compact.h"

#include <string>
#include <vector>

namespace accord::program {

/// What a buffer is to the outside.
enum class Role : uint8_t { Argument, Result, InOut, Internal };

/// A typed, contiguous region of one memory. Dram buffers never overlap; on-chip buffers may share addresses.
struct Buffer {
  std::string name;
  isa::Memory memory = isa::Memory::Dram;
  isa::ElementType type = isa::ElementType::I8;
  int64_t elements = 0; ///< extent in elements
  int64_t address = 0;  ///< byte address within its memory, aligned to 64
  Role role = Role::Internal;

  int64_t bytes() const { return elements * isa::elementBytes(type); }
};

/// A strided window of a buffer; offset and strides in elements, rank 0 to 4, outermost first. 48 bytes.
struct View {
  uint32_t buffer = 0;
  int64_t offset = 0;
  Extents sizes, strides;

  int64_t elements() const {
    int64_t n = 1;
    for (int64_t s : sizes)
      n *= s;
    return n;
  }
};

/// One command, or a wait/barrier of the command processor. A token is the index of the command that
/// completes it.
struct Command {
  isa::Opcode op = isa::Opcode::Barrier;
  CompactList<uint32_t>
      after;                ///< commands it starts after (for wait: those it waits for); each < its own index
  CompactList<View> reads;  ///< inputs in ISA order (not the accumulated output)
  CompactList<View> writes; ///< outputs in ISA order
  bool accumulate = false;  ///< dequant, weigh: the output is read as well
  int64_t group = 0;   ///< table, lmma, mma, quantize, dequant, expand, group_sums: elements of K per group
  int32_t bits = 0;    ///< dequant: weight code width; 0 when the sums are whole already
  int32_t zero = 0;    ///< mma, dequant, expand: integer zero point
  float eps = 0;       ///< rms_norm
  int64_t headDim = 0; ///< rope, scores, weigh
  bool halves = false; ///< rope: pairs (i, i + headDim/2) instead of (2i, 2i+1)
  /// scores, weigh, softmax: positions from the start of the tile that row 0 sees; row m sees live + m. Of
  /// commands that know no positions, a plain softmax among them: noLive.
  int64_t live = noLive;
  int64_t heads = 0;                     ///< scores, weigh, softmax with live: rows of scores for each query
  float scale = 0;                       ///< scores
  int64_t chunk = 0;                     ///< softmax with live: columns come in multiples of it
  int64_t actGroup = 0, weightGroup = 0; ///< dequant: elements of K per scale; 0: group
  uint32_t body = 0;                     ///< map: index into Program::bodies
  uint32_t location = 0;                 ///< index into Program::locations
  uint32_t opName = 0;                   ///< index into Program::ops

  static constexpr int64_t noLive = -1;
};

struct Program {
  std::string name;                    ///< of the function
  std::string hardwareHash;            ///< content hash of the hardware file it was compiled for
  std::vector<Buffer> buffers;         ///< arguments first, in the function's order
  std::vector<Command> commands;       ///< program order
  std::vector<std::string> locations;  ///< where in the source a command comes from, [0] is "unknown"
  std::vector<isa::MapBody> bodies;    ///< of maps, each once
  std::vector<std::string> ops = {""}; ///< the op of the model that a command is part of, [0] is "": none
};

} // namespace accord::program
