// lut-to-mma, and the pipeline from products to the instruction of a MAC array.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/LUT/Passes.h"
#include "mlir/Transforms/LUT/Planes.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace accord::lut {
#define GEN_PASS_DEF_LUTTOMMA
#include "mlir/Transforms/LUT/Passes.h.inc"

namespace {

/// What makes two products share sums. The block keeps the sums before their readers.
using SumsKey = std::tuple<Block *, Value, int64_t>;

GroupSumsOp makeSums(OpBuilder &b, Location loc, Value q, int64_t group) {
  OpFoldResult rows = tensor::getMixedSize(b, loc, q, 0);
  int64_t k = cast<RankedTensorType>(q.getType()).getDimSize(1);
  OpFoldResult groups = b.getIndexAttr(llvm::divideCeil(k, group));
  Value asum = b.create<tensor::EmptyOp>(loc, ArrayRef<OpFoldResult>{rows, groups}, b.getI32Type());
  return b.create<GroupSumsOp>(loc, TypeRange{asum.getType()}, group, q, asum);
}

struct ToMMA : impl::LutToMMABase<ToMMA> {
  using impl::LutToMMABase<ToMMA>::LutToMMABase;

  void runOnOperation() override {
    if (m < 1 || n < 1 || k < 1 || k % tableLength != 0) {
      getOperation().emitError()
          << "lut-to-mma: expected an instruction of positive m and n, and k in multiples of " << tableLength
          << ", got m = " << m.getValue() << ", n = " << n.getValue() << ", k = " << k.getValue();
      return signalPassFailure();
    }
    // In order, so that the first reader makes the sums before all others of its block.
    SmallVector<MPGemmOp> products;
    getOperation().walk([&](MPGemmOp op) { products.push_back(op); });
    for (MPGemmOp op : products)
      if (failed(lower(op)))
        return signalPassFailure();
  }

private:
  llvm::DenseMap<SumsKey, GroupSumsOp> made;
  PlanesOf planesOf;

  LogicalResult lower(MPGemmOp op) {
    auto codes = dyn_cast<RankedTensorType>(op.getQ().getType());
    auto weights = dyn_cast<RankedTensorType>(op.getW().getType());
    auto weight = weights ? cast<WeightType>(weights.getElementType()) : WeightType();
    int64_t group = weight ? scaleGroup(op.getActGroup(), weight) : 0;
    // In memory, of a K that is known at run time only, or of groups that cut packed tables: left as it is.
    if (!codes || group == 0 || group % tableLength != 0 || codes.isDynamicDim(1))
      return success();
    if (!hasInt8Codes(weight))
      return op.emitOpError() << "expected codes u - zero that are int8 (-128 to 127) for a MAC array, got u"
                              << weight.getBits() << " with zero = " << weight.getZero();
    OpBuilder b(op);
    GroupSumsOp &sums = made[{op->getBlock(), op.getQ(), group}];
    if (!sums)
      sums = makeSums(b, op.getLoc(), op.getQ(), group);
    auto instr = InstrAttr::get(&getContext(), m, n, k, b.getI8Type(), weight.getBits(), b.getI32Type(),
                                b.getF32Type());
    auto mma = b.create<MMAOp>(op.getLoc(), op.getResultTypes(), op.getActGroup(), instr, op.getQ(),
                               sums.getResult(0), op.getS(), planesOf(op.getW(), op.getLoc()),
                               op.getAccumulate(), op.getOut());
    op.replaceAllUsesWith(mma.getResults());
    op.erase();
    return success();
  }
};

} // namespace

void buildMacGraphPipeline(OpPassManager &pm, const MacGraphOptions &options) {
  pm.nest<func::FuncOp>().addPass(createLutToMMA({options.m, options.n, options.k}));
  // Last: each repack has then all its readers, and none may be left in a program.
  pm.addPass(createLutHoistRepack());
}

void registerMacGraphPipeline() {
  PassPipelineRegistration<MacGraphOptions>(
      "mac-graph", "Bring products to the instruction of a MAC array (L0 to L1)", buildMacGraphPipeline);
}

} // namespace accord::lut
