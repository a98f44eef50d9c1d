// Copies, rows by index, half tables, and sums of products by lookup or by multiplication, as loops.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/AccelToLoops/LoopEmitter.h"

using namespace mlir;
using namespace accord;

namespace {
MemRefType typeOf(Value v) { return cast<MemRefType>(v.getType()); }
constexpr int64_t lanes = 64;       // of a plane tile
constexpr int64_t tableWeights = 4; // per lookup

/// The code of an activation in i32; beyond K there is none: the last one is read and 0 taken in its place.
Value activation(LoopEmitter &e, Value codes, Value row, Value column) {
  int64_t k = typeOf(codes).getDimSize(1);
  if (k % tableWeights == 0)
    return e.loadSigned(codes, {row, column});
  Value inside = e.num.cmp(arith::CmpIPredicate::slt, column, e.index(k));
  Value code = e.loadSigned(codes, {row, e.num.select(inside, column, e.index(k - 1))});
  return e.num.select(inside, code, e.i32(0));
}
} // namespace

void accord::expandCopy(LoopEmitter &e, Value source, Value dest) {
  if (typeOf(source).getRank() == 0)
    return e.store(e.load(source, {}), dest, {});
  e.parallel(typeOf(source).getShape(), [&](ValueRange at) {
    e.store(e.load(source, SmallVector<Value>(at)), dest, SmallVector<Value>(at));
  });
}

// An index that is no row is wrong and read as the last row: nothing outside of the table is touched.
void accord::expandGather(LoopEmitter &e, accel::GatherOp op) {
  ArrayRef<int64_t> dest = typeOf(op.getDest()).getShape();
  e.parallel(dest, [&](ValueRange at) {
    Value named = e.b.create<arith::IndexCastOp>(e.loc, e.b.getIndexType(), e.load(op.getIndices(), {at[0]}));
    Value last = e.index(typeOf(op.getTable()).getDimSize(0) - 1);
    Value row = e.num.select(e.num.cmp(arith::CmpIPredicate::ult, named, last), named, last);
    e.store(e.load(op.getTable(), {row, at[1]}), op.getDest(), {at[0], at[1]});
  });
}

void accord::expandGroupSums(LoopEmitter &e, Value codes, Value asum, int64_t group) {
  int64_t k = typeOf(codes).getDimSize(1);
  e.parallel(typeOf(asum).getShape(), [&](ValueRange at) {
    Value sum = e.fold(e.scale(at[1], group), e.groupEnd(at[1], group, k), e.index(1), e.i32(0),
                       [&](Value column, Value carried) {
                         return e.num.addI(carried, e.loadSigned(codes, {at[0], column}));
                       });
    e.store(sum, asum, {at[0], at[1]});
  });
}

// T[i] = -a3 + sum over j < 3 of (bit j of i ? +aj : -aj), literally, one iteration a table.
void accord::expandTable(LoopEmitter &e, accel::TableOp op) {
  int64_t m = typeOf(op.getTables()).getDimSize(0), tables = typeOf(op.getTables()).getDimSize(1);
  e.parallel({m, tables}, [&](ValueRange at) {
    Value row = at[0], table = at[1], first = e.scale(table, tableWeights);
    SmallVector<Value> a;
    for (int64_t j = 0; j < tableWeights; ++j)
      a.push_back(activation(e, op.getCodes(), row, e.addIndex(first, j)));
    for (int64_t i = 0; i < 8; ++i) {
      Value sum = e.num.subI(e.i32(0), a[3]);
      for (int64_t j = 0; j < 3; ++j)
        sum = (i >> j) & 1 ? e.num.addI(sum, a[j]) : e.num.subI(sum, a[j]);
      Value narrow = e.b.create<arith::TruncIOp>(e.loc, e.b.getIntegerType(16), sum);
      e.store(narrow, op.getTables(), {row, table, e.index(i)});
    }
  });
  expandGroupSums(e, op.getCodes(), op.getAsum(), op.getGroup());
}

namespace {
/// Where lane n of packed planes stands: the tile of 64 lanes, the byte of a plane, and the shift of its
/// nibble.
struct PlaneLane {
  Value tile, byteAt, nibbleShift;

  PlaneLane(LoopEmitter &e, Value n) {
    tile = e.b.create<arith::DivUIOp>(e.loc, n, e.index(lanes));
    Value lane = e.num.subI(n, e.scale(tile, lanes));
    byteAt = e.b.create<arith::DivUIOp>(e.loc, lane, e.index(2));
    Value odd = e.b.create<arith::IndexCastOp>(e.loc, e.b.getI32Type(), e.num.andI(lane, e.index(1)));
    nibbleShift = e.num.shl(odd, 2);
  }
  /// The nibble, with what stands above it still there.
  Value nibble(LoopEmitter &e, Value planes, Value table, int64_t plane) const {
    Value byte = e.b.create<arith::ExtUIOp>(e.loc, e.b.getI32Type(),
                                            e.load(planes, {tile, table, e.index(plane), byteAt}));
    return e.b.create<arith::ShRUIOp>(e.loc, byte, nibbleShift);
  }
};
} // namespace

// isum[g][m][n] = sum over tables of g, over planes, of lookup << plane; lookup = bit 3 ? -T[low bits] :
// T[low bits].
void accord::expandLmma(LoopEmitter &e, accel::LmmaOp op) {
  ArrayRef<int64_t> sums = typeOf(op.getIsum()).getShape();
  int64_t tables = typeOf(op.getTables()).getDimSize(1), planes = typeOf(op.getPlanes()).getDimSize(2);
  int64_t groupTables = op.getGroup() / tableWeights;
  e.parallel(sums, [&](ValueRange at) {
    Value g = at[0], row = at[1], n = at[2];
    PlaneLane lane(e, n);
    Value sum = e.fold(e.scale(g, groupTables), e.groupEnd(g, groupTables, tables), e.index(1), e.i32(0),
                       [&](Value table, Value carried) {
                         for (int64_t p = 0; p < planes; ++p) {
                           Value nibble = lane.nibble(e, op.getPlanes(), table, p);
                           Value entry = e.b.create<arith::IndexCastUIOp>(e.loc, e.b.getIndexType(),
                                                                          e.num.andI(nibble, e.i32(7)));
                           Value found = e.loadSigned(op.getTables(), {row, table, entry});
                           Value negative =
                               e.num.cmp(arith::CmpIPredicate::ne, e.num.andI(nibble, e.i32(8)), e.i32(0));
                           Value lookup = e.num.select(negative, e.num.subI(e.i32(0), found), found);
                           carried = e.num.addI(carried, e.num.shl(lookup, p));
                         }
                         return carried;
                       });
    e.store(sum, op.getIsum(), {g, row, n});
  });
}

// isum[g][m][n] = sum over k of g of (u - zero) * code. One iteration takes a table's four weights out of
// their planes, as the array's loader does: bit 3 of a nibble is weight 3's and tells whether the other three
// are inverted.
void accord::expandMma(LoopEmitter &e, accel::MmaOp op) {
  ArrayRef<int64_t> sums = typeOf(op.getIsum()).getShape();
  int64_t tables = typeOf(op.getPlanes()).getDimSize(1), planes = typeOf(op.getPlanes()).getDimSize(2);
  int64_t groupTables = op.getGroup() / tableWeights;
  e.parallel(sums, [&](ValueRange at) {
    Value g = at[0], row = at[1], n = at[2];
    PlaneLane lane(e, n);
    Value sum = e.fold(e.scale(g, groupTables), e.groupEnd(g, groupTables, tables), e.index(1), e.i32(0),
                       [&](Value table, Value carried) {
                         SmallVector<Value> u(tableWeights, e.i32(-op.getZero()));
                         for (int64_t p = 0; p < planes; ++p) {
                           Value nibble = lane.nibble(e, op.getPlanes(), table, p);
                           Value top = e.num.andI(nibble, e.i32(8));
                           Value inverted = e.num.xorI(nibble, e.i32(7));
                           Value bits = e.num.select(e.num.cmp(arith::CmpIPredicate::ne, top, e.i32(0)),
                                                     inverted, nibble);
                           for (int64_t j = 0; j < tableWeights; ++j) {
                             Value bit = e.num.andI(e.num.shrU(bits, j), e.i32(1));
                             u[j] = e.num.addI(u[j], e.num.shl(bit, p));
                           }
                         }
                         Value first = e.scale(table, tableWeights);
                         for (int64_t j = 0; j < tableWeights; ++j) {
                           Value code = activation(e, op.getCodes(), row, e.addIndex(first, j));
                           carried = e.num.addI(carried, e.num.mulI(u[j], code));
                         }
                         return carried;
                       });
    e.store(sum, op.getIsum(), {g, row, n});
  });
}
