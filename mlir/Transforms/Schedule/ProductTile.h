// The tile of a product on a machine's array: how it is cut, what it keeps on chip, how long that takes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "dialects/Interfaces/TileSpace.h"
#include "dialects/LUT/LUT.h"
#include "mlir/Interfaces/DefaultSchedule.h"
#include "sim/hardware/hardware.h"

namespace accord {

/// Bytes of buffers on chip.
struct WorkingSet {
  int64_t spm = 0, acc = 0;
};

/// Where a product finds its operands, and where it leaves its result.
struct ProductHomes {
  bool codes = false;    ///< the codes of all rows are on chip
  bool scales = false;   ///< those of the activations
  bool prepared = false; ///< tables and sums (or sums) of all rows, made by an op of their own
  bool out = false;      ///< the whole result, of the epilogue where there is one
};

/// The loops of a product, and where in them its rows are prepared (tables of codes, or sums of them).
enum class ProductForm {
  Whole, ///< m { prepare all of K; n { k } }
  Parts, ///< m { k { prepare; n } }: the results of a row block stay on chip until k is done
  Again, ///< m { n { k { prepare } } }: nothing is as large as K or N
};

struct ProductTile {
  int64_t m = 0, n = 0, k = 0;
  ProductForm form = ProductForm::Whole;
  bool isumTwice = true; ///< sums of one tile are scaled while the array makes the next ones
  bool outTwice = true;  ///< results of one tile are stored while the next ones are made
  WorkingSet bytes;
  double cycles = 0, dramBytes = 0; ///< estimated, for comparing tiles
};

/// A product of either array, `lut.lmma` or `lut.mma`.
struct Product {
  mlir::Operation *op;
  llvm::StringRef kind;               ///< "lmma" or "mma"
  llvm::StringRef rowOperand;         ///< what the array reads of a row of activations: "tables" or "q"
  mlir::Operation *prepare = nullptr; ///< makes its tables and sums, or its sums
  /// Read the result, and one another's, tile by tile in the loops over rows and lanes; in program order.
  llvm::SmallVector<mlir::Operation *, 2> epilogue;
  lut::WeightType weight;
  int64_t m, n, k;
  int64_t group, actGroup; ///< of sums; of scales of activations

  static bool is(mlir::Operation *op) { return nestRole(op) == NestRole::Product; }
  /// \pre is(op)
  static Product of(mlir::Operation *op);
  bool looksUp() const { return kind == "lmma"; }
  /// Of sums that are prepared again and again. They are read when tables no longer are, by the scaling of
  /// the array's result: with two, tables for the tile after next would wait for that.
  int64_t sumBuffers(ProductForm form) const { return looksUp() && form != ProductForm::Whole ? 3 : 2; }

  /// Buffers of a tile, with the loops of its form around it. The formula stands in Passes.td.
  WorkingSet workingSet(const ProductTile &tile, const ProductHomes &homes) const;
  /// The quickest tile within `room` bytes of scratchpad by an estimate of what array, vector unit, table
  /// unit and dram take, and of what none of them hides; of those that are as quick the one that reads the
  /// fewest bytes. No tile (m = 0) where none fits.
  ProductTile choose(const Hardware &hardware, const ProductHomes &homes, int64_t room) const;
  /// The smallest one that any machine could be asked for.
  ProductTile least(const ProductHomes &homes) const;
};

/// Bytes of the part of an operand that a tile of `rows` and `columns` (0: all of them) stands on; 0 of a
/// cache, an index, or a table that is read by rows.
int64_t tileBytes(mlir::Value operand, llvm::ArrayRef<TileAxis> axes, int64_t rows, int64_t columns);

/// Rows of activations that one block of weights serves at least, where there are as many.
constexpr int64_t leastRows = 8;

} // namespace accord
