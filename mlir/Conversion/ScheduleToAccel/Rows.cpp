// Rows as a whole: norms, softmax, rotations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/ScheduleToAccel/Families.h"

#include "dialects/NN/NN.h"

using namespace mlir;
using accord::isa::Field;
using accord::isa::Opcode;

namespace accord {
namespace {

struct RmsNorm : CommandLoweringInterface::ExternalModel<RmsNorm, nn::RMSNormOp> {
  LogicalResult lowerToCommands(Operation *op, CommandEmitter &e) const {
    e.command(Opcode::RmsNorm, e.ins(), e.outs(), {{Field::Eps, cast<nn::RMSNormOp>(op).getEpsAttr()}});
    return success();
  }
};

struct Rope : CommandLoweringInterface::ExternalModel<Rope, nn::RopeOp> {
  LogicalResult lowerToCommands(Operation *op, CommandEmitter &e) const {
    auto rope = cast<nn::RopeOp>(op);
    e.command(Opcode::Rope, e.ins(), e.outs(),
              {{Field::HeadDim, e.number(rope.getHeadDim())},
               {Field::Halves, e.builder.getBoolAttr(rope.getStyle() == nn::RopeStyle::Halves)}});
    return success();
  }
};

} // namespace

void registerRowLowerings(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, nn::NNDialect *) {
    nn::RMSNormOp::attachInterface<RmsNorm>(*context);
    nn::SoftmaxOp::attachInterface<OneCommand<nn::SoftmaxOp, Opcode::Softmax>>(*context);
    nn::RopeOp::attachInterface<Rope>(*context);
  });
}

} // namespace accord
