// lut-symmetrize: full tables of weight bits {0, 1} to half tables of {-1, +1}.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/LUT/LUT.h"
#include "mlir/Transforms/LUT/Passes.h"

using namespace mlir;

namespace accord::lut {
#define GEN_PASS_DEF_LUTSYMMETRIZE
#include "mlir/Transforms/LUT/Passes.h.inc"

namespace {

/// Every reader of the full tables can read half tables instead.
bool areReadByLookups(Value tables) {
  return llvm::all_of(tables.getUses(), [](OpOperand &use) {
    auto lookup = dyn_cast<LookupGemmOp>(use.getOwner());
    return lookup && use.get() == lookup.getTables();
  });
}

struct Symmetrize : impl::LutSymmetrizeBase<Symmetrize> {
  void runOnOperation() override {
    getOperation().walk([&](PrecomputeOp op) {
      if (op.getForm() != TableForm::Full || op.getNumResults() == 0 || !areReadByLookups(op.getResult(0)))
        return;
      OpBuilder b(op);
      auto type = cast<RankedTensorType>(op.getTables().getType());
      SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, op.getLoc(), op.getTables());
      sizes.back() = b.getIndexAttr(8);
      Value empty = b.create<tensor::EmptyOp>(op.getLoc(), sizes, type.getElementType());
      auto half = b.create<PrecomputeOp>(op.getLoc(), TypeRange{empty.getType(), op.getAsum().getType()},
                                         TableForm::Half, op.getGroup(), op.getQ(), empty, op.getAsum());
      for (Operation *user : llvm::to_vector(op.getResult(0).getUsers()))
        cast<LookupGemmOp>(user).setForm(TableForm::Half);
      op.replaceAllUsesWith(half.getResults());
      Value oldTables = op.getTables();
      op.erase();
      if (auto unused = oldTables.getDefiningOp<tensor::EmptyOp>(); unused && unused->use_empty())
        unused.erase();
    });
  }
};

} // namespace
} // namespace accord::lut
