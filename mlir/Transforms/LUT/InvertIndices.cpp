// lut-invert-indices: weights of half-table lookups to planes with inverted indices.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/LUT/LUT.h"
#include "mlir/Transforms/LUT/Passes.h"

using namespace mlir;

namespace accord::lut {
#define GEN_PASS_DEF_LUTINVERTINDICES
#include "mlir/Transforms/LUT/Passes.h.inc"

namespace {

struct InvertIndices : impl::LutInvertIndicesBase<InvertIndices> {
  void runOnOperation() override {
    llvm::DenseMap<Value, Value> packed;
    getOperation().walk([&](LookupGemmOp op) {
      auto type = dyn_cast<RankedTensorType>(op.getW().getType());
      if (!type || op.getForm() != TableForm::Half)
        return;
      auto weight = cast<WeightType>(type.getElementType());
      if (weight.getStorage() == Storage::Planes)
        return;
      Value &planes = packed[op.getW()];
      if (!planes) {
        // Where the weight is defined, so that the repack stands before all its readers.
        OpBuilder b(&getContext());
        b.setInsertionPointAfterValue(op.getW());
        planes = b.create<RepackOp>(op.getLoc(), type.clone(weight.withStorage(Storage::Planes)), op.getW());
        ++numRepacked;
      }
      op.getWMutable().assign(planes);
    });
  }
};

} // namespace
} // namespace accord::lut
