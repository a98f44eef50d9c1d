// Target environment, NoContraction, barriers over storage buffers, and the refusal of inexact operations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Target/SPIRV/SpirvPasses.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/SPIRV/IR/SPIRVDialect.h"
#include "mlir/Dialect/SPIRV/IR/SPIRVOps.h"
#include "mlir/Dialect/SPIRV/IR/TargetAndABI.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

namespace accord {
#define GEN_PASS_DEF_PREPARESPIRV
#define GEN_PASS_DEF_SPIRVEXACT
#include "mlir/Target/SPIRV/SpirvPasses.h.inc"

using namespace mlir;

namespace {

/// See the description of the pass.
void guardResults(scf::ForOp loop) {
  std::optional<int64_t> lower = getConstantIntValue(loop.getLowerBound());
  std::optional<int64_t> upper = getConstantIntValue(loop.getUpperBound());
  if (loop.getNumResults() == 0 || (lower && upper && *lower < *upper))
    return;
  OpBuilder builder(loop.getContext());
  builder.setInsertionPointAfter(loop);
  Value runs = builder.create<arith::CmpIOp>(loop.getLoc(), arith::CmpIPredicate::slt, loop.getLowerBound(),
                                             loop.getUpperBound());
  for (auto [result, initial] : llvm::zip(loop.getResults(), loop.getInitArgs())) {
    auto guarded = builder.create<arith::SelectOp>(loop.getLoc(), runs, result, initial);
    result.replaceAllUsesExcept(guarded, guarded);
  }
}

struct PrepareSpirvPass : impl::PrepareSpirvBase<PrepareSpirvPass> {
  void runOnOperation() override {
    MLIRContext *context = &getContext();
    using C = spirv::Capability;
    using E = spirv::Extension;
    auto triple = spirv::VerCapExtAttr::get(
        spirv::Version::V_1_5,
        {C::Shader, C::Int8, C::Int16, C::Int64, C::Float16, C::StorageBuffer8BitAccess,
         C::StorageBuffer16BitAccess},
        {E::SPV_KHR_storage_buffer_storage_class, E::SPV_KHR_8bit_storage, E::SPV_KHR_16bit_storage},
        context);
    auto target = spirv::TargetEnvAttr::get(
        triple, spirv::getDefaultResourceLimits(context), spirv::ClientAPI::Vulkan, spirv::Vendor::Unknown,
        spirv::DeviceType::Unknown, spirv::TargetEnvAttr::kUnknownDeviceID);
    getOperation()->setAttr(spirv::getTargetEnvAttrName(), target);
    getOperation().walk([&](gpu::GPUFuncOp kernel) {
      if (!kernel.isKernel())
        return;
      kernel.walk([&](scf::ForOp loop) { guardResults(loop); });
      SmallVector<int32_t> size(kernel.getKnownBlockSize().value_or(ArrayRef<int32_t>{1, 1, 1}));
      kernel->setAttr(spirv::getEntryPointABIAttrName(), spirv::getEntryPointABIAttr(context, size));
    });
  }
};

bool touchesFloat(Operation &op) {
  auto isFloat = [](Type type) { return mlir::isa<FloatType>(getElementTypeOrSelf(type)); };
  return llvm::any_of(op.getOperandTypes(), isFloat) || llvm::any_of(op.getResultTypes(), isFloat);
}

/// What a float may go through: everything here is exact, or correctly rounded by every Vulkan device.
bool keepsContract(Operation &op) {
  return mlir::isa<
      spirv::FAddOp, spirv::FSubOp, spirv::FMulOp, spirv::FNegateOp, // rounded once, decorated
      spirv::FOrdEqualOp, spirv::FOrdNotEqualOp, spirv::FOrdLessThanOp, spirv::FOrdLessThanEqualOp,
      spirv::FOrdGreaterThanOp, spirv::FOrdGreaterThanEqualOp, spirv::FUnordEqualOp, spirv::FUnordNotEqualOp,
      spirv::FUnordLessThanOp, spirv::FUnordLessThanEqualOp, spirv::FUnordGreaterThanOp,
      spirv::FUnordGreaterThanEqualOp, spirv::IsNanOp,                                     // compares
      spirv::SelectOp, spirv::BitcastOp, spirv::ConstantOp, spirv::LoadOp, spirv::StoreOp, // moves
      spirv::VariableOp, spirv::UndefOp, spirv::BranchOp, spirv::BranchConditionalOp,      //
      spirv::ConvertSToFOp, spirv::ConvertUToFOp, spirv::ConvertFToSOp,
      spirv::ConvertFToUOp // exact in range
      >(op);
}

struct SpirvExactPass : impl::SpirvExactBase<SpirvExactPass> {
  using SpirvExactBase::SpirvExactBase;

  void runOnOperation() override {
    WalkResult result = getOperation().walk([&](Operation *op) {
      if (auto barrier = dyn_cast<spirv::ControlBarrierOp>(op)) {
        barrier.setMemorySemantics(spirv::MemorySemantics::AcquireRelease |
                                   spirv::MemorySemantics::UniformMemory |
                                   spirv::MemorySemantics::WorkgroupMemory);
        return WalkResult::advance();
      }
      if (!touchesFloat(*op))
        return WalkResult::advance();
      if (!keepsContract(*op)) {
        op->emitOpError(
            "expected an operation that every device rounds alike (add, sub, mul, compare, select, "
            "conversion of integers), got this one");
        return WalkResult::interrupt();
      }
      if (mlir::isa<spirv::FAddOp, spirv::FSubOp, spirv::FMulOp, spirv::FNegateOp>(op) &&
          !withoutNoContraction)
        op->setAttr("no_contraction", UnitAttr::get(&getContext()));
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace
} // namespace accord
