// lut-split-precompute: products into table construction and lookups.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/LUT/LUT.h"
#include "mlir/Transforms/LUT/Passes.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace accord::lut {
#define GEN_PASS_DEF_LUTSPLITPRECOMPUTE
#include "mlir/Transforms/LUT/Passes.h.inc"

namespace {

/// What makes two products share tables. The block keeps the tables before their readers.
using TableKey = std::tuple<Block *, Value, int64_t, TableForm>;

PrecomputeOp makeTables(OpBuilder &b, Location loc, Value q, int64_t group, TableForm form) {
  auto codes = cast<RankedTensorType>(q.getType());
  auto countOf = [&](int64_t by) {
    int64_t k = codes.getDimSize(1);
    return ShapedType::isDynamic(k) ? OpFoldResult() : OpFoldResult(b.getIndexAttr(llvm::divideCeil(k, by)));
  };
  OpFoldResult rows = tensor::getMixedSize(b, loc, q, 0);
  OpFoldResult entries = b.getIndexAttr(form == TableForm::Full ? 16 : 8);
  Value tables = b.create<tensor::EmptyOp>(loc, ArrayRef<OpFoldResult>{rows, countOf(tableLength), entries},
                                           b.getI16Type());
  Value asum = b.create<tensor::EmptyOp>(loc, ArrayRef<OpFoldResult>{rows, countOf(group)}, b.getI32Type());
  return b.create<PrecomputeOp>(loc, TypeRange{tables.getType(), asum.getType()}, form, group, q, tables,
                                asum);
}

struct SplitPrecompute : impl::LutSplitPrecomputeBase<SplitPrecompute> {
  void runOnOperation() override {
    llvm::DenseMap<TableKey, PrecomputeOp> made;
    // In order, so that the first reader makes the tables before all others of its block.
    getOperation().walk([&](MPGemmOp op) {
      auto codes = dyn_cast<RankedTensorType>(op.getQ().getType());
      auto weights = dyn_cast<RankedTensorType>(op.getW().getType());
      int64_t group = 0;
      if (codes && weights)
        group = scaleGroup(op.getActGroup(), cast<WeightType>(weights.getElementType()));
      // In memory, of a K that is known at run time only, or of groups that no table fits: left as it is.
      if (group == 0 || group % tableLength != 0 || codes.isDynamicDim(1))
        return;
      bool isPlanes = cast<WeightType>(weights.getElementType()).getStorage() == Storage::Planes;
      TableForm form = isPlanes ? TableForm::Half : TableForm::Full;
      OpBuilder b(op);
      PrecomputeOp &tables = made[{op->getBlock(), op.getQ(), group, form}];
      if (!tables)
        tables = makeTables(b, op.getLoc(), op.getQ(), group, form);
      auto lookup = b.create<LookupGemmOp>(op.getLoc(), op.getResultTypes(), op.getActGroup(), form,
                                           tables.getResult(0), tables.getResult(1), op.getS(), op.getW(),
                                           op.getAccumulate(), op.getOut());
      op.replaceAllUsesWith(lookup.getResults());
      op.erase();
    });
  }
};

} // namespace
} // namespace accord::lut
