// lut-to-lmma, and the pipeline from products to the instruction of a LUT array.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/LUT/LUT.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/LUT/Passes.h"

using namespace mlir;

namespace accord::lut {
#define GEN_PASS_DEF_LUTTOLMMA
#include "mlir/Transforms/LUT/Passes.h.inc"

namespace {

struct ToLMMA : impl::LutToLMMABase<ToLMMA> {
  using impl::LutToLMMABase<ToLMMA>::LutToLMMABase;

  void runOnOperation() override {
    if (m < 1 || n < 1 || k != tableLength) {
      getOperation().emitError() << "lut-to-lmma: expected an instruction of positive m and n, and k = "
                                 << tableLength << ", got m = " << m.getValue() << ", n = " << n.getValue()
                                 << ", k = " << k.getValue();
      return signalPassFailure();
    }
    getOperation().walk([&](LookupGemmOp op) {
      auto weight = cast<WeightType>(cast<ShapedType>(op.getW().getType()).getElementType());
      if (op.getForm() != TableForm::Half || weight.getStorage() != Storage::Planes)
        return;
      OpBuilder b(op);
      auto instr = InstrAttr::get(&getContext(), m, n, k, b.getI8Type(), weight.getBits(), b.getI32Type(),
                                  b.getF32Type());
      auto lmma = b.create<LMMAOp>(op.getLoc(), op.getResultTypes(), op.getActGroup(), instr, op.getTables(),
                                   op.getAsum(), op.getS(), op.getW(), op.getAccumulate(), op.getOut());
      op.replaceAllUsesWith(lmma.getResults());
      op.erase();
    });
  }
};

} // namespace

void buildLutGraphPipeline(OpPassManager &pm, const LutGraphOptions &options) {
  OpPassManager &functions = pm.nest<func::FuncOp>();
  // First: everything after it rewrites tables, which only now exist.
  functions.addPass(createLutSplitPrecompute());
  // Before inversion, which is defined for half tables only.
  functions.addPass(createLutSymmetrize());
  functions.addPass(createLutInvertIndices());
  // The array reads planes, so after inversion.
  functions.addPass(createLutToLMMA({options.m, options.n, options.k}));
  // Last: each repack has then all its readers, and none may be left in a program.
  pm.addPass(createLutHoistRepack());
}

void registerLutGraphPipeline() {
  PassPipelineRegistration<LutGraphOptions>(
      "lut-graph", "Bring products to the instruction of a LUT array (L0 to L1)", buildLutGraphPipeline);
}

} // namespace accord::lut
