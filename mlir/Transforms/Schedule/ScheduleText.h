// The text of a schedule, statement by statement: what a person edits is what is written and parsed.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Transforms/Schedule/Placement.h"
#include "llvm/ADT/StringMap.h"

namespace accord {

class ScheduleText {
public:
  explicit ScheduleText(const Hardware &hardware) : hw(hardware) {}
  const Hardware &hardware() const { return hw; }

  /// The whole schedule.
  std::string finish() const;

  /// A name for the op's handle, written on the op too: what the model calls it, else its kind and a number.
  std::string nameOf(mlir::Operation *op);
  /// Finds the op of a name.
  void match(llvm::StringRef name);
  /// `cust.tile` of a handle; a letter a loop names its handle, `loops` what stands before the letter.
  void tile(const std::string &handle, const std::string &result, llvm::ArrayRef<int64_t> sizes,
            llvm::StringRef letters, llvm::StringRef loops = {});
  void fuse(llvm::StringRef producer, llvm::StringRef result, llvm::StringRef loop);
  /// The handle of the op computed in the loop; none for no op.
  std::string fuse(mlir::Operation *op, llvm::StringRef loop);
  void buffer(llvm::StringRef handle, llvm::StringRef operand, llvm::StringRef memory, int64_t count);
  void stream(llvm::StringRef handle, int64_t positions, int64_t heads);

  /// The beginning of the error that no tile of an op fits.
  static mlir::InFlightDiagnostic tooLarge(mlir::Operation *op);
  /// What the machine has of scratchpad, and how much of it nothing else takes.
  std::string spmFor(int64_t room) const;

private:
  const Hardware &hw;
  std::string text;
  llvm::StringMap<int> counts; ///< of names
};

/// Writes a nest of its kind, for tiles in `room` bytes of scratchpad. Reports a nest of which no tile fits.
/// @{
mlir::LogicalResult writeProduct(ScheduleText &text, const Placement &placement, const Nest &nest,
                                 int64_t room);
mlir::LogicalResult writeAttention(ScheduleText &text, const Placement &placement, const Nest &nest,
                                   int64_t room);
mlir::LogicalResult writeRows(ScheduleText &text, const Placement &placement, const Nest &nest, int64_t room);
/// @}

/// Cuts a nest's rows and, where `columns` is not 0, its columns, under the name of its root; what changes
/// from tile to tile has two buffers.
void writeTile(ScheduleText &text, const Placement &placement, const Nest &nest, llvm::StringRef name,
               int64_t rows, int64_t columns);

} // namespace accord
