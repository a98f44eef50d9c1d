// Loops over maps, bodies in double with bounds. See bounded_linalg.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/mlir/Transforms/Linalg/bounded_linalg.h"
#include "dialects/NN/NN.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MLProgram/IR/MLProgram.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include <cmath>

using namespace mlir;

namespace accord {
namespace {

constexpr double unit = 0x1p-24, smallest = 0x1p-149;

/// One ULP is at most 2^-23 of a normal result; of a subnormal one it is `smallest`.
Bounded rounded(double value, double error, double ulps) {
  return {value, error + ulps * (2 * unit * (std::fabs(value) + error) + smallest)};
}
Bounded plus(Bounded a, Bounded b) { return rounded(a.value + b.value, a.error + b.error, 0.5); }
Bounded negative(Bounded a) { return {-a.value, a.error}; }
Bounded times(Bounded a, Bounded b) {
  double error = std::fabs(a.value) * b.error + std::fabs(b.value) * a.error + a.error * b.error;
  return rounded(a.value * b.value, error, 0.5);
}
Bounded reciprocal(Bounded a) {
  double magnitude = std::fabs(a.value);
  double error = magnitude > a.error ? a.error / (magnitude * (magnitude - a.error)) : INFINITY;
  return rounded(1 / a.value, error, 1.5);
}
Bounded exponential(Bounded a) {
  double value = std::exp(a.value);
  return rounded(value, value * std::expm1(a.error), 1);
}
Bounded inverseRoot(Bounded a) {
  double value = 1 / std::sqrt(a.value);
  double error = a.value > a.error ? 1 / std::sqrt(a.value - a.error) - value : INFINITY;
  return rounded(value, error, 1.5);
}
Bounded selected(Bounded condition, Bounded a, Bounded b) {
  Bounded chosen = condition.value != 0 ? a : b;
  if (condition.error == 0)
    return chosen;
  return {chosen.value, std::max(a.error, b.error) + std::fabs(a.value - b.value)};
}
Bounded compared(arith::CmpFPredicate predicate, Bounded a, Bounded b) {
  bool holds = arith::applyCmpPredicate(predicate, APFloat(a.value), APFloat(b.value));
  bool known = (a.error == 0 && b.error == 0) || std::fabs(a.value - b.value) > a.error + b.error;
  return {double(holds), known ? 0.0 : 1.0};
}
Bounded logic(Operation *op, Bounded a, Bounded b) {
  bool x = a.value != 0, y = b.value != 0;
  bool holds = mlir::isa<arith::AndIOp>(op) ? x && y : mlir::isa<arith::OrIOp>(op) ? x || y : x != y;
  return {double(holds), std::max(a.error, b.error)};
}
Bounded power(Bounded x, int64_t n) {
  Bounded result = x;
  for (int64_t i = 1; i < n; ++i)
    result = times(result, x);
  return result;
}

class Evaluator {
public:
  Evaluator(int64_t dynamic, std::string &said) : dynamic(dynamic), said(said) {}

  LogicalResult run(Operation &op);
  std::vector<BoundedTensor> take(OperandRange values) {
    std::vector<BoundedTensor> results;
    for (Value value : values)
      results.push_back(tensors.lookup(value));
    return results;
  }
  void set(Value value, BoundedTensor tensor) { tensors[value] = std::move(tensor); }
  SmallVector<int64_t> shapeOf(Type type) {
    SmallVector<int64_t> shape;
    if (auto shaped = dyn_cast<ShapedType>(type))
      shape = llvm::to_vector(shaped.getShape());
    for (int64_t &extent : shape)
      extent = ShapedType::isDynamic(extent) ? dynamic : extent;
    return shape;
  }

private:
  LogicalResult refuse(Operation *op) {
    said = ("cannot evaluate '" + op->getName().getStringRef() + "'").str();
    return failure();
  }
  BoundedTensor zeros(Type type) {
    BoundedTensor result{shapeOf(type), {}};
    int64_t count = 1;
    for (int64_t extent : result.shape)
      count *= extent;
    result.elements.resize(count);
    return result;
  }
  LogicalResult constant(arith::ConstantOp op);
  LogicalResult structured(linalg::LinalgOp op);
  LogicalResult softmax(Operation *op, Value x);
  FailureOr<Bounded> scalar(Operation &op, llvm::function_ref<FailureOr<Bounded>(Value)> read);
  /// A scalar that stands outside of the body.
  FailureOr<Bounded> outside(Value value);

  int64_t dynamic;
  std::string &said;
  llvm::DenseMap<Value, BoundedTensor> tensors;
};

LogicalResult Evaluator::constant(arith::ConstantOp op) {
  BoundedTensor result = zeros(op.getType());
  auto store = [&](size_t i, double value) { result.elements[i] = {value, 0}; };
  if (auto number = dyn_cast<FloatAttr>(op.getValue()))
    store(0, number.getValueAsDouble());
  else if (auto integer = dyn_cast<IntegerAttr>(op.getValue()))
    store(0, integer.getValue().getSExtValue());
  else if (auto floats = dyn_cast<DenseFPElementsAttr>(op.getValue()))
    for (auto [i, value] : llvm::enumerate(floats.getValues<APFloat>())) {
      bool inexact;
      value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &inexact);
      store(i, value.convertToDouble());
    }
  else if (auto integers = dyn_cast<DenseIntElementsAttr>(op.getValue()))
    for (auto [i, value] : llvm::enumerate(integers.getValues<APInt>()))
      store(i, double(value.getSExtValue()));
  else
    return refuse(op);
  set(op, std::move(result));
  return success();
}

FailureOr<Bounded> Evaluator::outside(Value value) {
  if (auto known = tensors.find(value); known != tensors.end() && known->second.elements.size() == 1)
    return known->second.elements[0];
  return failure();
}

FailureOr<Bounded> Evaluator::scalar(Operation &op, llvm::function_ref<FailureOr<Bounded>(Value)> read) {
  SmallVector<Bounded> in;
  for (Value operand : op.getOperands()) {
    FailureOr<Bounded> value = read(operand);
    if (failed(value))
      return refuse(&op);
    in.push_back(*value);
  }
  return llvm::TypeSwitch<Operation *, FailureOr<Bounded>>(&op)
      .Case([&](arith::ConstantOp constant) -> FailureOr<Bounded> {
        if (auto number = dyn_cast<FloatAttr>(constant.getValue()))
          return Bounded{number.getValueAsDouble(), 0};
        return refuse(constant);
      })
      .Case([&](arith::AddFOp) { return plus(in[0], in[1]); })
      .Case([&](arith::SubFOp) { return plus(in[0], negative(in[1])); })
      .Case([&](arith::MulFOp) { return times(in[0], in[1]); })
      .Case([&](arith::DivFOp) { return times(in[0], reciprocal(in[1])); })
      .Case([&](arith::NegFOp) { return negative(in[0]); })
      .Case([&](arith::CmpFOp cmp) { return compared(cmp.getPredicate(), in[0], in[1]); })
      .Case([&](arith::SelectOp) { return selected(in[0], in[1], in[2]); })
      .Case<arith::AndIOp, arith::OrIOp, arith::XOrIOp>([&](Operation *o) { return logic(o, in[0], in[1]); })
      .Case<arith::MaximumFOp, arith::MaxNumFOp>([&](auto) {
        return Bounded{std::max(in[0].value, in[1].value), std::max(in[0].error, in[1].error)};
      })
      .Case<arith::MinimumFOp, arith::MinNumFOp>([&](auto) {
        return Bounded{std::min(in[0].value, in[1].value), std::max(in[0].error, in[1].error)};
      })
      .Case<arith::ExtFOp>([&](auto) { return in[0]; })
      .Case<arith::TruncFOp, arith::SIToFPOp>(
          [&](auto) { return Bounded{double(float(in[0].value)), in[0].error}; })
      .Case([&](math::ExpOp) { return exponential(in[0]); })
      .Case([&](math::TanhOp) { return rounded(std::tanh(in[0].value), in[0].error, 2); })
      .Case([&](math::ErfOp) { // its slope is at most 2/sqrt(pi)
        return rounded(std::erf(in[0].value), 1.13 * in[0].error, 2);
      })
      .Case([&](math::RsqrtOp) { return inverseRoot(in[0]); })
      .Case([&](math::SqrtOp) { return rounded(std::sqrt(in[0].value), 0, 0.5); })
      .Case([&](math::AbsFOp) { return Bounded{std::fabs(in[0].value), in[0].error}; })
      .Case<math::FPowIOp, math::PowFOp>([&](Operation *) { return power(in[0], int64_t(in[1].value)); })
      .Default([&](Operation *other) -> FailureOr<Bounded> { return refuse(other); });
}

LogicalResult Evaluator::structured(linalg::LinalgOp op) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  SmallVector<int64_t> extents(op.getNumLoops(), 1);
  for (OpOperand &operand : op->getOpOperands())
    for (auto [result, extent] :
         llvm::zip_equal(op.getMatchingIndexingMap(&operand).getResults(), shapeOf(operand.get().getType())))
      if (auto dim = dyn_cast<AffineDimExpr>(result))
        extents[dim.getPosition()] = extent;
  int64_t points = 1;
  for (int64_t extent : extents)
    points *= extent;
  std::vector<BoundedTensor> results = take(op.getDpsInits());
  auto offsetOf = [&](OpOperand &operand, ArrayRef<int64_t> point) {
    int64_t at = 0;
    SmallVector<int64_t> shape = shapeOf(operand.get().getType());
    for (auto [axis, index] : llvm::enumerate(op.getMatchingIndexingMap(&operand).compose(point)))
      at = at * shape[axis] + index;
    return at;
  };
  SmallVector<int64_t> point(extents.size(), 0);
  for (int64_t p = 0; p < points; ++p) {
    int64_t rest = p;
    for (size_t loop = extents.size(); loop-- > 0; rest /= extents[loop])
      point[loop] = rest % extents[loop];
    llvm::DenseMap<Value, Bounded> body;
    for (BlockArgument argument : op.getBlock()->getArguments()) {
      OpOperand &operand = *op.getMatchingOpOperand(argument);
      int64_t at = offsetOf(operand, point);
      bool isInit = op.isDpsInit(&operand);
      body[argument] = isInit ? results[operand.getOperandNumber() - op.getNumDpsInputs()].elements[at]
                              : tensors[operand.get()].elements[at];
    }
    auto read = [&](Value value) -> FailureOr<Bounded> {
      auto known = body.find(value);
      return known != body.end() ? FailureOr<Bounded>(known->second) : outside(value);
    };
    for (Operation &each : op.getBlock()->without_terminator()) {
      FailureOr<Bounded> value = scalar(each, read);
      if (failed(value))
        return failure();
      body[each.getResult(0)] = *value;
    }
    for (auto [i, yielded] : llvm::enumerate(op.getBlock()->getTerminator()->getOperands())) {
      FailureOr<Bounded> value = read(yielded);
      if (failed(value))
        return refuse(op);
      results[i].elements[offsetOf(*op.getDpsInitOperand(i), point)] = *value;
    }
  }
  for (auto [value, result] : llvm::zip(op->getResults(), results))
    set(value, std::move(result));
  return success();
}

LogicalResult Evaluator::softmax(Operation *op, Value x) {
  BoundedTensor result = tensors[x];
  int64_t columns = result.shape.back();
  for (size_t row = 0; row < result.elements.size(); row += columns) {
    Bounded *e = &result.elements[row];
    Bounded largest = e[0], sum = {0, 0};
    for (int64_t i = 1; i < columns; ++i)
      largest = {std::max(largest.value, e[i].value), std::max(largest.error, e[i].error)};
    for (int64_t i = 0; i < columns; ++i)
      sum = plus(sum, e[i] = exponential(plus(e[i], negative(largest))));
    Bounded inverse = reciprocal(sum);
    for (int64_t i = 0; i < columns; ++i)
      e[i] = times(e[i], inverse);
  }
  set(op->getResult(0), std::move(result));
  return success();
}

LogicalResult Evaluator::run(Operation &op) {
  if (auto structuredOp = dyn_cast<linalg::LinalgOp>(op))
    return structured(structuredOp);
  return llvm::TypeSwitch<Operation *, LogicalResult>(&op)
      .Case([&](arith::ConstantOp o) { return constant(o); })
      .Case([&](tensor::EmptyOp o) { return set(o, zeros(o.getType())), success(); })
      .Case([&](tensor::DimOp o) {
        BoundedTensor size = zeros(o.getType());
        size.elements[0].value = tensors[o.getSource()].shape[*o.getConstantIndex()];
        return set(o, size), success();
      })
      .Case<tensor::CollapseShapeOp, tensor::ExpandShapeOp>([&](auto o) {
        BoundedTensor result = tensors[o.getSrc()];
        result.shape = shapeOf(o.getType());
        return set(o, std::move(result)), success();
      })
      .Case([&](linalg::SoftmaxOp o) { return softmax(o, o.getInput()); })
      .Case([&](nn::SoftmaxOp o) { return softmax(o, o.getX()); })
      .Case([&](nn::SiluOp o) {
        BoundedTensor result = tensors[o.getX()];
        for (Bounded &e : result.elements)
          e = times(e, reciprocal(plus({1, 0}, exponential(negative(e)))));
        return set(o->getResult(0), std::move(result)), success();
      })
      .Default([&](Operation *other) { return refuse(other); });
}

} // namespace

FailureOr<std::vector<BoundedTensor>> evaluateBounded(func::FuncOp function,
                                                      ArrayRef<BoundedTensor> arguments, int64_t dynamic,
                                                      std::string &said) {
  Evaluator evaluator(dynamic, said);
  for (auto [argument, value] : llvm::zip_equal(function.getArguments(), arguments))
    evaluator.set(argument, value);
  for (Operation &op : function.getBody().front()) {
    if (mlir::isa<func::ReturnOp>(op))
      return evaluator.take(op.getOperands());
    if (failed(evaluator.run(op)))
      return failure();
  }
  return failure();
}

} // namespace accord
