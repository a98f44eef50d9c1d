// Creates the operations; shapes follow from operands.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Import/GraphBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;

namespace accord::importer {
namespace {

/// Activations that share a scale (numerics contract: where they are quantized is part of the model).
constexpr int64_t actGroup = 32;

ArrayRef<int64_t> shapeOf(Value value) { return cast<ShapedType>(value.getType()).getShape(); }

} // namespace

GraphBuilder::GraphBuilder(Location loc, Block *block, Value like)
    : b(OpBuilder::atBlockEnd(block)), loc(loc), rows(shapeOf(like)[0]) {
  if (!ShapedType::isDynamic(rows))
    rowCount = b.getIndexAttr(rows);
  else
    rowCount = b.create<tensor::DimOp>(loc, like, index(0)).getResult();
}

Location GraphBuilder::named(StringRef name) { return NameLoc::get(b.getStringAttr(name), loc); }

Location GraphBuilder::namedAfter(Value value, StringRef what) {
  auto known = dyn_cast<NameLoc>(value.getLoc());
  std::string name = known ? known.getName().str() : "";
  return named(name + (name.empty() || what.empty() ? "" : ".") + what.str());
}

Value GraphBuilder::param(const Parameter &parameter) {
  StringRef name = parameter.name;
  name.consume_back(".weight");
  return b.create<nn::ParamOp>(named(name), parameter.type, parameter.name);
}

Value GraphBuilder::index(int64_t value) { return b.create<arith::ConstantIndexOp>(loc, value); }

Value GraphBuilder::empty(Value like, int64_t columns, Type element) {
  OpFoldResult extent = rowCount;
  if (int64_t fixed = shapeOf(like)[0]; !ShapedType::isDynamic(fixed))
    extent = b.getIndexAttr(fixed);
  return b.create<tensor::EmptyOp>(loc, ArrayRef<OpFoldResult>{extent, b.getIndexAttr(columns)}, element);
}

Value GraphBuilder::embed(Value tokens, Value table) {
  Value out = empty(tokens, shapeOf(table)[1], b.getF32Type());
  return b.create<nn::EmbedOp>(named("embed"), out.getType(), tokens, table, out).getResult(0);
}

Value GraphBuilder::rowsFrom(Value table, Value position) {
  OpFoldResult one = b.getIndexAttr(1), columns = b.getIndexAttr(shapeOf(table)[1]);
  return b.create<tensor::ExtractSliceOp>(
      loc, rowsOf(shapeOf(table)[1]), table, ArrayRef<OpFoldResult>{position, b.getIndexAttr(0)},
      ArrayRef<OpFoldResult>{rowCount, columns}, ArrayRef<OpFoldResult>{one, one});
}

Value GraphBuilder::lastRow(Value x) {
  if (rows == 1)
    return x;
  OpFoldResult one = b.getIndexAttr(1), zero = b.getIndexAttr(0), last;
  if (ShapedType::isDynamic(rows))
    last = b.create<arith::SubIOp>(loc, rowCount.get<Value>(), index(1)).getResult();
  else
    last = b.getIndexAttr(rows - 1);
  int64_t columns = shapeOf(x)[1];
  return b.create<tensor::ExtractSliceOp>(
      loc, matrix(1, columns, b.getF32Type()), x, ArrayRef<OpFoldResult>{last, zero},
      ArrayRef<OpFoldResult>{one, b.getIndexAttr(columns)}, ArrayRef<OpFoldResult>{one, one});
}

Value GraphBuilder::rmsNorm(Value x, Value weight, float epsilon) {
  Value out = empty(x, shapeOf(x)[1], b.getF32Type());
  return b
      .create<nn::RMSNormOp>(namedAfter(weight), out.getType(), b.getF32FloatAttr(epsilon), x, weight, out)
      .getResult(0);
}

std::pair<Value, Value> GraphBuilder::quantized(Value x) {
  auto [known, isNew] = quantizedOnce.try_emplace(x);
  if (isNew) {
    int64_t k = shapeOf(x)[1];
    Value codes = empty(x, k, b.getI8Type());
    Value scales = empty(x, llvm::divideCeil(k, actGroup), b.getF32Type());
    auto op =
        b.create<lut::QuantizeActOp>(namedAfter(x, "quantize"), TypeRange{codes.getType(), scales.getType()},
                                     b.getI64IntegerAttr(actGroup), x, codes, scales);
    known->second = {op.getResult(0), op.getResult(1)};
  }
  return known->second;
}

Value GraphBuilder::project(Value x, Value weight, StringRef name) {
  Location at = name.empty() ? namedAfter(weight) : named(name);
  Value out = empty(x, shapeOf(weight)[0], b.getF32Type());
  if (!mlir::isa<lut::WeightType>(getElementTypeOrSelf(weight)))
    return b.create<nn::MatmulOp>(at, out.getType(), x, weight, out).getResult(0);
  auto [codes, scales] = quantized(x);
  return b
      .create<lut::MPGemmOp>(at, out.getType(), b.getI64IntegerAttr(actGroup), codes, scales, weight,
                             /*accumulate=*/Value(), out)
      .getResult(0);
}

Value GraphBuilder::rope(Value x, Value cos, Value sin, int64_t headDim, nn::RopeStyle style) {
  Value out = empty(x, shapeOf(x)[1], b.getF32Type());
  return b
      .create<nn::RopeOp>(namedAfter(x, "rope"), out.getType(), b.getI64IntegerAttr(headDim),
                          nn::RopeStyleAttr::get(b.getContext(), style), x, cos, sin, out)
      .getResult(0);
}

template <typename Op> Value GraphBuilder::binary(Value x, Value y, StringRef what) {
  Value out = empty(x, shapeOf(x)[1], b.getF32Type());
  return b.create<Op>(namedAfter(x, what), out.getType(), x, y, out).getResult(0);
}

Value GraphBuilder::add(Value x, Value y) { return binary<nn::AddOp>(x, y, "add"); }
Value GraphBuilder::siluMul(Value gate, Value up) { return binary<nn::SiluMulOp>(gate, up, "silu_mul"); }
Value GraphBuilder::relu2Mul(Value gate, Value up) { return binary<nn::Relu2MulOp>(gate, up, "relu2_mul"); }

void GraphBuilder::append(Value x, Value cache, Value layer, Value position) {
  b.create<nn::CacheAppendOp>(namedAfter(x, "append"), x, cache, layer, position);
}

Value GraphBuilder::attention(Value q, Value kCache, Value vCache, Value layer, Value position,
                              int64_t heads) {
  Value out = empty(q, shapeOf(q)[1], b.getF32Type());
  auto headDim = static_cast<double>(shapeOf(kCache)[3]);
  auto scale = static_cast<float>(1.0 / std::sqrt(headDim));
  return b
      .create<nn::AttentionOp>(named("attention"), out.getType(), b.getI64IntegerAttr(heads),
                               b.getF32FloatAttr(scale), q, kCache, vCache, layer, position, out)
      .getResult(0);
}

void GraphBuilder::finish(ValueRange results) { b.create<func::ReturnOp>(loc, results); }

} // namespace accord::importer
