// Values for themselves, and where they stand.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/ScheduleToAccel/Families.h"

#include "dialects/NN/MapBody.h"

using namespace mlir;
using accord::isa::Opcode;

namespace accord {
namespace {

/// The bodies of the ops that have one.
const char *bodyOf(nn::AddOp) { return "x0 x1: v0 = add x0 x1; yield v0"; }
const char *bodyOf(nn::SiluOp) { return "x0: v0 = sigmoid x0; v1 = mul x0 v0; yield v1"; }
const char *bodyOf(nn::SiluMulOp) {
  return "x0 x1: v0 = sigmoid x0; v1 = mul x0 v0; v2 = mul v1 x1; yield v2";
}
const char *bodyOf(nn::Relu2MulOp) {
  return "x0 x1: v0 = f32 0; v1 = cmpf.ogt x0 v0; v2 = select v1 x0 v0; v3 = mul v2 v2; v4 = mul v3 x1; "
         "yield v4";
}
std::string bodyOf(nn::MapOp op) { return isa::text(nn::stepsOf(op)); }

template <typename Op> struct Map : CommandLoweringInterface::ExternalModel<Map<Op>, Op> {
  LogicalResult lowerToCommands(Operation *op, CommandEmitter &e) const {
    e.command(Opcode::Map, e.ins(), e.outs(),
              {{isa::Field::Body, e.builder.getStringAttr(bodyOf(cast<Op>(op)))}});
    return success();
  }
};

template <typename... Ops> void attachMaps(MLIRContext &context) {
  (Ops::template attachInterface<Map<Ops>>(context), ...);
}

} // namespace

void registerElementwiseLowerings(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, nn::NNDialect *) {
    attachMaps<nn::AddOp, nn::SiluOp, nn::SiluMulOp, nn::Relu2MulOp, nn::MapOp>(*context);
    nn::TransposeOp::attachInterface<OneCommand<nn::TransposeOp, Opcode::Transpose>>(*context);
  });
}

} // namespace accord
