// What a product takes with a tile on a machine, by a few terms: for comparing tiles.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Transforms/Schedule/ProductTile.h"
#include "llvm/Support/MathExtras.h"

namespace accord {

/// Loops around a tile.
struct TileTrips {
  int64_t m, n, k;
  TileTrips(const Product &p, const ProductTile &t)
      : m(llvm::divideCeil(p.m, t.m)), n(llvm::divideCeil(p.n, t.n)), k(llvm::divideCeil(p.k, t.k)) {}
  int64_t all() const { return m * n * k; }
  /// How often rows are prepared.
  int64_t prepared(ProductForm form) const {
    return form == ProductForm::Whole ? m : form == ProductForm::Parts ? m * k : all();
  }
};

/// Fills `cycles` and `dramBytes` of the tile, whose working set is known: the slowest of array, vector unit,
/// table unit and dram, and what runs beside none of them. `room`: bytes of scratchpad for tiles.
void estimateProduct(const Product &product, ProductTile &tile, const ProductHomes &homes,
                     const Hardware &hardware, int64_t room);

} // namespace accord
