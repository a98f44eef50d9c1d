// The lowering of one scheduled function, L2 to L3: what its parts share.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Problem: tiled tensor code says *what* each tile is; a program says in which buffer it lies, when it moves,
// and what waits for what. Choice: one structured walk over the source that writes the target, in which every
// tensor value has a *place*, a window of a root (an argument in dram, or an on-chip buffer), evaluated on
// demand inside the loops that are being written. Tokens come afterwards (Tokens.cpp), from which command
// touches which buffer.
// - A loop with a smaller last tile is written as a loop of full tiles and a copy of its body for the last
// one, so
//   every shape is static.
// - An input in dram is loaded where its slice is defined: slices are hoisted as far as they can, so a tile
// that does
//   not change with a loop is loaded before it.
// - A destination in dram gets a tile in spm that is stored after the op; if a loop comes back to the same
// tile (a
//   reduction), the tile lives across that loop and is stored after it.
// - Other results stay on chip where they are made.
// Rejected: rewriting through bufferization. It decides aliasing, not memories, and the slots and tokens
// would have to be recovered from its output.
#pragma once
#include "mlir/Conversion/ScheduleToAccel/Index.h"

#include "dialects/Accel/Accel.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "llvm/ADT/StringMap.h"
#include <deque>
#include <map>

namespace accord {

/// An on-chip buffer of `slots` tiles. A *generation* is one tile's life; generation i uses slot i mod slots.
struct OnChip {
  mlir::Value alloc;
  int64_t slots = 1;
  mlir::SmallVector<int64_t> shape; ///< of one slot: that of the first generation, no later one is larger
  mlir::Value view;                 ///< the current generation's slot
  int64_t first = 0;                ///< slot of the first generation
};

/// A buffer of the tiles of one loop nest, for the next nest that wants such a one.
struct Pooled {
  mlir::Value alloc;
  mlir::Operation *nest; ///< the outermost loop of its owner
  int64_t slots, next;   ///< slot of the next owner's first generation
};

/// Where tensors start: an argument (three memrefs for packed weights), or an on-chip buffer.
struct Root {
  mlir::SmallVector<mlir::Value> dram;
  OnChip *buffer = nullptr;
};

/// A window of a root; offsets and sizes in elements of the tensor (a weight counts as one).
struct Place {
  Root *root = nullptr; ///< null: a tensor without defined content
  mlir::SmallVector<Linear> offsets;
  mlir::SmallVector<int64_t> sizes;
};

/// A destination tile that lives across a loop, while the loop is written.
struct Resident {
  OnChip *buffer = nullptr;
  Place region; ///< in dram, what is stored after the loop
};

/// The subview of a slot that starts a generation, and its buffer.
using Generations = llvm::DenseMap<mlir::Operation *, mlir::Value>;
/// Buffers that take turns at one place, by the first of them.
using Aliases = llvm::DenseMap<mlir::Value, mlir::Value>;

/// Where an argument of a source function went.
struct LoweredArgument {
  mlir::SmallVector<unsigned> buffers; ///< arguments of the program
  bool isScalar = false;
  std::optional<unsigned> layer; ///< of a cache: the argument of the source that chooses its rows
};

/// A function that has become a program.
struct Program {
  mlir::func::FuncOp function;
  mlir::SmallVector<LoweredArgument> arguments; ///< of the source, in order
};
using Programs = llvm::StringMap<Program>;

class Lowering : mlir::OpBuilder::Listener {
  friend class CommandEmitter; // what ops see of it

public:
  explicit Lowering(mlir::func::FuncOp source) : source(source), b(source.getContext(), this) {
    index.extentOf = [this](mlir::Value tensor, int64_t dim) -> mlir::FailureOr<int64_t> {
      mlir::FailureOr<Place> place = placeOf(tensor);
      if (mlir::failed(place))
        return mlir::failure();
      return place->sizes[dim];
    };
  }

  /// Writes the program in front of the source function; after an error there is none, and the unfinished one
  /// is erased.
  mlir::FailureOr<Program> run();

private:
  /// Every command bears the name of its op.
  void notifyOperationInserted(mlir::Operation *op, mlir::OpBuilder::InsertPoint previous) override;

  // Signature.cpp: what the program takes.
  mlir::LogicalResult createFunction();

  // Structure.cpp: loops, places.
  mlir::LogicalResult analyse();
  mlir::Value allocateDram(mlir::OpOperand &start);
  mlir::LogicalResult analyseDestination(mlir::Operation *op, mlir::OpOperand &init);
  mlir::LogicalResult emitBlock(mlir::Block &block);
  mlir::LogicalResult emitOp(mlir::DestinationStyleOpInterface op);
  mlir::LogicalResult emitLoop(mlir::scf::ForOp loop);
  mlir::LogicalResult beginResidents(mlir::scf::ForOp loop);
  mlir::FailureOr<ActiveLoop> activate(mlir::scf::ForOp loop, int64_t &rest);
  mlir::FailureOr<Place> placeOf(mlir::Value value);
  mlir::FailureOr<Place> placeOfDestination(mlir::OpOperand &init);

  // Buffers.cpp: on-chip tiles and the copies to and from them.
  /// Of an op, an operand or a value, by what it is to it.
  OnChip &bufferFor(const void *owner, llvm::StringRef part) { return buffers[{owner, part.str()}]; }
  mlir::Value allocate(llvm::ArrayRef<int64_t> shape, mlir::Type element, accel::Memory memory,
                       const llvm::Twine &name, mlir::Location loc);
  void acquire(OnChip &buffer, llvm::ArrayRef<int64_t> shape, mlir::Type element, accel::Memory memory,
               int64_t slots, const llvm::Twine &name, mlir::Location loc);
  mlir::Value selectSlot(mlir::Value alloc, mlir::OpFoldResult slot, mlir::Location loc);
  mlir::Value begin(OnChip &buffer, llvm::ArrayRef<int64_t> shape, mlir::Type element, accel::Memory memory,
                    int64_t slots, const llvm::Twine &name, mlir::Location loc);
  mlir::Value window(mlir::Value memref, llvm::ArrayRef<Linear> offsets, llvm::ArrayRef<int64_t> sizes,
                     mlir::Location loc);
  mlir::LogicalResult load(mlir::Value value);
  mlir::LogicalResult store(mlir::Value tile, const Place &place, mlir::Location loc);
  mlir::Type token() { return accel::TokenType::get(b.getContext()); }
  int64_t slotsOf(mlir::Value value) const { return slots.lookup(value); }

  mlir::func::FuncOp source, target;
  mlir::OpBuilder b;
  IndexEvaluator index;
  std::deque<Root> roots; ///< stable addresses
  llvm::DenseMap<mlir::Value, Root *> arguments;
  mlir::SmallVector<LoweredArgument> lowered;
  std::vector<Root *> results;                     ///< of the function, in order
  llvm::DenseMap<mlir::Value, mlir::Value> caches; ///< arguments of the source, in the target
  mlir::Operation *current = nullptr;              ///< the op that is being lowered
  /// Where a chain of destinations starts (the use of a tensor without content), its root.
  llvm::DenseMap<mlir::OpOperand *, Root *> chains;
  std::map<std::pair<const void *, std::string>, OnChip> buffers;
  std::vector<Pooled> pool;
  /// Inputs to load before an op, and the tiles they were loaded into.
  llvm::DenseMap<mlir::Operation *, mlir::SmallVector<mlir::Value>> loadsBefore;
  llvm::DenseMap<mlir::Value, mlir::SmallVector<mlir::Value>> loaded;
  /// Buffer counts asked for by the users of a value (a loaded slice, or the start of a chain).
  llvm::DenseMap<mlir::Value, int64_t> slots;
  /// Destinations that live across a loop, and what is live.
  llvm::DenseMap<mlir::Operation *, mlir::SmallVector<mlir::OpOperand *>> residentsOf;
  llvm::DenseMap<mlir::OpOperand *, Resident> residents;
  Generations generations;
  Aliases aliases;
};

/// The argument that chooses the layer of a cache in all its uses, and does nothing else; null where there is
/// none. A program takes the rows of that layer instead of it.
mlir::BlockArgument layerOf(mlir::BlockArgument cache);

/// What an argument is called: by `accel.name`, else by its location's name, else by its number.
std::string argumentName(mlir::BlockArgument argument);

/// The sequence of runs that a function of calls is, in front of it; null after an error.
mlir::func::FuncOp lowerSequence(mlir::func::FuncOp source, const Programs &programs);

/// What a buffer is called: `lmma0.out`, after `cust.name` and the operand.
std::string opName(mlir::Operation *op);
std::string tileName(mlir::OpOperand &init);
/// The name of a buffer in dram: an argument's, or that of an allocation.
llvm::StringRef dramName(mlir::Value dram);
/// The destination of the op that first writes a chain of destinations; null where none does.
mlir::OpOperand *firstWriter(mlir::OpOperand &start);

/// Adds the tokens that order all commands that touch a common buffer (Tokens.cpp).
void threadTokens(mlir::func::FuncOp program, const Generations &generations, const Aliases &aliases);

} // namespace accord
