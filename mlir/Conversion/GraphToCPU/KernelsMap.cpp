// Kernels of what other front ends' models hold beside nn's own ops: elementwise bodies, transposes, packing
// of computed factors, and views that rows cannot be.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/GraphToCPU/Kernels.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace accord::cpu;
namespace model = accord::model;
namespace nn = accord::nn;

static constexpr int64_t lanes = model::cpuLanes;

namespace {

/// Where an input is read: everywhere, in one row, in one column, at one place.
enum class Reach { Whole, Row, Column, Scalar };

Reach reachOf(nn::MapOp map, Value input) {
  ArrayRef<int64_t> shape = cast<ShapedType>(input.getType()).getShape(),
                    y = cast<ShapedType>(map.getOut().getType()).getShape();
  bool oneRow = shape.size() == 1 || (shape[0] == 1 && y[0] != 1), oneColumn = shape.back() == 1 && y[1] != 1;
  return oneRow ? (oneColumn ? Reach::Scalar : Reach::Row) : oneColumn ? Reach::Column : Reach::Whole;
}

/// The body on vectors of 16 elements.
Value emitBody(Code &c, nn::MapOp map, ArrayRef<Value> arguments) {
  llvm::DenseMap<Value, Value> values;
  for (auto [argument, value] : llvm::zip_equal(map.getBody().getArguments(), arguments))
    values[argument] = value;
  for (Operation &op : map.getBody().front().without_terminator()) {
    auto in = [&](unsigned i) { return values.lookup(op.getOperand(i)); };
    values[op.getResult(0)] =
        llvm::TypeSwitch<Operation *, Value>(&op)
            .Case([&](arith::ConstantOp constant) -> Value {
              if (auto number = dyn_cast<FloatAttr>(constant.getValue()))
                return c.f32(static_cast<uint32_t>(number.getValue().bitcastToAPInt().getZExtValue()));
              auto integer = cast<IntegerAttr>(constant.getValue());
              if (integer.getType().isInteger(32))
                return c.i32(static_cast<int32_t>(integer.getInt()));
              return c.firstLanes(integer.getValue().isZero() ? 0 : lanes, lanes);
            })
            .Case([&](arith::AddFOp) { return c.e.add(in(0), in(1)); })
            .Case([&](arith::SubFOp) { return c.e.sub(in(0), in(1)); })
            .Case([&](arith::MulFOp) { return c.e.mul(in(0), in(1)); })
            .Case([&](arith::NegFOp) {
              return c.e.fromBits(c.e.xorI(c.e.bits(in(0)), c.i32(std::numeric_limits<int32_t>::min())));
            })
            .Case([&](arith::CmpFOp cmp) { return c.e.cmp(cmp.getPredicate(), in(0), in(1)); })
            .Case([&](arith::CmpIOp cmp) { return c.e.cmp(cmp.getPredicate(), in(0), in(1)); })
            .Case([&](arith::SelectOp) { return c.e.select(in(0), in(1), in(2)); })
            .Case([&](arith::BitcastOp cast) {
              return cast.getType().isF32() ? c.e.fromBits(in(0)) : c.e.bits(in(0));
            })
            .Case([&](arith::AndIOp) { return c.e.andI(in(0), in(1)); })
            .Case([&](arith::OrIOp) { return c.e.orI(in(0), in(1)); })
            .Case([&](arith::XOrIOp) { return c.e.xorI(in(0), in(1)); })
            .Case([&](nn::BuiltOp built) -> Value {
              switch (built.getFunction()) {
              case nn::Function::Rcp:
                return c.e.rcp(in(0));
              case nn::Function::Rsqrt:
                return c.e.rsqrt(in(0));
              case nn::Function::Exp:
                return c.e.exp(in(0));
              case nn::Function::Tanh:
                return c.e.tanh(in(0));
              case nn::Function::Sigmoid:
                return c.e.sigmoid(in(0));
              case nn::Function::Erf:
                return c.e.erf(in(0));
              }
              llvm_unreachable("a built function");
            });
  }
  return values.lookup(cast<nn::YieldOp>(map.getBody().front().getTerminator()).getValue());
}

} // namespace

bool Kernels::readsRowsAsItIs(nn::MapOp map, Value input) { return reachOf(map, input) == Reach::Whole; }

func::FuncOp Kernels::map(nn::MapOp op) {
  // The kernel is the text: bodies and shapes that print alike are one.
  std::string text;
  llvm::raw_string_ostream os(text);
  SmallVector<Reach> reaches;
  for (Value input : op.getInputs()) {
    reaches.push_back(reachOf(op, input));
    os << static_cast<int>(reaches.back());
  }
  // Alone: in the module, its values are named by what stands before it.
  OwningOpRef<nn::MapOp> alone(op.clone());
  alone->getBody().front().print(os);
  SmallVector<Kind> kinds(op.getInputs().size() + 1, Rows);
  kinds.append({Range, Range});
  return get("map_" + Twine(bodies.try_emplace(text, bodies.size()).first->second), kinds,
             [&](Code &c, Arguments &arguments) {
               SmallVector<RowsArgument> inputs;
               for (size_t i = 0; i < reaches.size(); ++i)
                 inputs.push_back(arguments.rows());
               RowsArgument out = arguments.rows();
               RangeArgument rows = arguments.range(), tiles = arguments.range();
               auto scalarAt = [&](Value place) { return c.splat(c.load(c.b.getF32Type(), place)); };
               c.loop(rows.begin, rows.end, [&](Value row) {
                 SmallVector<Value> from;
                 for (auto [input, reach] : llvm::zip(inputs, reaches)) {
                   bool follows = reach == Reach::Whole || reach == Reach::Column;
                   Value place = follows ? rowOf(c, input, row) : input.base;
                   from.push_back(reach == Reach::Column || reach == Reach::Scalar ? scalarAt(place) : place);
                 }
                 Value to = rowOf(c, out, row);
                 c.loop(tiles.begin, tiles.end, [&](Value tile) {
                   Value at = c.mul(tile, 4 * lanes);
                   SmallVector<Value> values;
                   for (auto [place, reach] : llvm::zip(from, reaches))
                     values.push_back(reach == Reach::Column || reach == Reach::Scalar
                                          ? place
                                          : c.load(c.f32Type(), c.at(place, at)));
                   c.store(emitBody(c, op, values), c.at(to, at));
                 });
               });
             });
}

func::FuncOp Kernels::transpose(int64_t elementBytes) {
  return get("transpose_" + Twine(elementBytes), {Rows, Rows, Count, Range},
             [&](Code &c, Arguments &arguments) {
               RowsArgument x = arguments.rows(), y = arguments.rows();
               Value columns = arguments.value();
               RangeArgument rows = arguments.range();
               Type element = c.b.getIntegerType(8 * elementBytes);
               c.loop(rows.begin, rows.end, [&](Value row) {
                 Value to = rowOf(c, y, row);
                 c.loop(c.i64(0), columns, [&](Value column) {
                   Value v = c.load(element, c.at(rowOf(c, x, column), c.mul(row, elementBytes)));
                   c.store(v, c.at(to, c.mul(column, elementBytes)));
                 });
               });
             });
}

func::FuncOp Kernels::pack(int64_t elementBytes, bool turned) {
  return get("pack_" + Twine(elementBytes) + (turned ? "_turned" : ""),
             {Rows, Pointer, Count, Count, Count, Range}, [&](Code &c, Arguments &arguments) {
               RowsArgument x = arguments.rows();
               Value packed = arguments.value(), tileBytes = arguments.value(), k = arguments.value(),
                     n = arguments.value();
               RangeArgument tiles = arguments.range();
               Type element = c.b.getIntegerType(8 * elementBytes);
               c.loop(tiles.begin, tiles.end, [&](Value tile) {
                 Value to = c.at(packed, c.mul(tile, tileBytes)), first = c.mul(tile, lanes);
                 c.loop(c.i64(0), k, [&](Value i) {
                   Value at = c.at(to, c.mul(i, lanes * elementBytes));
                   if (turned) // rows of k: a tile's lanes stand side by side
                     return c.store(
                         c.load(c.vectorOf(element, lanes), c.at(rowOf(c, x, i), c.mul(first, elementBytes))),
                         at);
                   c.loop(c.i64(0), c.min(c.i64(lanes), c.e.subI(n, first)), [&](Value lane) {
                     Value v = c.load(element, c.at(rowOf(c, x, c.add(first, lane)), c.mul(i, elementBytes)));
                     c.store(v, c.at(at, c.mul(lane, elementBytes)));
                   });
                 });
               });
             });
}

func::FuncOp Kernels::reshape(int64_t elementBytes) {
  return get("reshape_" + Twine(elementBytes), {Rows, Rows, Count, Count, Range},
             [&](Code &c, Arguments &arguments) {
               RowsArgument x = arguments.rows(), y = arguments.rows();
               Value fromColumns = arguments.value(), columns = arguments.value();
               RangeArgument rows = arguments.range();
               Type element = c.b.getIntegerType(8 * elementBytes);
               c.loop(rows.begin, rows.end, [&](Value row) {
                 Value to = rowOf(c, y, row), first = c.mul(row, columns);
                 c.loop(c.i64(0), columns, [&](Value column) {
                   Value at = c.add(first, column);
                   Value fromRow = c.b.create<arith::DivUIOp>(c.loc, at, fromColumns);
                   Value fromColumn = c.b.create<arith::RemUIOp>(c.loc, at, fromColumns);
                   Value v = c.load(element, c.at(rowOf(c, x, fromRow), c.mul(fromColumn, elementBytes)));
                   c.store(v, c.at(to, c.mul(column, elementBytes)));
                 });
               });
             });
}
