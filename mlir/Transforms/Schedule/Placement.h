// What is kept on chip, what goes to dram and what is made again: one decision with one budget.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Problem: results between ops, and the tiles of the op that runs, share one scratchpad. Choice: the function
// is a row of *nests*, one after the other; each asks for a working set, and a result is kept from the nest
// that makes it to the last one that reads it, as long as what is kept and the working set fit in every nest
// on its way. What the array reads of activations goes first: it is read most often, and made again where it
// does not fit, never stored. Then the smallest. What no nest needs of the rest is room for its tiles.
#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Transforms/Schedule/ProductTile.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace accord {

/// Ops that run in one loop nest: producers that are computed in the loops of their reader, then the reader.
struct Nest {
  llvm::SmallVector<mlir::Operation *> producers; ///< in program order
  mlir::Operation *root;
  llvm::SmallVector<mlir::Operation *> ops() const {
    llvm::SmallVector<mlir::Operation *> all = producers;
    all.push_back(root);
    return all;
  }
};

/// A tile of rows of a nest without product or attention; columns = 0 where rows are whole.
struct RowTile {
  int64_t rows = 0, columns = 0, bytes = 0;
};

/// A tile of attention: rows, and positions and heads of the caches.
struct AttentionTile {
  int64_t rows = 0, positions = 0, heads = 0, bytes = 0;
};

class Placement {
public:
  /// Decides for a function, and gives products tables of their own where shared ones are not kept.
  Placement(mlir::func::FuncOp function, const Hardware &hardware);

  llvm::ArrayRef<Nest> nests() const { return all; }
  /// Does the whole of the op's results live in dram?
  bool inDram(mlir::Operation *op) const;
  /// Is it a product's, with or without an epilogue?
  static bool isProduct(const Nest &nest) {
    return Product::is(nest.root) || llvm::any_of(nest.producers, Product::is);
  }
  /// \pre isProduct(nest)
  Product productOf(const Nest &nest) const;
  ProductHomes homes(const Product &product) const;
  /// Bytes of scratchpad for the nest's tiles.
  int64_t room(size_t nest) const { return capacity() - kept[nest]; }

  /// Tiles within `room`; the field `rows` (or m) is 0 where none fits, and `bytes` then what the smallest
  /// needs.
  RowTile rowTile(const Nest &nest, int64_t room) const;
  AttentionTile attentionTile(const Nest &nest, int64_t room) const;

private:
  struct Candidate;
  mlir::func::FuncOp function;
  const Hardware &hw;
  llvm::SmallVector<Nest> all;
  llvm::DenseMap<mlir::Operation *, size_t> nestOf;
  llvm::SmallVector<int64_t> kept; ///< bytes, by nest
  llvm::DenseSet<mlir::Operation *> onChip;
  llvm::DenseSet<mlir::Operation *> own; ///< prepare rows for one product, in its loops

  /// Lives of different lengths leave holes between them.
  int64_t capacity() const { return hw.scratchpad.capacityBytes / 16 * 15; }
  void findNests();
  llvm::SmallVector<mlir::Operation *, 2> epilogueTo(mlir::Operation *op) const;
  bool joins(mlir::Operation *producer, const Nest &nest) const;
  int64_t workingSet(const Nest &nest) const;
  /// The makers of what an array reads that found no room; everything is placed when there are none.
  llvm::SmallVector<mlir::Operation *> place();
  void giveOwn(mlir::Operation *prepare);
  bool isPreparedApart(mlir::Operation *op) const;
};

} // namespace accord
