// Handlers of the `nn` dialect: each op by its golden function.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "mlir/Interpreter/Handlers.h"
#include "sim/golden/functions.h"
#include "sim/golden/nn.h"

using namespace mlir;

namespace accord::interpreter {
namespace {

void run(nn::RMSNormOp op, Operands in, float *y) {
  golden::rmsNorm(in[0]->data<float>(), in[1]->data<float>(), in[0]->shape[0], in[0]->shape[1],
                  op.getEps().convertToFloat(), y);
}

void run(nn::SoftmaxOp, Operands in, float *y) {
  golden::softmax(in[0]->data<float>(), in[0]->shape[0], in[0]->shape[1], y);
}

void run(nn::RopeOp op, Operands in, float *y) {
  golden::RopeStyle style =
      op.getStyle() == nn::RopeStyle::Adjacent ? golden::RopeStyle::Adjacent : golden::RopeStyle::Halves;
  int64_t head = op.getHeadDim();
  golden::rope(in[0]->data<float>(), in[1]->data<float>(), in[2]->data<float>(), in[0]->shape[0],
               in[0]->shape[1] / head, head, y, style);
}

void run(nn::SiluOp, Operands in, float *y) {
  for (int64_t i = 0; i < in[0]->numElements(); ++i)
    y[i] = golden::silu(in[0]->data<float>()[i]);
}

void run(nn::SiluMulOp, Operands in, float *y) {
  golden::siluMul(in[0]->data<float>(), in[1]->data<float>(), in[0]->numElements(), y);
}

void run(nn::AddOp, Operands in, float *y) {
  golden::addRows(in[0]->data<float>(), in[1]->data<float>(), in[0]->shape[0], in[0]->shape[1], y);
}

} // namespace

Outcome runNN(Operation *op, Operands operands) {
  HostTensor y = *operands.back(); // The destination; overwritten whole.
  bool known =
      llvm::TypeSwitch<Operation *, bool>(op)
          .Case<nn::RMSNormOp, nn::SoftmaxOp, nn::RopeOp, nn::SiluOp, nn::SiluMulOp, nn::AddOp>([&](auto o) {
            run(o, operands, y.data<float>());
            return true;
          })
          .Default(false);
  if (!known)
    return op->emitOpError("is not executed by the interpreter");
  return SmallVector<HostTensor>{std::move(y)};
}

} // namespace accord::interpreter
