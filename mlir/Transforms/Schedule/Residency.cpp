// What stays on chip. See Residency.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Schedule/Residency.h"

#include "dialects/Interfaces/TileSpace.h"
#include "dialects/LUT/LUT.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace accord {
namespace {

int64_t bytesOf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !tensor.hasStaticShape())
    return 0;
  return tensor.getNumElements() * static_cast<int64_t>(llvm::divideCeil(tensor.getElementTypeBitWidth(), 8));
}

int64_t resultBytes(Operation *op) {
  int64_t bytes = 0;
  for (Type type : op->getResultTypes())
    bytes += bytesOf(type);
  return bytes;
}

/// A copy of `op` for `user` alone.
Operation *copyFor(Operation *op, Operation *user) {
  Operation *copy = OpBuilder(op).clone(*op);
  for (auto [from, to] : llvm::zip_equal(op->getResults(), copy->getResults()))
    user->replaceUsesOfWith(from, to);
  return copy;
}

/// What an array reads of activations, made for all rows: tables and sums, or (with the codes) sums. Its
/// codes are the op's operand.
Value codesOf(Operation *prepare) {
  if (auto tables = dyn_cast<lut::PrecomputeOp>(prepare))
    return tables.getQ();
  if (auto sums = dyn_cast<lut::GroupSumsOp>(prepare))
    return sums.getQ();
  return {};
}

} // namespace

void unshareTables(func::FuncOp function, const Hardware &hardware) {
  for (Operation &op : llvm::make_early_inc_range(function.getBody().front())) {
    Value q = codesOf(&op);
    if (!q)
      continue;
    llvm::SetVector<Operation *> products;
    for (Operation *user : op.getUsers())
      products.insert(user);
    bool onlyProducts =
        llvm::all_of(products, [](Operation *user) { return isa<lut::LMMAOp, lut::MMAOp>(user); });
    auto codes = q.getDefiningOp<lut::QuantizeActOp>();
    int64_t bytes = resultBytes(&op) + (isa<lut::GroupSumsOp>(op) && codes ? resultBytes(codes) : 0);
    if (products.size() < 2 || !onlyProducts || bytes <= hardware.scratchpad.capacityBytes / 8)
      continue;
    for (Operation *product : ArrayRef(products.getArrayRef()).drop_front()) {
      Operation *own = copyFor(&op, product);
      if (!codes)
        continue;
      Operation *ownCodes = copyFor(codes, own);
      for (auto [from, to] : llvm::zip_equal(codes->getResults(), ownCodes->getResults()))
        product->replaceUsesOfWith(from, to);
      ownCodes->moveBefore(own);
    }
  }
}

DenseSet<Operation *> resultsInDram(func::FuncOp function, const Hardware &hardware,
                                    const DenseSet<Operation *> &inside) {
  SmallVector<Operation *> kept;
  int64_t total = 0;
  for (auto op : function.getOps<TileLegalityInterface>()) {
    bool returned = llvm::any_of(op->getUsers(), [](Operation *user) { return isa<func::ReturnOp>(user); });
    if (inside.contains(op) || returned || resultBytes(op) == 0)
      continue;
    kept.push_back(op);
    total += resultBytes(op);
  }
  DenseSet<Operation *> spilled;
  if (total <= hardware.scratchpad.capacityBytes / 2)
    return spilled;
  for (Operation *op : kept)
    if (resultBytes(op) > hardware.scratchpad.capacityBytes / 16)
      spilled.insert(op);
  return spilled;
}

} // namespace accord
