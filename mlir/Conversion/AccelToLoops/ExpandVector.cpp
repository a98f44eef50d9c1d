// The vector unit's commands as loops. Orders are the numerics contract's, and no order depends on how
// iterations are distributed: sums run over 16 lanes (parallel), each ascending, then one iteration a row
// folds them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/AccelToLoops/LoopEmitter.h"
#include "mlir/Conversion/Numerics/MapBody.h"
#include "sim/golden/function_constants.h"

using namespace mlir;
using namespace accord;
using isa::Field;
using isa::Opcode;
namespace c = accord::golden::constants;

namespace {

constexpr int64_t lanes = 16;      // of a sum
constexpr int64_t planeLanes = 64; // of packed scales

MemRefType typeOf(Value v) { return cast<MemRefType>(v.getType()); }

class VectorExpansion {
public:
  VectorExpansion(LoopEmitter &e, accel::CommandOpInterface op) : e(e), num(e.num), op(op) {
    MemRefType rows = typeOf(op.getInputs().empty() ? out(0) : in(0));
    m = rows.getDimSize(0);
    k = rows.getShape().back();
  }

  void quantize();
  void dequant();
  void rmsNorm();
  void softmax();
  void rope();
  void expand();
  void contract();
  void transpose();
  void scores();
  void weigh();
  /// y = the body of its inputs, each at 0 in an axis that it lacks.
  void map();
  void convert();

private:
  Value in(unsigned i) { return op.getInputs()[i]; }
  Value out(unsigned i) { return op.getWrites()[i]; }
  int64_t number(Field field) { return op.getNumber(field); }
  Value live() { return op.getComputed(Field::Live); }
  int64_t liveLanes() const { return std::min(k, lanes); }
  /// min(live + query, positions): how many positions a query sees; 0 or less: none.
  Value seen(Value query, int64_t positions) { return e.atMost(e.addIndex(live(), query), positions); }
  /// The columns of a softmax's row that count: a constant, or by its query what it sees.
  Value rowEnd(Value row);
  /// `value` where `column` is before `end`, else `other`; `value` in any case without live positions.
  Value whereLive(Value column, Value end, Value value, Value other);
  /// The head of keys or values that head `head` reads, as its first column.
  Value cacheColumn(Value head);
  Value rowScratch(int64_t columns, unsigned slot = 0) {
    return e.scratch.get({m, columns}, e.b.getF32Type(), slot);
  }
  /// partial[row][lane] = fold of term(row, column) over columns lane, lane + 16, ... below rowEnd(row)
  void reduceLanes(Value partial, llvm::function_ref<Value(Value row, Value column)> term,
                   llvm::function_ref<Value(Value carried, Value term)> combine);
  SmallVector<Value> loadLanes(Value partial, Value row);
  /// The sum of a row's lanes, without those that hold no term.
  Value sumLanes(Value partial, Value row);

  LoopEmitter &e;
  numerics::Emitter &num;
  accel::CommandOpInterface op;
  int64_t m, k;
};

// The largest magnitude of a group is taken on bit patterns: magnitudes order as their bits, and infinities
// and NaNs are at the top, so one compare finds them. inv is 0 where the codes are 0, and codes are chosen by
// it.
void VectorExpansion::quantize() {
  int64_t group = number(Field::Group), groups = typeOf(out(1)).getDimSize(1);
  Value inverses = rowScratch(groups);
  e.parallel({m, groups}, [&](ValueRange at) {
    Value top = e.fold(
        e.scale(at[1], group), e.groupEnd(at[1], group, k), e.index(1), e.i32(0),
        [&](Value column, Value carried) {
          Value magnitude = num.andI(num.bits(e.load(in(0), {at[0], column})), e.i32(c::magnitudeMask));
          return num.select(num.cmp(arith::CmpIPredicate::ugt, magnitude, carried), magnitude, carried);
        });
    Value amax = num.fromBits(top), zero = num.f32(0, amax);
    Value scale = num.mul(amax, num.f32(c::inverseLimit, amax));
    Value inverse = num.mul(num.f32(c::codeLimit, amax), num.rcp(amax));
    Value small = num.cmp(arith::CmpIPredicate::ult, top, e.i32(c::smallestScaled));
    Value special = num.cmp(arith::CmpIPredicate::uge, top, e.i32(c::infinity));
    scale = num.select(small, zero, scale);
    scale = num.select(special, num.f32(c::quietNaN, amax), scale);
    inverse = num.select(small, zero, inverse);
    inverse = num.select(special, zero, inverse);
    e.store(scale, out(1), {at[0], at[1]});
    e.store(inverse, inverses, {at[0], at[1]});
  });
  e.parallel({m, k}, [&](ValueRange at) {
    Value g = e.b.create<arith::DivUIOp>(e.loc, at[1], e.index(group));
    Value inverse = e.load(inverses, {at[0], g}), zero = num.f32(0, inverse);
    Value scaled = num.mul(e.load(in(0), {at[0], at[1]}), inverse);
    // 0 times an infinity or NaN is NaN, which must not reach the conversion.
    scaled = num.select(num.cmp(arith::CmpFPredicate::OEQ, inverse, zero), zero, scaled);
    Value code = num.roundToInt(scaled);
    code = num.select(num.cmp(arith::CmpIPredicate::sgt, code, e.i32(127)), e.i32(127), code);
    code = num.select(num.cmp(arith::CmpIPredicate::slt, code, e.i32(-127)), e.i32(-127), code);
    e.store(e.b.create<arith::TruncIOp>(e.loc, e.b.getI8Type(), code), out(0), {at[0], at[1]});
  });
}

void VectorExpansion::dequant() {
  ArrayRef<int64_t> sums = typeOf(in(0)).getShape();
  int64_t groups = sums[0], n = sums[2];
  int64_t correction = (int64_t(1) << number(Field::Bits)) - 1 - 2 * number(Field::Zero);
  bool whole = number(Field::Bits) == 0;
  // A scale that spans several scale groups stands at the quotient.
  auto scaleAt = [&](Value g, Field coarse) -> Value {
    int64_t span = number(coarse) / number(Field::Group);
    return span == 1 ? g : e.b.create<arith::DivUIOp>(e.loc, g, e.index(span)).getResult();
  };
  bool hasMin = op.getInputs().size() == 5;
  e.parallel({m = sums[1], n}, [&](ValueRange at) {
    Value row = at[0], column = at[1];
    Value tile = e.b.create<arith::DivUIOp>(e.loc, column, e.index(planeLanes));
    Value lane = num.subI(column, e.scale(tile, planeLanes));
    // The two terms of a group; the second is null without a minimum.
    auto terms = [&](Value g) -> std::pair<Value, Value> {
      Value isum = e.load(in(0), {g, row, column}), asum;
      if (!whole || hasMin)
        asum = e.load(in(1), {row, g});
      Value scale = e.load(in(2), {row, scaleAt(g, Field::ActGroup)});
      Value weight = scaleAt(g, Field::WeightGroup);
      if (!whole) // symmetric sums
        isum = num.shrS(num.addI(isum, num.mulI(asum, e.i32(correction))), 1);
      Value first = num.mul(num.mul(e.loadFloat(in(3), {tile, weight, lane}), scale), num.fromInt(isum));
      if (!hasMin)
        return {first, Value()};
      return {first, num.mul(num.mul(e.loadFloat(in(4), {tile, weight, lane}), scale), num.fromInt(asum))};
    };
    auto accumulate = [&](Value acc, std::pair<Value, Value> t) {
      acc = acc ? num.add(acc, t.first) : t.first;
      return t.second ? num.add(acc, t.second) : acc;
    };
    // The first group starts the accumulator, or continues the output when the flag says so.
    auto first = terms(e.index(0));
    Value acc = first.first;
    if (Value flag = op.getComputed(Field::Accumulate))
      acc = num.select(flag, num.add(e.load(out(0), {row, column}), first.first), first.first);
    if (first.second)
      acc = num.add(acc, first.second);
    if (groups > 1)
      acc = e.fold(e.index(1), e.index(groups), e.index(1), acc,
                   [&](Value g, Value carried) { return accumulate(carried, terms(g)); });
    e.store(acc, out(0), {row, column});
  });
}

void VectorExpansion::reduceLanes(Value partial, llvm::function_ref<Value(Value, Value)> term,
                                  llvm::function_ref<Value(Value, Value)> combine) {
  e.parallel({m, liveLanes()}, [&](ValueRange at) {
    Value total = term(at[0], at[1]);
    if (k > lanes)
      total = e.fold(e.addIndex(at[1], lanes), rowEnd(at[0]), e.index(lanes), total,
                     [&](Value column, Value carried) { return combine(carried, term(at[0], column)); });
    e.store(total, partial, {at[0], at[1]});
  });
}

SmallVector<Value> VectorExpansion::loadLanes(Value partial, Value row) {
  SmallVector<Value> values;
  for (int64_t lane = 0; lane < liveLanes(); ++lane)
    values.push_back(e.load(partial, {row, e.index(lane)}));
  return values;
}

Value VectorExpansion::sumLanes(Value partial, Value row) {
  SmallVector<Value> values = loadLanes(partial, row);
  if (!live())
    return numerics::foldLanes(num, values);
  Value end = rowEnd(row);
  for (int64_t half = lanes / 2; half >= 1; half /= 2)
    for (int64_t i = 0; i < half && i + half < liveLanes(); ++i)
      values[i] = whereLive(e.index(i + half), end, num.add(values[i], values[i + half]), values[i]);
  return values.front();
}

Value VectorExpansion::rowEnd(Value row) {
  if (!live())
    return e.index(k);
  return seen(e.b.create<arith::DivUIOp>(e.loc, row, e.index(number(Field::Heads))), k);
}

Value VectorExpansion::whereLive(Value column, Value end, Value value, Value other) {
  return live() ? num.select(num.cmp(arith::CmpIPredicate::slt, column, end), value, other) : value;
}

Value VectorExpansion::cacheColumn(Value head) {
  int64_t headDim = number(Field::HeadDim), cacheHeads = typeOf(in(1)).getDimSize(1) / headDim;
  int64_t shares = number(Field::Heads) / cacheHeads; // query heads of one head of the cache
  if (shares > 1)
    head = e.b.create<arith::DivUIOp>(e.loc, head, e.index(shares));
  return e.scale(head, headDim);
}

void VectorExpansion::rmsNorm() {
  Value partial = rowScratch(liveLanes());
  reduceLanes(
      partial,
      [&](Value row, Value column) {
        Value x = e.load(in(0), {row, column});
        return num.mul(x, x);
      },
      [&](Value carried, Value square) { return num.add(carried, square); });
  e.parallel({m}, [&](ValueRange at) {
    Value mean =
        num.mul(numerics::foldLanes(num, loadLanes(partial, at[0])), e.f32(1.0 / static_cast<double>(k)));
    Value eps = e.b.create<arith::ConstantOp>(e.loc, op.getReal(Field::Eps));
    e.store(num.rsqrt(num.add(mean, eps)), partial, {at[0], e.index(0)});
  });
  e.parallel({m, k}, [&](ValueRange at) {
    Value normed = num.mul(e.load(in(0), {at[0], at[1]}), e.load(partial, {at[0], e.index(0)}));
    e.store(num.mul(normed, e.load(in(1), {at[1]})), out(0), {at[0], at[1]});
  });
}

// The maximum may be taken in any order: only a row with a NaN could tell, and all of such a row becomes NaN
// by its sum; and of +0 and -0 either gives the same differences up to the sign of a zero, whose exp is 1.
void VectorExpansion::softmax() {
  Value largest = rowScratch(liveLanes()), partial = rowScratch(liveLanes(), 1);
  reduceLanes(
      largest, [&](Value row, Value column) { return e.load(in(0), {row, column}); },
      [&](Value carried, Value x) { return num.max(x, carried); });
  e.parallel({m}, [&](ValueRange at) {
    SmallVector<Value> values = loadLanes(largest, at[0]);
    Value top = values.front(), end = rowEnd(at[0]);
    for (auto [lane, x] : llvm::enumerate(values))
      if (lane > 0)
        top = whereLive(e.index(lane), end, num.max(x, top), top);
    e.store(top, largest, {at[0], e.index(0)});
  });
  e.parallel({m, k}, [&](ValueRange at) {
    Value shifted = num.sub(e.load(in(0), {at[0], at[1]}), e.load(largest, {at[0], e.index(0)}));
    e.store(num.exp(shifted), out(0), {at[0], at[1]});
  });
  reduceLanes(
      partial, [&](Value row, Value column) { return e.load(out(0), {row, column}); },
      [&](Value carried, Value x) { return num.add(carried, x); });
  e.parallel(
      {m}, [&](ValueRange at) { e.store(num.rcp(sumLanes(partial, at[0])), partial, {at[0], e.index(0)}); });
  e.parallel({m, k}, [&](ValueRange at) {
    Value scaled = num.mul(e.load(out(0), {at[0], at[1]}), e.load(partial, {at[0], e.index(0)}));
    e.store(whereLive(at[1], rowEnd(at[0]), scaled, e.f32(0)), out(0), {at[0], at[1]});
  });
}

void VectorExpansion::rope() {
  int64_t headDim = number(Field::HeadDim), pairs = headDim / 2;
  bool halves = number(Field::Halves);
  e.parallel({m, k / headDim, pairs}, [&](ValueRange at) {
    Value row = at[0], pair = at[2], head = e.scale(at[1], headDim);
    Value first = e.addIndex(head, halves ? pair : e.scale(pair, 2));
    Value second = e.addIndex(first, halves ? pairs : 1);
    Value a = e.load(in(0), {row, first}), b = e.load(in(0), {row, second});
    Value cosine = e.load(in(1), {row, pair}), sine = e.load(in(2), {row, pair});
    e.store(num.sub(num.mul(a, cosine), num.mul(b, sine)), out(0), {row, first});
    e.store(num.add(num.mul(a, sine), num.mul(b, cosine)), out(0), {row, second});
  });
}

void VectorExpansion::expand() {
  int64_t group = number(Field::Group), zero = number(Field::Zero);
  e.parallel({m, k}, [&](ValueRange at) {
    Value g = e.b.create<arith::DivUIOp>(e.loc, at[1], e.index(group));
    Value code = e.b.create<arith::ExtUIOp>(e.loc, e.b.getI32Type(), e.load(in(0), {at[0], at[1]}));
    Value y = num.mul(num.fromInt(num.subI(code, e.i32(zero))), e.loadFloat(in(1), {at[0], g}));
    if (op.getInputs().size() == 3)
      y = num.add(y, e.loadFloat(in(2), {at[0], g}));
    e.store(y, out(0), {at[0], at[1]});
  });
}

void VectorExpansion::contract() {
  e.parallel({m, typeOf(in(1)).getDimSize(0)}, [&](ValueRange at) {
    auto term = [&](Value d) { return num.mul(e.load(in(0), {at[0], d}), e.loadFloat(in(1), {at[1], d})); };
    Value sum = term(e.index(0));
    if (k > 1)
      sum = e.fold(e.index(1), e.index(k), e.index(1), sum,
                   [&](Value d, Value carried) { return num.add(carried, term(d)); });
    e.store(sum, out(0), {at[0], at[1]});
  });
}

void VectorExpansion::transpose() {
  e.parallel({m, k}, [&](ValueRange at) { e.store(e.load(in(0), {at[0], at[1]}), out(0), {at[1], at[0]}); });
}

void VectorExpansion::scores() {
  int64_t heads = number(Field::Heads), headDim = number(Field::HeadDim),
          positions = typeOf(in(1)).getDimSize(0);
  Value scale = e.b.create<arith::ConstantOp>(e.loc, op.getReal(Field::Scale));
  e.parallel({m, heads, positions}, [&](ValueRange at) {
    Value query = at[0], head = at[1], j = at[2];
    Value column = e.scale(head, headDim), key = cacheColumn(head);
    auto term = [&](Value d) {
      return num.mul(e.load(in(0), {query, e.addIndex(column, d)}),
                     e.loadFloat(in(1), {j, e.addIndex(key, d)}));
    };
    Value sum = term(e.index(0));
    if (headDim > 1)
      sum = e.fold(e.index(1), e.index(headDim), e.index(1), sum,
                   [&](Value d, Value carried) { return num.add(carried, term(d)); });
    Value score = whereLive(j, seen(query, positions), num.mul(sum, scale), e.f32(0));
    e.store(score, out(0), {e.addIndex(e.scale(query, heads), head), j});
  });
}

// The first position starts a sum, or continues the output when the flag says so; a row that sees none keeps
// the output, or 0.
void VectorExpansion::weigh() {
  int64_t heads = number(Field::Heads), headDim = number(Field::HeadDim),
          positions = typeOf(in(1)).getDimSize(0);
  e.parallel({typeOf(out(0)).getDimSize(0), heads, headDim}, [&](ValueRange at) {
    Value query = at[0], head = at[1], end = seen(query, positions);
    Value row = e.addIndex(e.scale(query, heads), head), column = e.addIndex(e.scale(head, headDim), at[2]);
    Value value = e.addIndex(cacheColumn(head), at[2]);
    auto term = [&](Value j) { return num.mul(e.load(in(0), {row, j}), e.loadFloat(in(1), {j, value})); };
    Value sum = term(e.index(0)), none = e.f32(0);
    if (Value flag = op.getComputed(Field::Accumulate)) {
      Value before = e.load(out(0), {query, column});
      sum = num.select(flag, num.add(before, sum), sum);
      none = num.select(flag, before, none);
    }
    if (positions > 1)
      sum = e.fold(e.index(1), end, e.index(1), sum,
                   [&](Value j, Value carried) { return num.add(carried, term(j)); });
    e.store(whereLive(e.index(0), end, sum, none), out(0), {query, column});
  });
}

void VectorExpansion::map() {
  isa::MapBody body;
  isa::parse(op->getAttrOfType<StringAttr>(isa::name(Field::Body)).getValue(), body);
  ArrayRef<int64_t> y = typeOf(out(0)).getShape();
  e.parallel(y, [&](ValueRange at) {
    SmallVector<Value> values;
    for (Value input : op.getInputs()) {
      SmallVector<Value> place;
      ArrayRef<int64_t> shape = typeOf(input).getShape();
      for (auto [extent, index] : llvm::zip_equal(shape, at.take_back(shape.size())))
        place.push_back(extent == 1 ? e.index(0) : index);
      values.push_back(e.load(input, place));
    }
    e.store(numerics::emitBody(num, body, values, e.f32(0)), out(0), {at[0], at[1]});
  });
}

void VectorExpansion::convert() {
  e.parallel({m, k}, [&](ValueRange at) {
    Value x = e.loadFloat(in(0), {at[0], at[1]});
    if (typeOf(out(0)).getElementType().isF16())
      e.storeF16(x, out(0), {at[0], at[1]});
    else
      e.store(x, out(0), {at[0], at[1]});
  });
}

} // namespace

void accord::expandCommand(LoopEmitter &e, accel::CommandOpInterface op) {
  auto rows = [&] { return VectorExpansion(e, op); };
  switch (op.getOpcode()) {
  case Opcode::Load:
  case Opcode::Store:
    return expandCopy(e, op.getInputs()[0], op.getWrites()[0]);
  case Opcode::Gather:
    return expandGather(e, cast<accel::GatherOp>(op));
  case Opcode::Table:
    return expandTable(e, cast<accel::TableOp>(op));
  case Opcode::Lmma:
    return expandLmma(e, cast<accel::LmmaOp>(op));
  case Opcode::Mma:
    return expandMma(e, cast<accel::MmaOp>(op));
  case Opcode::Quantize:
    return rows().quantize();
  case Opcode::Dequant:
    return rows().dequant();
  case Opcode::RmsNorm:
    return rows().rmsNorm();
  case Opcode::Softmax:
    return rows().softmax();
  case Opcode::Rope:
    return rows().rope();
  case Opcode::Map:
    return rows().map();
  case Opcode::Narrow:
  case Opcode::Widen:
    return rows().convert();
  case Opcode::Expand:
    return rows().expand();
  case Opcode::Contract:
    return rows().contract();
  case Opcode::Transpose:
    return rows().transpose();
  case Opcode::Scores:
    return rows().scores();
  case Opcode::Weigh:
    return rows().weigh();
  case Opcode::GroupSums:
    return expandGroupSums(e, op.getInputs()[0], op.getWrites()[0], op.getNumber(Field::Group));
  case Opcode::Wait:
  case Opcode::Barrier:
    return; // no commands
  }
}
