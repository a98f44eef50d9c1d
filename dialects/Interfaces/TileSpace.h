// A tile space: an op's iteration dimensions and how its operands follow them; tile legality, tiling and
// memory effects of Accord's ops are derived from it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/TilingInterface.h"
#include <optional>
#include <string>

namespace accord {

/// One iteration dimension. Its extent is that of axis `axis` of operand `operand`, which must advance one
/// element a step.
struct TileDim {
  llvm::StringRef name;
  mlir::utils::IteratorType kind;
  unsigned operand, axis;
  /// Tiles start at multiples of it; only the last tile may be shorter.
  int64_t granule = 1;
  /// What the granule is made of, for diagnostics: "activation group 32, weight group 16".
  std::string granuleReason = {};
};

/// How an axis of an operand follows the iteration space: one element of it stands for `per` steps of
/// dimension `dim` (the last one for what is left); dim = whole takes the whole axis whatever the tile.
struct TileAxis {
  static constexpr int whole = -1;
  int dim;
  int64_t per = 1;
};

/// An index operand that counts steps of a dimension: a tile that starts at step i gets it plus i.
struct TileAdvance {
  unsigned operand, dim;
};

/// The description of an op. Operands without an entry, or with an empty one, are passed on as they are.
struct TileSpace {
  llvm::SmallVector<TileDim> dims;
  llvm::SmallVector<llvm::SmallVector<TileAxis>> operands;
  /// The dimension whose tiles continue each other, if any. Such an op has an optional i1 operand before its
  /// destinations: absent or false overwrites the destination, true continues from it.
  std::optional<unsigned> reduction = std::nullopt;
  std::optional<TileAdvance> advance = std::nullopt;
  /// An operand in memory that is written in place, though it is no destination.
  std::optional<unsigned> updates = std::nullopt;
};

/// TileLegalityInterface::checkTile of an op with this tile space.
llvm::LogicalResult checkTileSizes(mlir::Operation *op, const TileSpace &space, llvm::ArrayRef<int64_t> sizes,
                                   llvm::function_ref<mlir::InFlightDiagnostic()> emit);

/// Checks `sizes` for any op and reports at the op: fails for an op without TileLegalityInterface too.
/// Changes no IR.
llvm::LogicalResult verifyTile(mlir::Operation *op, llvm::ArrayRef<int64_t> sizes);

/// The TilingInterface of an op with this tile space (names of the methods without their prefix). Reduction
/// tiles run in ascending order; tile number one overwrites, the others accumulate (`offset != 0`).
llvm::SmallVector<mlir::utils::IteratorType> tileIteratorTypes(const TileSpace &space);
llvm::SmallVector<mlir::Range> tileIterationDomain(mlir::OpBuilder &b, mlir::Operation *op,
                                                   const TileSpace &space);
mlir::FailureOr<mlir::TilingResult> tileOp(mlir::OpBuilder &b, mlir::Operation *op, const TileSpace &space,
                                           llvm::ArrayRef<mlir::OpFoldResult> offsets,
                                           llvm::ArrayRef<mlir::OpFoldResult> sizes);
llvm::LogicalResult resultTile(mlir::OpBuilder &b, mlir::Operation *op, const TileSpace &space,
                               unsigned resultNumber, llvm::ArrayRef<mlir::OpFoldResult> offsets,
                               llvm::ArrayRef<mlir::OpFoldResult> sizes,
                               llvm::SmallVectorImpl<mlir::OpFoldResult> &resultOffsets,
                               llvm::SmallVectorImpl<mlir::OpFoldResult> &resultSizes);
/// Fails where a tile of the result is no tile of the op (a static offset or size off the granule).
llvm::LogicalResult iterationTile(mlir::OpBuilder &b, mlir::Operation *op, const TileSpace &space,
                                  unsigned resultNumber, llvm::ArrayRef<mlir::OpFoldResult> offsets,
                                  llvm::ArrayRef<mlir::OpFoldResult> sizes,
                                  llvm::SmallVectorImpl<mlir::OpFoldResult> &iterOffsets,
                                  llvm::SmallVectorImpl<mlir::OpFoldResult> &iterSizes);
mlir::FailureOr<mlir::TilingResult> tileForResult(mlir::OpBuilder &b, mlir::Operation *op,
                                                  const TileSpace &space, unsigned resultNumber,
                                                  llvm::ArrayRef<mlir::OpFoldResult> offsets,
                                                  llvm::ArrayRef<mlir::OpFoldResult> sizes);

/// Reads of the inputs in memory, writes of the destinations in memory, reads of destinations that may be
/// continued.
void tileOpEffects(
    mlir::Operation *op, const TileSpace &space,
    llvm::SmallVectorImpl<mlir::SideEffects::EffectInstance<mlir::MemoryEffects::Effect>> &effects);

} // namespace accord

#include "dialects/Interfaces/TileLegalityInterface.h.inc"
