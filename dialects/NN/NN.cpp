// The `nn` dialect: registration, verifiers, tile spaces.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace accord::nn;
using accord::TileAxis;
using accord::TileSpace;
using mlir::utils::IteratorType;

#include "dialects/NN/NNDialect.cpp.inc"
#include "dialects/NN/NNEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/NN/NNAttrs.cpp.inc"
#define GET_OP_CLASSES
#include "dialects/NN/NNOps.cpp.inc"

void NNDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/NN/NNAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/NN/NNOps.cpp.inc"
      >();
}

//===- Verification
//-------------------------------------------------------------------------------------------===//

static ArrayRef<int64_t> shapeOf(Value value) { return cast<ShapedType>(value.getType()).getShape(); }

/// Refuses a shape other than expected; a dimension that is dynamic on either side is left to run time.
static LogicalResult checkShape(Operation *op, StringRef name, Value value, ArrayRef<int64_t> expected) {
  for (auto [axis, want, got] : llvm::enumerate(expected, shapeOf(value)))
    if (!ShapedType::isDynamic(want) && !ShapedType::isDynamic(got) && want != got)
      return op->emitOpError() << "expected dimension " << axis << " of " << name << " to be " << want
                               << ", got " << got;
  return success();
}

LogicalResult RMSNormOp::verify() {
  if (failed(checkShape(*this, "out", getOut(), shapeOf(getX()))) ||        // C1
      failed(checkShape(*this, "w", getW(), shapeOf(getX()).drop_front()))) // C2
    return failure();
  if (!getEps().isFinite() || getEps().isNegative()) // C3
    return emitOpError() << "expected a finite eps that is not negative, got " << getEpsAttr();
  return success();
}

LogicalResult SoftmaxOp::verify() { return checkShape(*this, "out", getOut(), shapeOf(getX())); } // C1

LogicalResult RopeOp::verify() {
  ArrayRef<int64_t> x = shapeOf(getX());
  int64_t head = getHeadDim();
  if (failed(checkShape(*this, "out", getOut(), x))) // C1
    return failure();
  if (head % 2 != 0 || (!ShapedType::isDynamic(x[1]) && x[1] % head != 0)) // C2
    return emitOpError() << "expected rows of whole heads of an even head_dim, got " << x[1]
                         << " columns and head_dim " << head;
  if (failed(checkShape(*this, "cos", getCos(), {x[0], head / 2}))) // C3
    return failure();
  return checkShape(*this, "sin", getSin(), {x[0], head / 2});
}

LogicalResult SiluOp::verify() { return checkShape(*this, "out", getOut(), shapeOf(getX())); } // C1

template <typename Op> static LogicalResult verifyBinary(Op op) { // C1
  if (failed(checkShape(op, "the second operand", op.getRhs(), shapeOf(op.getLhs()))))
    return failure();
  return checkShape(op, "out", op.getOut(), shapeOf(op.getLhs()));
}

LogicalResult SiluMulOp::verify() { return verifyBinary(*this); }
LogicalResult AddOp::verify() { return verifyBinary(*this); }

//===- Tile spaces
//--------------------------------------------------------------------------------------------===//

static TileSpace rowSpace(SmallVector<SmallVector<TileAxis>> operands) {
  return {{{"m", IteratorType::parallel, 0, 0}}, std::move(operands)};
}

static TileSpace elementwiseSpace(unsigned numOperands) {
  return {{{"m", IteratorType::parallel, 0, 0}, {"n", IteratorType::parallel, 0, 1}},
          SmallVector<SmallVector<TileAxis>>(numOperands, {{0}, {1}})};
}

TileSpace RMSNormOp::getTileSpace() {
  return rowSpace({{{0}, {TileAxis::whole}}, {{TileAxis::whole}}, {{0}, {TileAxis::whole}}});
}

TileSpace SoftmaxOp::getTileSpace() { return rowSpace({{{0}, {TileAxis::whole}}, {{0}, {TileAxis::whole}}}); }

TileSpace RopeOp::getTileSpace() {
  SmallVector<TileAxis> tile = {{0}, {1}}, angles = {{0}, {TileAxis::whole}};
  int64_t head = getHeadDim();
  return {{{"m", IteratorType::parallel, 0, 0},
           {"c", IteratorType::parallel, 0, 1, head, ("head_dim " + Twine(head)).str()}},
          {tile, angles, angles, tile}};
}

TileSpace SiluOp::getTileSpace() { return elementwiseSpace(2); }
TileSpace SiluMulOp::getTileSpace() { return elementwiseSpace(3); }
TileSpace AddOp::getTileSpace() { return elementwiseSpace(3); }
