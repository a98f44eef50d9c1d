// Products with packed weights: one lane an output, so no sum ever crosses lanes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/GraphToCPU/Kernels.h"

using namespace mlir;
using namespace accord::cpu;
namespace model = accord::model;
namespace lut = accord::lut;

static constexpr int64_t lanes = model::cpuLanes;

int64_t Kernels::gemmRows() const {
  // Accumulators, sums and one register of codes must fit: 32 registers of 16 lanes, or 16 of 8 or 4.
  bool wide = target.dot == CpuTarget::Dot::Vnni512 || target.dot == CpuTarget::Dot::Pairs512;
  return wide ? 6 : 2;
}

namespace {

/// One matrix product on `rows` rows of activations and one tile of 16 outputs.
struct GemmTile {
  Code &c;
  model::CpuWeights w;
  int codeBits;
  int64_t zero, actGroup, group;
  Value codes, scales, minima;   // of the tile
  SmallVector<Value> q, s, sums; // of each row
  Value tileBytes;               // to the next tile, when it is to be fetched while this one is used

  /// The accumulators after scale group g of `length` weights.
  Code::Values take(Value g, int64_t length, ValueRange acc) {
    Code::Values isum;
    for (size_t i = 0; i < q.size(); ++i)
      isum.push_back(zero ? c.splat(c.load(c.b.getI32Type(), c.at(sums[i], c.mul(g, 4)))) : c.i32(0));
    int64_t registers = (length + w.unit() - 1) / w.unit(), perGroup = group / w.unit();
    Value first = c.mul(g, perGroup);
    // Unrolled while it is short: the loads of one register cover unit·16 products.
    if (registers <= 16)
      isum = takeRegisters(first, registers, isum);
    else
      isum = c.loop(first, c.add(first, registers), isum,
                    [&](Value r, ValueRange sums) { return takeRegisters(r, 1, sums); });
    return takeScales(g, isum, acc);
  }

private:
  Code::Values takeRegisters(Value first, int64_t count, ValueRange isum) {
    SmallVector<DotSum> sums;
    for (Value start : isum)
      sums.emplace_back(c, start, codeBits);
    for (int64_t r = 0; r < count; ++r)
      takeRegister(c.add(first, r), sums);
    Code::Values totals;
    for (DotSum &sum : sums)
      totals.push_back(sum.total());
    return totals;
  }

  void takeRegister(Value r, MutableArrayRef<DotSum> sums) {
    Value from = c.at(codes, c.mul(r, 64));
    if (tileBytes)
      c.prefetch(c.at(from, tileBytes));
    Value packed = c.load(c.i32Type(), from);
    Value k = c.mul(r, w.unit());
    uint32_t mask = 0x01010101u * ((1u << w.bits) - 1);
    for (int plane = 0; plane * w.bits < 8; ++plane) {
      Value code = plane ? c.e.shrU(packed, plane * w.bits) : packed;
      if (w.bits < 8)
        code = c.e.andI(code, c.i32(static_cast<int32_t>(mask)));
      for (auto [sum, row] : llvm::zip(sums, q))
        sum.add(code, c.splat(c.load(c.b.getI32Type(), c.at(row, c.add(k, 4 * plane)))));
    }
  }

  /// acc + (d·s)·f(isum), then + (m·s)·f(asum).
  Code::Values takeScales(Value g, Code::Values isum, ValueRange acc) {
    Type type = c.vectorOf(w.f32Scales ? Type(c.b.getF32Type()) : Type(c.b.getF16Type()), lanes);
    Value weightGroup = c.div(g, w.group / group);
    Value at = c.mul(weightGroup, lanes * w.scaleBytes());
    auto loadScales = [&](Value part) {
      Value from = c.at(part, at);
      if (tileBytes)
        c.prefetch(c.at(from, tileBytes));
      return c.widen(c.load(type, from));
    };
    Value d, m;
    if (w.nibbleScales) {
      std::tie(d, m) = loadNibbleScales(weightGroup);
    } else {
      d = loadScales(scales);
      if (w.hasMin)
        m = loadScales(minima);
    }
    Code::Values result;
    for (size_t i = 0; i < q.size(); ++i) {
      Value scale = c.splat(c.load(c.b.getF32Type(), c.at(s[i], c.mul(c.div(g, actGroup / group), 4))));
      Value sum = c.e.add(acc[i], c.e.mul(c.e.mul(d, scale), c.e.fromInt(isum[i])));
      if (w.hasMin) {
        Value asum = c.splat(c.load(c.b.getF32Type(), c.at(sums[i], c.mul(g, 4))));
        sum = c.e.add(sum, c.e.mul(c.e.mul(m, scale), asum));
      }
      result.push_back(sum);
    }
    return result;
  }

  std::pair<Value, Value> loadNibbleScales(Value weightGroup) {
    Value from = c.at(scales, c.mul(weightGroup, lanes)),
          line = c.at(minima, c.mul(c.div(weightGroup, 16), 2 * model::cpuLine));
    if (tileBytes)
      c.prefetch(c.at(from, tileBytes));
    Value nibbles =
        c.b.create<arith::ExtUIOp>(c.loc, c.i32Type(), c.load(c.vectorOf(c.b.getI8Type(), lanes), from));
    return twoLevelScales(c, nibbles, c.load(c.f32Type(), line),
                          c.load(c.f32Type(), c.at(line, model::cpuLine)));
  }
};

} // namespace

/// Rows first, first + 1, .. of which those past the last are the last once more: they compute, and store,
/// what it does.
static SmallVector<Value> clamped(Code &c, Value first, int64_t count, Value end) {
  SmallVector<Value> rows = {first};
  Value last = c.add(end, -1);
  for (int64_t i = 1; i < count; ++i)
    rows.push_back(c.min(c.add(first, i), last));
  return rows;
}

func::FuncOp Kernels::mpgemm(lut::WeightType type, int64_t k, int64_t actGroup, int64_t count) {
  model::CpuWeights w = weightsOf(type, {1, k});
  int codeBits = type.getBits();
  int64_t group = std::min(type.getGroup(), actGroup), tail = k % group, zero = type.getZero();
  // A group that is longer than the row is the row.
  std::string name;
  llvm::raw_string_ostream(name) << "mpgemm_u" << codeBits << "_g" << w.group << "_a" << actGroup << "_t"
                                 << tail << (zero ? "_zero" : "") << (w.hasMin ? "_min" : "")
                                 << (w.nibbleScales ? "_nibbles"
                                     : w.f32Scales  ? "_f32"
                                                    : "")
                                 << "_m" << count;
  return get(name, {Pointer, Count, Count, Count, Rows, Rows, Rows, Rows, Count, Range, Range},
             [&](Code &c, Arguments &arguments) {
               Value weights = arguments.value(), tileBytes = arguments.value(), scalesAt = arguments.value(),
                     minimaAt = arguments.value();
               RowsArgument q = arguments.rows(), s = arguments.rows(), sums = arguments.rows(),
                            y = arguments.rows();
               Value whole = arguments.value();
               RangeArgument rows = arguments.range(), tiles = arguments.range();
               c.loop(tiles.begin, tiles.end, [&](Value tile) {
                 Value codes = c.at(weights, c.mul(tile, tileBytes));
                 Value scales = c.at(codes, scalesAt), minima = c.at(codes, minimaAt);
                 c.loop(rows.begin, rows.end, c.i64(count), [&](Value first) {
                   GemmTile gemm{c,      w,      codeBits, zero, actGroup, group, codes,
                                 scales, minima, {},       {},   {},       {}};
                   // One row: the weights come from memory, and hardware does not foresee three streams
                   // across pages.
                   if (count == 1)
                     gemm.tileBytes = tileBytes;
                   SmallVector<Value> block = clamped(c, first, count, rows.end);
                   for (Value row : block) {
                     gemm.q.push_back(rowOf(c, q, row));
                     gemm.s.push_back(rowOf(c, s, row));
                     gemm.sums.push_back(rowOf(c, sums, row));
                   }
                   Code::Values acc(count, c.f32(negativeZero));
                   acc = c.loop(c.i64(0), whole, acc,
                                [&](Value g, ValueRange acc) { return gemm.take(g, group, acc); });
                   if (tail)
                     acc = gemm.take(whole, tail, acc);
                   for (auto [row, value] : llvm::zip(block, acc))
                     c.store(value, c.at(rowOf(c, y, row), c.mul(tile, 4 * lanes)));
                 });
               });
             });
}

func::FuncOp Kernels::matmul(Type element, int64_t count, int64_t tileCount) {
  std::string name;
  llvm::raw_string_ostream(name) << "matmul_" << element << "_m" << count << "_n" << tileCount;
  return get(name, {Rows, Pointer, Count, Rows, Count, Range, Range}, [&](Code &c, Arguments &arguments) {
    RowsArgument a = arguments.rows();
    Value b = arguments.value(), tileBytes = arguments.value();
    RowsArgument y = arguments.rows();
    Value k = arguments.value();
    RangeArgument rows = arguments.range(), tiles = arguments.range();
    int64_t bytes = element.getIntOrFloatBitWidth() / 8;
    c.loop(tiles.begin, tiles.end, c.i64(tileCount), [&](Value firstTile) {
      SmallVector<Value> tileBlock = clamped(c, firstTile, tileCount, tiles.end), from;
      for (Value tile : tileBlock)
        from.push_back(c.at(b, c.mul(tile, tileBytes)));
      c.loop(rows.begin, rows.end, c.i64(count), [&](Value first) {
        SmallVector<Value> rowBlock = clamped(c, first, count, rows.end), activations;
        for (Value row : rowBlock)
          activations.push_back(rowOf(c, a, row));
        Code::Values acc(count * tileCount, c.f32(negativeZero));
        acc = c.loop(c.i64(0), k, acc, [&](Value i, ValueRange acc) {
          Code::Values weights, next;
          for (Value tile : from)
            weights.push_back(
                c.widen(c.load(c.vectorOf(element, lanes), c.at(tile, c.mul(i, lanes * bytes)))));
          for (Value row : activations) {
            Value activation = c.splat(c.load(c.b.getF32Type(), c.at(row, c.mul(i, 4))));
            for (Value weight : weights)
              next.push_back(c.e.add(acc[next.size()], c.e.mul(activation, weight)));
          }
          return next;
        });
        size_t taken = 0;
        for (Value row : rowBlock)
          for (Value tile : tileBlock)
            c.store(acc[taken++], c.at(rowOf(c, y, row), c.mul(tile, 4 * lanes)));
      });
    });
  });
}
