// Values for themselves.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/ScheduleToAccel/Families.h"

#include "dialects/NN/MapBody.h"

using namespace mlir;
using accord::isa::Opcode;

namespace accord {
namespace {

struct Map : CommandLoweringInterface::ExternalModel<Map, nn::MapOp> {
  LogicalResult lowerToCommands(Operation *op, CommandEmitter &e) const {
    const std::string body = isa::text(nn::stepsOf(cast<nn::MapOp>(op)));
    e.command(Opcode::Map, e.ins(), e.outs(), {{isa::Field::Body, e.builder.getStringAttr(body)}});
    return success();
  }
};

} // namespace

void registerElementwiseLowerings(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, nn::NNDialect *) {
    nn::MapOp::attachInterface<Map>(*context);
    nn::AddOp::attachInterface<OneCommand<nn::AddOp, Opcode::Add>>(*context);
    nn::SiluOp::attachInterface<OneCommand<nn::SiluOp, Opcode::Silu>>(*context);
    nn::SiluMulOp::attachInterface<OneCommand<nn::SiluMulOp, Opcode::SiluMul>>(*context);
    nn::Relu2MulOp::attachInterface<OneCommand<nn::Relu2MulOp, Opcode::Relu2Mul>>(*context);
  });
}

} // namespace accord
