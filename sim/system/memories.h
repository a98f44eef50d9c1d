// The bytes of all memories of a run, and how views read and write them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/hardware/hardware.h"
#include "sim/models/operand.h"
#include "sim/system/dram_image.h"

namespace accord::sim {

/// Every byte that no argument defines starts as this: f32 and f16 become NaN, integers -1, so that a read
/// before its write shows in the values, while table entries and sums stay in range of the functions that
/// take them.
constexpr uint8_t poison = 0xff;

/// The rows that `indices` (i32) name in a table of `count`. Fails on an index that is no row.
Expected<std::vector<int64_t>> rowsNamed(const Bytes &indices, int64_t count);

/// Buffers are those of the body that was entered last.
class Memories {
public:
  /// On-chip memories of the machine's sizes. Buffers that the sequence may write get bytes of their own,
  /// arguments are read where the image has them.
  /// \pre verify, checkMachine, checkImage; `sequence` stays
  Memories(const program::Sequence &sequence, const Hardware &hardware, DramImage image);

  /// Begins a call: its windows stand for the body's buffers, and everything else is undefined.
  void enter(const program::Call &call);

  /// The view's elements, without a copy where they are contiguous: then valid until those bytes are written.
  /// Else they are gathered into `room`.
  Operand read(const program::View &view, Bytes &room) const;
  Bytes gather(const program::View &view) const;
  /// These rows of `table`, one after the other.
  Bytes gatherRows(const program::View &table, const std::vector<int64_t> &rows) const;
  /// Writes `bytes`, the view's elements in row-major order.
  void scatter(const program::View &view, const Bytes &bytes);
  /// scatter(to, gather(from)) in one step.
  /// \pre equal sizes and element types, no common byte
  void copy(const program::View &from, const program::View &to);
  /// No command ever writes the view's buffer, so it may be read late.
  bool isConstant(const program::View &view) const { return places[view.buffer].constant; }

  /// Ends the use: the image with the contents that a run may have written.
  DramImage takeDram();

private:
  struct Place {
    uint8_t *bytes = nullptr; ///< of the buffer; never written through when constant
    bool constant = false;
    int64_t elementBytes = 1;
  };
  const program::Sequence &sequence;
  DramImage image;
  std::map<uint32_t, Bytes> written; ///< by buffer of the sequence
  Bytes scratch;                     ///< Internal dram buffers of the body
  Bytes chip[isa::numMemories];
  std::vector<Place> places; ///< by buffer of the body
};

} // namespace accord::sim
