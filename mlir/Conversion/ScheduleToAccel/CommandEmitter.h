// What an op is given to become commands: the tiles of its operands, and ways to make tiles and commands.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Conversion/ScheduleToAccel/Index.h"

#include "dialects/Accel/Accel.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

namespace accord {

class Lowering;

/// One tile of one op. Values are of the program, at the place where its commands go.
class CommandEmitter {
public:
  using Fields = llvm::ArrayRef<std::pair<isa::Field, mlir::Attribute>>;

  CommandEmitter(Lowering &lowering, mlir::DestinationStyleOpInterface op);
  /// Finds the tiles of all operands. Reports what it cannot place.
  mlir::LogicalResult open();
  /// Stores the tiles that go back to dram.
  mlir::LogicalResult close();

  mlir::OpBuilder &builder;
  mlir::Operation *const op;
  const mlir::Location loc;

  /// Of the tensors that the op reads, in order: tile `i`, or all parts of it when it is a packed weight.
  mlir::Value in(unsigned i) const { return inputs[i].front(); }
  llvm::ArrayRef<mlir::Value> parts(unsigned i) const { return inputs[i]; }
  /// All of them; each is one tile.
  llvm::SmallVector<mlir::Value> ins() const;
  mlir::Value out(unsigned i = 0) const { return outputs[i]; }
  llvm::ArrayRef<mlir::Value> outs() const { return outputs; }
  /// Whether the op goes on from its destination (i1 of the program); null of an op that never does.
  mlir::Value accumulate;

  void command(isa::Opcode opcode, mlir::ValueRange inputs, mlir::ValueRange outputs, Fields fields = {},
               mlir::Value accumulate = {}, mlir::Value live = {});
  void load(mlir::Value dram, mlir::Value tile);
  void store(mlir::Value tile, mlir::Value dram);
  void gather(mlir::Value table, mlir::Value rows, mlir::Value tile);
  mlir::Attribute number(int64_t value) { return builder.getI64IntegerAttr(value); }

  /// A tile of the op's own, called `<op>.<part>`, and with several slots another one in each iteration of
  /// the loops around it. Equal parts are one buffer.
  mlir::Value tile(llvm::StringRef part, llvm::ArrayRef<int64_t> shape, mlir::Type element,
                   accel::Memory memory = accel::Memory::Spm, int64_t slots = 1);
  /// The same with the name of what it is a copy of.
  mlir::Value tileOf(mlir::Value dram, llvm::ArrayRef<int64_t> shape, int64_t slots);
  /// A buffer of two tiles that the op takes turns with itself.
  mlir::Value pair(llvm::StringRef part, llvm::ArrayRef<int64_t> shape, mlir::Type element);
  mlir::Value slotOf(mlir::Value pair, int64_t slot);

  mlir::Value window(mlir::Value memref, llvm::ArrayRef<Linear> offsets, llvm::ArrayRef<int64_t> sizes);
  mlir::Value subview(mlir::Value memref, llvm::ArrayRef<mlir::OpFoldResult> offsets,
                      llvm::ArrayRef<int64_t> sizes);

  /// An index of the source as the program computes it. Reports one that it cannot.
  mlir::FailureOr<Linear> evaluate(mlir::Value index);
  mlir::OpFoldResult materialize(const Linear &value);

  /// A cache of the source as the program has it (rows of a layer, or of all), and the row of a position.
  mlir::Value cache(mlir::Value source) const;
  mlir::FailureOr<Linear> cacheRow(mlir::Value source, mlir::Value layer, mlir::Value position);
  /// The buffers in dram that an argument of the source became; none of anything else.
  llvm::ArrayRef<mlir::Value> argumentParts(mlir::Value source) const;

private:
  mlir::LogicalResult openInputs();
  mlir::LogicalResult openOutputs();
  mlir::LogicalResult openAccumulate(mlir::Value flag);

  Lowering &lowering;
  mlir::DestinationStyleOpInterface dps;
  llvm::SmallVector<llvm::SmallVector<mlir::Value>> inputs;
  llvm::SmallVector<mlir::Value> outputs;
  llvm::SmallVector<std::function<mlir::LogicalResult()>> stores;
};

} // namespace accord
