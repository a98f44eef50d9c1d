// Handlers of `nn.map` (its body, scalar by scalar, over golden's primitives and built functions) and
// `nn.transpose`.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "mlir/Interpreter/Handlers.h"
#include "sim/golden/functions.h"
#include "sim/golden/primitives.h"

using namespace mlir;

namespace accord::interpreter {
namespace {

/// A scalar of the body: the bits of an f32 or i32, or an i1.
using Bits = uint32_t;

float callBuilt(nn::Function function, float x) {
  switch (function) {
  case nn::Function::Rcp:
    return golden::rcp(x);
  case nn::Function::Rsqrt:
    return golden::rsqrt(x);
  case nn::Function::Exp:
    return golden::exp(x);
  case nn::Function::Tanh:
    return golden::tanh(x);
  case nn::Function::Sigmoid:
    return golden::sigmoid(x);
  case nn::Function::Erf:
    return golden::erf(x);
  }
  llvm_unreachable("a built function");
}

/// One op of the body, resolved once: its operands are positions in the frame of scalars.
struct Step {
  Operation *op;
  SmallVector<unsigned, 3> operands;
};

class Body {
public:
  explicit Body(nn::MapOp map) {
    for (BlockArgument argument : map.getBody().getArguments())
      place(argument);
    for (Operation &op : map.getBody().front()) {
      Step step = {&op, {}};
      for (Value operand : op.getOperands())
        step.operands.push_back(places.lookup(operand));
      if (!mlir::isa<nn::YieldOp>(op))
        place(op.getResult(0));
      steps.push_back(std::move(step));
    }
    frame.resize(places.size());
  }

  /// The yielded bits for these arguments.
  Bits run(ArrayRef<Bits> arguments) {
    llvm::copy(arguments, frame.begin());
    unsigned next = arguments.size();
    for (const Step &step : steps) {
      if (mlir::isa<nn::YieldOp>(step.op))
        return frame[step.operands[0]];
      frame[next++] = runOp(step);
    }
    llvm_unreachable("a body ends in nn.yield");
  }

private:
  void place(Value value) { places.try_emplace(value, places.size()); }
  Bits in(const Step &step, unsigned i) const { return frame[step.operands[i]]; }
  float f(const Step &step, unsigned i) const { return golden::floatOf(in(step, i)); }

  Bits runOp(const Step &s) const {
    return llvm::TypeSwitch<Operation *, Bits>(s.op)
        .Case([](arith::ConstantOp op) -> Bits {
          if (auto number = dyn_cast<FloatAttr>(op.getValue()))
            return number.getValue().bitcastToAPInt().getZExtValue();
          return cast<IntegerAttr>(op.getValue()).getValue().getZExtValue();
        })
        .Case([&](arith::AddFOp) { return golden::bitsOf(golden::add(f(s, 0), f(s, 1))); })
        .Case([&](arith::SubFOp) { return golden::bitsOf(golden::sub(f(s, 0), f(s, 1))); })
        .Case([&](arith::MulFOp) { return golden::bitsOf(golden::mul(f(s, 0), f(s, 1))); })
        .Case([&](arith::NegFOp) { return in(s, 0) ^ 0x80000000u; })
        .Case([&](arith::CmpFOp op) -> Bits {
          return arith::applyCmpPredicate(op.getPredicate(), APFloat(f(s, 0)), APFloat(f(s, 1)));
        })
        .Case([&](arith::CmpIOp op) -> Bits {
          unsigned width = op.getLhs().getType().getIntOrFloatBitWidth();
          return arith::applyCmpPredicate(op.getPredicate(), APInt(width, in(s, 0)), APInt(width, in(s, 1)));
        })
        .Case([&](arith::SelectOp) { return in(s, 0) ? in(s, 1) : in(s, 2); })
        .Case([&](arith::BitcastOp) { return in(s, 0); })
        .Case([&](arith::AndIOp) { return in(s, 0) & in(s, 1); })
        .Case([&](arith::OrIOp) { return in(s, 0) | in(s, 1); })
        .Case([&](arith::XOrIOp) { return in(s, 0) ^ in(s, 1); })
        .Case([&](nn::BuiltOp op) { return golden::bitsOf(callBuilt(op.getFunction(), f(s, 0))); });
  }

  llvm::DenseMap<Value, unsigned> places;
  SmallVector<Step> steps;
  SmallVector<Bits> frame;
};

} // namespace

void runMap(nn::MapOp op, Operands in, HostTensor &y) {
  Body body(op);
  size_t inputs = op.getInputs().size();
  int64_t rows = y.shape[0], columns = y.shape[1];
  SmallVector<Bits> arguments(inputs);
  for (int64_t m = 0; m < rows; ++m)
    for (int64_t n = 0; n < columns; ++n) {
      for (size_t i = 0; i < inputs; ++i) {
        ArrayRef<int64_t> shape = in[i]->shape;
        int64_t row = shape.size() == 2 && shape[0] != 1 ? m : 0, column = shape.back() != 1 ? n : 0;
        arguments[i] = in[i]->data<Bits>()[row * shape.back() + column];
      }
      y.data<Bits>()[m * columns + n] = body.run(arguments);
    }
}

void runTranspose(const HostTensor &x, HostTensor &y) {
  int64_t rows = x.shape[0], columns = x.shape[1];
  size_t size = x.bytes.size() / std::max<int64_t>(x.numElements(), 1);
  for (int64_t m = 0; m < rows; ++m)
    for (int64_t n = 0; n < columns; ++n)
      std::memcpy(&y.bytes[(n * rows + m) * size], &x.bytes[(m * columns + n) * size], size);
}

} // namespace accord::interpreter
