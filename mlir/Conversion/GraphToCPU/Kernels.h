// The kernels of the CPU backend: one private function for each distinct op signature.
//
// Arguments are pointers to rows, each followed by the bytes from one row to the next, and ranges [begin,
// end) of what a thread computes: rows, then tiles of 16 columns, heads or units. Rows of tensors are padded
// to 64 bytes, so vectors may be read and written past the last column; what lies there means nothing.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "dialects/LUT/LUT.h"
#include "dialects/NN/NN.h"
#include "mlir/Conversion/GraphToCPU/Code.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "runtime/model/cpu_layout.h"

namespace accord::cpu {

/// How a matrix of weights of this type is packed.
model::CpuWeights weightsOf(lut::WeightType type, llvm::ArrayRef<int64_t> shape);
/// d·low and min·high of nibbles (i32, a factor of each). Golden has −(dmin·high): the same bits as
/// (−dmin)·high.
std::pair<mlir::Value, mlir::Value> twoLevelScales(Code &c, mlir::Value nibbles, mlir::Value d,
                                                   mlir::Value min);
model::CpuFloats floatsOf(mlir::Type element, llvm::ArrayRef<int64_t> shape);
model::CpuCache cacheOf(mlir::MemRefType type);

/// Creates kernels in a module, each once.
class Kernels {
public:
  Kernels(mlir::ModuleOp module, const CpuTarget &target);

  /// Rows that one pass over the weights serves.
  int64_t gemmRows() const;
  static constexpr int64_t matmulTiles = 4;

  /// (w, tile bytes, scales' offset, minima's offset, q, s, sums, y, whole groups, rows, tiles); `sums` as
  /// `groupSums` makes them, null where neither zero nor minimum asks for them. `rows` at a time.
  mlir::func::FuncOp mpgemm(lut::WeightType type, int64_t k, int64_t actGroup, int64_t rows);
  /// (a, b, tile bytes, y, K, rows, tiles), `rows` and `tiles` at a time.
  mlir::func::FuncOp matmul(mlir::Type element, int64_t rows, int64_t tiles);
  /// (x, q, s, whole groups, all groups, rows)
  mlir::func::FuncOp quantizeAct(int64_t k, int64_t group);
  /// (q, sums, whole groups, rows): Σ q of each group as f32, or −zero·Σ q as i32 where zero is not 0.
  mlir::func::FuncOp groupSums(int64_t k, int64_t group, int64_t zero);
  /// (x, w, y, rows)
  mlir::func::FuncOp rmsNorm(int64_t k, llvm::APFloat eps);
  /// (x, y, rows)
  mlir::func::FuncOp softmax(int64_t n);
  /// add, silu, silu_mul, relu2_mul: (x, [y,] out, rows, tiles)
  mlir::func::FuncOp elementwise(mlir::Operation *op);
  /// (inputs..., out, rows, tiles): one kernel for each body and the inputs' shapes.
  mlir::func::FuncOp map(nn::MapOp op);
  /// True for an input of a map that has an element for each of the result: row by row, tile by tile.
  static bool readsRowsAsItIs(nn::MapOp map, mlir::Value input);
  /// (x, y, columns of y, rows of y)
  mlir::func::FuncOp transpose(int64_t elementBytes);
  /// (x, packed, tile bytes, K, N, tiles): a factor [N, K] that is computed, or [K, N] where it is `turned`,
  /// as model::CpuFloats lays it out.
  mlir::func::FuncOp pack(int64_t elementBytes, bool turned);
  /// (x, y, columns of x, columns of y, rows of y): the same elements in order.
  mlir::func::FuncOp reshape(int64_t elementBytes);
  /// (x, cos, sin, y, rows, heads)
  mlir::func::FuncOp rope(int64_t headDim, nn::RopeStyle style);
  /// (x, cache of the layer, position, rows, heads)
  mlir::func::FuncOp cacheAppend(mlir::MemRefType cache, bool keys);
  /// (q, keys of the layer, values of the layer, y, position, scratch, units, step): unit m·H + g is row m
  /// and key head g.
  mlir::func::FuncOp attention(mlir::MemRefType cache, int64_t heads, llvm::APFloat scale);
  /// Bytes of scratch that a thread needs there.
  static int64_t attentionScratch(mlir::MemRefType cache, int64_t heads);
  /// (tokens, table, y, rows)
  mlir::func::FuncOp embed(mlir::RankedTensorType table);
  /// (x, y, 64-byte tiles of columns, rows)
  mlir::func::FuncOp copyRows();

private:
  enum Kind { Pointer, Rows, Count, Range };
  struct Arguments;
  /// The function of this name, made by `body` when it is not there yet. Arguments by kind: Rows is a pointer
  /// and its stride, Range two counts.
  mlir::func::FuncOp get(const llvm::Twine &name, llvm::ArrayRef<Kind> kinds,
                         llvm::function_ref<void(Code &, Arguments &)> body);

  mlir::ModuleOp module;
  const CpuTarget &target;
  llvm::StringMap<unsigned> bodies; ///< of maps, by their text
};

/// The arguments of a kernel, taken in order.
struct RowsArgument {
  mlir::Value base, stride;
};
struct RangeArgument {
  mlir::Value begin, end;
};
struct Kernels::Arguments {
  mlir::Block *block;
  unsigned next = 0;
  mlir::Value value() { return block->getArgument(next++); }
  RowsArgument rows() {
    mlir::Value base = value();
    return {base, value()};
  }
  RangeArgument range() {
    mlir::Value begin = value();
    return {begin, value()};
  }
};

inline mlir::Value rowOf(Code &c, const RowsArgument &rows, mlir::Value row) {
  return c.at(rows.base, c.mul(row, rows.stride));
}

} // namespace accord::cpu
