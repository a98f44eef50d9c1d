// The part of each op in the nests of the default schedule.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Schedule/Passes.h"

#include "dialects/LUT/LUT.h"
#include "dialects/NN/NN.h"
#include "mlir/Interfaces/DefaultSchedule.h"

using namespace mlir;

namespace accord {
namespace {

template <typename Op, NestRole role>
struct Plain : DefaultScheduleInterface::ExternalModel<Plain<Op, role>, Op> {
  NestRole getNestRole(Operation *) const { return role; }
};

struct Quantize : DefaultScheduleInterface::ExternalModel<Quantize, lut::QuantizeActOp> {
  NestRole getNestRole(Operation *) const { return NestRole::Quantize; }
  std::string getScheduleName(Operation *) const { return "quantize"; }
};

/// Named after the rows that it prepares.
struct Tables : DefaultScheduleInterface::ExternalModel<Tables, lut::PrecomputeOp> {
  NestRole getNestRole(Operation *) const { return NestRole::Prepare; }
  StringRef getNameSuffix(Operation *) const { return ".tables"; }
};
struct Sums : DefaultScheduleInterface::ExternalModel<Sums, lut::GroupSumsOp> {
  NestRole getNestRole(Operation *) const { return NestRole::Prepare; }
  StringRef getNameSuffix(Operation *) const { return ".sums"; }
};

/// Bytes of so many rows of a tensor.
int64_t bytesOfRows(Value tensor, int64_t rows) {
  auto type = cast<RankedTensorType>(tensor.getType());
  return rows * type.getNumElements() / type.getDimSize(0) * type.getElementTypeBitWidth() / 8;
}

struct Append : DefaultScheduleInterface::ExternalModel<Append, nn::CacheAppendOp> {
  NestRole getNestRole(Operation *) const { return NestRole::Apart; }
  /// Rows as the cache holds them.
  int64_t getInnerBytes(Operation *op, int64_t rows) const {
    return bytesOfRows(op->getOperand(0), rows) / 2;
  }
};

struct Embed : DefaultScheduleInterface::ExternalModel<Embed, nn::EmbedOp> {
  NestRole getNestRole(Operation *) const { return NestRole::Apart; }
  /// Rows as the table holds them.
  int64_t getInnerBytes(Operation *op, int64_t rows) const { return bytesOfRows(op->getResult(0), rows); }
};

template <NestRole role, typename... Ops> void attach(MLIRContext &context) {
  (Ops::template attachInterface<Plain<Ops, role>>(context), ...);
}

} // namespace

void registerDefaultSchedules(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, lut::LUTDialect *) {
    attach<NestRole::Product, lut::LMMAOp, lut::MMAOp>(*context);
    lut::QuantizeActOp::attachInterface<Quantize>(*context);
    lut::PrecomputeOp::attachInterface<Tables>(*context);
    lut::GroupSumsOp::attachInterface<Sums>(*context);
  });
  registry.addExtension(+[](MLIRContext *context, nn::NNDialect *) {
    attach<NestRole::Rows, nn::RMSNormOp, nn::SoftmaxOp, nn::MatmulOp, nn::TransposeOp>(*context);
    attach<NestRole::Elementwise, nn::AddOp, nn::SiluMulOp, nn::Relu2MulOp, nn::SiluOp, nn::RopeOp,
           nn::MapOp>(*context);
    attach<NestRole::Attention, nn::AttentionOp>(*context);
    nn::CacheAppendOp::attachInterface<Append>(*context);
    nn::EmbedOp::attachInterface<Embed>(*context);
  });
}

} // namespace accord
