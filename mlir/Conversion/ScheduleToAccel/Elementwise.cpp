// Values for themselves.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/ScheduleToAccel/Families.h"

#include "dialects/NN/NN.h"

using namespace mlir;
using accord::isa::Opcode;

void accord::registerElementwiseLowerings(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, nn::NNDialect *) {
    nn::AddOp::attachInterface<OneCommand<nn::AddOp, Opcode::Add>>(*context);
    nn::SiluOp::attachInterface<OneCommand<nn::SiluOp, Opcode::Silu>>(*context);
    nn::SiluMulOp::attachInterface<OneCommand<nn::SiluMulOp, Opcode::SiluMul>>(*context);
    nn::Relu2MulOp::attachInterface<OneCommand<nn::Relu2MulOp, Opcode::Relu2Mul>>(*context);
  });
}
