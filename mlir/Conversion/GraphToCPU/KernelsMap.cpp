// Kernels of what other front ends' models hold beside nn's own ops: elementwise bodies, transposes, packing
// of computed factors, and views that rows cannot be.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/GraphToCPU/Kernels.h"

#include "dialects/NN/MapBody.h"
#include "mlir/Conversion/Numerics/MapBody.h"

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

} // namespace

bool Kernels::readsRowsAsItIs(nn::MapOp map, Value input) { return reachOf(map, input) == Reach::Whole; }

func::FuncOp Kernels::map(nn::MapOp op) {
  // Bodies and shapes that read alike are one kernel.
  const accord::isa::MapBody body = nn::stepsOf(op);
  std::string text = accord::isa::text(body);
  SmallVector<Reach> reaches;
  for (Value input : op.getInputs()) {
    reaches.push_back(reachOf(op, input));
    text += std::to_string(static_cast<int>(reaches.back()));
  }
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
                   c.store(accord::numerics::emitBody(c.e, body, values, c.f32(0)), c.at(to, at));
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
