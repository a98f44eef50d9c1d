// Copies, half tables and sums by lookup, and the epilogue that scales them, as loops.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/AccelToLoops/LoopEmitter.h"

using namespace mlir;
using namespace accord;

namespace {
MemRefType typeOf(Value v) { return cast<MemRefType>(v.getType()); }
constexpr int64_t lanes = 64;       // of a plane tile
constexpr int64_t tableWeights = 4; // per lookup
} // namespace

void accord::expandCopy(LoopEmitter &e, Value source, Value dest) {
  if (typeOf(source).getRank() == 0)
    return e.store(e.load(source, {}), dest, {});
  e.parallel(typeOf(source).getShape(), [&](ValueRange at) {
    e.store(e.load(source, SmallVector<Value>(at)), dest, SmallVector<Value>(at));
  });
}

// T[i] = -a3 + sum over j < 3 of (bit j of i ? +aj : -aj), literally, one iteration a table.
void accord::expandTable(LoopEmitter &e, accel::TableOp op) {
  int64_t m = typeOf(op.getCodes()).getDimSize(0), k = typeOf(op.getCodes()).getDimSize(1);
  int64_t tables = typeOf(op.getTables()).getDimSize(1), groups = typeOf(op.getAsum()).getDimSize(1);
  int64_t group = op.getGroup();
  e.parallel({m, tables}, [&](ValueRange at) {
    Value row = at[0], table = at[1], first = e.scale(table, tableWeights);
    SmallVector<Value> a;
    for (int64_t j = 0; j < tableWeights; ++j) {
      Value column = e.addIndex(first, j);
      if (k % tableWeights == 0) {
        a.push_back(e.loadSigned(op.getCodes(), {row, column}));
        continue;
      }
      // Beyond K there is no activation: read the last one and take 0 in its place.
      Value inside = e.num.cmp(arith::CmpIPredicate::slt, column, e.index(k));
      Value code = e.loadSigned(op.getCodes(), {row, e.num.select(inside, column, e.index(k - 1))});
      a.push_back(e.num.select(inside, code, e.i32(0)));
    }
    for (int64_t i = 0; i < 8; ++i) {
      Value sum = e.num.subI(e.i32(0), a[3]);
      for (int64_t j = 0; j < 3; ++j)
        sum = (i >> j) & 1 ? e.num.addI(sum, a[j]) : e.num.subI(sum, a[j]);
      Value narrow = e.b.create<arith::TruncIOp>(e.loc, e.b.getIntegerType(16), sum);
      e.store(narrow, op.getTables(), {row, table, e.index(i)});
    }
  });
  e.parallel({m, groups}, [&](ValueRange at) {
    Value sum = e.fold(e.scale(at[1], group), e.groupEnd(at[1], group, k), e.index(1), e.i32(0),
                       [&](Value column, Value carried) {
                         return e.num.addI(carried, e.loadSigned(op.getCodes(), {at[0], column}));
                       });
    e.store(sum, op.getAsum(), {at[0], at[1]});
  });
}

// isum[g][m][n] = sum over tables of g, over planes, of lookup << plane; lookup = bit 3 ? -T[low bits] :
// T[low bits].
void accord::expandLmma(LoopEmitter &e, accel::LmmaOp op) {
  ArrayRef<int64_t> sums = typeOf(op.getIsum()).getShape();
  int64_t tables = typeOf(op.getTables()).getDimSize(1), planes = typeOf(op.getPlanes()).getDimSize(2);
  int64_t groupTables = op.getGroup() / tableWeights;
  e.parallel(sums, [&](ValueRange at) {
    Value g = at[0], row = at[1], n = at[2];
    Value tile = e.b.create<arith::DivUIOp>(e.loc, n, e.index(lanes));
    Value lane = e.num.subI(n, e.scale(tile, lanes));
    Value byteAt = e.b.create<arith::DivUIOp>(e.loc, lane, e.index(2));
    Value odd = e.b.create<arith::IndexCastOp>(e.loc, e.b.getI32Type(), e.num.andI(lane, e.index(1)));
    Value nibbleShift = e.num.shl(odd, 2);
    Value sum = e.fold(
        e.scale(g, groupTables), e.groupEnd(g, groupTables, tables), e.index(1), e.i32(0),
        [&](Value table, Value carried) {
          for (int64_t p = 0; p < planes; ++p) {
            Value byte = e.b.create<arith::ExtUIOp>(
                e.loc, e.b.getI32Type(), e.load(op.getPlanes(), {tile, table, e.index(p), byteAt}));
            Value nibble = e.b.create<arith::ShRUIOp>(e.loc, byte, nibbleShift);
            Value entry =
                e.b.create<arith::IndexCastUIOp>(e.loc, e.b.getIndexType(), e.num.andI(nibble, e.i32(7)));
            Value found = e.loadSigned(op.getTables(), {row, table, entry});
            Value negative = e.num.cmp(arith::CmpIPredicate::ne, e.num.andI(nibble, e.i32(8)), e.i32(0));
            Value lookup = e.num.select(negative, e.num.subI(e.i32(0), found), found);
            carried = e.num.addI(carried, e.num.shl(lookup, p));
          }
          return carried;
        });
    e.store(sum, op.getIsum(), {g, row, n});
  });
}
