// lut-invert-indices: weights of half-table lookups to planes with inverted indices.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/LUT/Passes.h"
#include "mlir/Transforms/LUT/Planes.h"

using namespace mlir;

namespace accord::lut {
#define GEN_PASS_DEF_LUTINVERTINDICES
#include "mlir/Transforms/LUT/Passes.h.inc"

namespace {

struct InvertIndices : impl::LutInvertIndicesBase<InvertIndices> {
  void runOnOperation() override {
    PlanesOf planesOf;
    getOperation().walk([&](LookupGemmOp op) {
      if (mlir::isa<RankedTensorType>(op.getW().getType()) && op.getForm() == TableForm::Half)
        op.getWMutable().assign(planesOf(op.getW(), op.getLoc()));
    });
  }
};

} // namespace
} // namespace accord::lut
