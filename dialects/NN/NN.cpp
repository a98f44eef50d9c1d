// The `nn` dialect: registration, verifiers, tile spaces.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "sim/isa/map_body.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"
#include <limits>

using namespace mlir;
using namespace accord::nn;
using accord::TileAdvance;
using accord::TileAxis;
using accord::TileSpace;
using mlir::utils::IteratorType;

//===- Assembly
//-----------------------------------------------------------------------------------------------===//

/// `, scale = 0.25` and `, factors = "name"`, each there or not.
static ParseResult parseRopeOptions(OpAsmParser &parser, FloatAttr &scale, StringAttr &factors) {
  Type f64 = parser.getBuilder().getF64Type();
  scale = parser.getBuilder().getF64FloatAttr(1);
  if (failed(parser.parseOptionalComma()))
    return success();
  bool more = true;
  if (succeeded(parser.parseOptionalKeyword("scale"))) {
    if (parser.parseEqual() || parser.parseAttribute(scale, f64))
      return failure();
    more = succeeded(parser.parseOptionalComma());
  }
  if (!more)
    return success();
  return failure(parser.parseKeyword("factors", " or scale") || parser.parseEqual() ||
                 parser.parseAttribute(factors));
}

static void printRopeOptions(OpAsmPrinter &printer, Operation *, FloatAttr scale, StringAttr factors) {
  if (!scale.getValue().isExactlyValue(1)) {
    printer << ", scale = ";
    printer.printAttributeWithoutType(scale);
  }
  if (factors)
    printer << ", factors = " << factors;
}

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
LogicalResult Relu2MulOp::verify() { return verifyBinary(*this); }

LogicalResult MatmulOp::verify() {
  ArrayRef<int64_t> a = shapeOf(getA()), b = shapeOf(getB());
  if (failed(checkShape(*this, "b", getB(), {b[0], a[1]}))) // C1
    return failure();
  return checkShape(*this, "out", getOut(), {a[0], b[0]}); // C2
}

LogicalResult EmbedOp::verify() { // C1
  return checkShape(*this, "out", getOut(), {shapeOf(getTokens())[0], shapeOf(getTable())[1]});
}

LogicalResult ParamOp::verify() {
  if (getName().empty()) // C1
    return emitOpError("expected the name of a tensor, got an empty one");
  return success();
}

LogicalResult RopeTableOp::verify() {
  int64_t head = getHeadDim();
  if (head % 2 != 0) // C1
    return emitOpError() << "expected an even head_dim, got " << head;
  for (Value table : {getCos(), getSin()})
    if (!cast<ShapedType>(table.getType()).hasStaticShape())
      return emitOpError() << "expected tables of static shape, got " << table.getType();
  if (failed(checkShape(*this, "cos", getCos(), {shapeOf(getCos())[0], head / 2})) ||
      failed(checkShape(*this, "sin", getSin(), shapeOf(getCos()))))
    return failure();
  if (!getTheta().isFinite() || getTheta().convertToDouble() < 1) // C2
    return emitOpError() << "expected a finite theta of at least 1, got " << getThetaAttr();
  if (!getScale().isFinite() || getScale().isNegative() || getScale().isZero())
    return emitOpError() << "expected a finite scale above 0, got " << getScaleAttr();
  int64_t last = shapeOf(getCos())[0] - 1;
  if (!(static_cast<double>(last) * getScale().convertToDouble() < 0x1p20)) // C3
    return emitOpError() << "expected the last position times scale to be below 2^20, got position " << last
                         << " and scale " << getScaleAttr();
  return success();
}

/// a·b of sizes, or the largest number.
static int64_t product(int64_t a, int64_t b) {
  return std::min<uint64_t>(llvm::SaturatingMultiply<uint64_t>(a, b), std::numeric_limits<int64_t>::max());
}

LogicalResult CacheAppendOp::verify() { // C1
  ArrayRef<int64_t> cache = shapeOf(getCache());
  return checkShape(*this, "x", getX(), {shapeOf(getX())[0], product(cache[2], cache[3])});
}

LogicalResult AttentionOp::verify() {
  ArrayRef<int64_t> cache = shapeOf(getK());
  int64_t heads = getHeads();
  if (failed(checkShape(*this, "q", getQ(), {shapeOf(getQ())[0], product(heads, cache[3])})) || // C1
      failed(checkShape(*this, "out", getOut(), shapeOf(getQ()))))
    return failure();
  if (getK().getType() != getV().getType()) // C2
    return emitOpError() << "expected caches of one type, got " << getK().getType() << " and "
                         << getV().getType();
  if (heads % cache[2] != 0) // C3
    return emitOpError() << "expected heads to be a multiple of the caches' " << cache[2] << " heads, got "
                         << heads;
  if (!getScale().isFinite()) // C4
    return emitOpError() << "expected a finite scale, got " << getScaleAttr();
  return success();
}

LogicalResult TransposeOp::verify() {
  ArrayRef<int64_t> x = shapeOf(getX());
  if (failed(checkShape(*this, "out", getOut(), {x[1], x[0]}))) // C1
    return failure();
  if (getElementTypeOrSelf(getX()) != getElementTypeOrSelf(getOut())) // C2
    return emitOpError() << "expected out to have elements " << getElementTypeOrSelf(getX()) << ", got "
                         << getElementTypeOrSelf(getOut());
  return success();
}

/// The extents of a map's input by axis of its result; a vector has one row.
static SmallVector<int64_t, 2> mapExtents(Value input) {
  ArrayRef<int64_t> shape = shapeOf(input);
  return shape.size() == 1 ? SmallVector<int64_t, 2>{1, shape[0]} : SmallVector<int64_t, 2>(shape);
}

static LogicalResult verifyMapBodyOp(Operation &op) {
  auto isScalar = [](Type type) { return type.isF32() || type.isInteger(32) || type.isInteger(1); };
  bool known = mlir::isa<arith::ConstantOp, arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::NegFOp,
                         arith::CmpFOp, arith::CmpIOp, arith::SelectOp, arith::BitcastOp, arith::AndIOp,
                         arith::OrIOp, arith::XOrIOp, BuiltOp>(op);
  if (!known)
    return op.emitOpError("is not allowed in nn.map; expected a primitive of arith or nn.built");
  for (Type type :
       llvm::concat<Type>(llvm::to_vector(op.getOperandTypes()), llvm::to_vector(op.getResultTypes())))
    if (!isScalar(type))
      return op.emitOpError() << "expected scalars of f32, i32 or i1 in nn.map, got " << type;
  if (auto math = dyn_cast<arith::ArithFastMathInterface>(op);
      math && math.getFastMathFlagsAttr().getValue() != arith::FastMathFlags::none)
    return op.emitOpError("has fast-math flags; expected none in nn.map");
  return success();
}

LogicalResult MapOp::verify() {
  ArrayRef<int64_t> y = shapeOf(getOut());
  for (auto [i, input] : llvm::enumerate(getInputs())) // C1
    for (auto [axis, want, got] : llvm::enumerate(y, mapExtents(input)))
      if (got != 1 && !ShapedType::isDynamic(want) && !ShapedType::isDynamic(got) && want != got)
        return emitOpError() << "expected axis " << axis << " of input " << i << " to be " << want
                             << " or 1, got " << got;
  Block &body = getBody().front();
  bool floats = llvm::all_of(body.getArgumentTypes(), [](Type type) { return type.isF32(); });
  if (!floats || body.getNumArguments() != getInputs().size()) // C2
    return emitOpError() << "expected a body of " << getInputs().size() << " f32 arguments, got "
                         << body.getArgumentTypes();
  if (!mlir::isa<YieldOp>(body.back()))
    return emitOpError("expected a body that ends in nn.yield");
  if (getInputs().size() > isa::MapBody::maxInputs ||
      body.getOperations().size() > isa::MapBody::maxSteps + 1) // C4
    return emitOpError() << "expected at most " << isa::MapBody::maxInputs << " inputs and "
                         << isa::MapBody::maxSteps << " ops, got " << getInputs().size() << " and "
                         << body.getOperations().size() - 1;
  for (Operation &op : body.without_terminator()) // C3
    if (failed(verifyMapBodyOp(op)))
      return failure();
  return success();
}

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
TileSpace Relu2MulOp::getTileSpace() { return elementwiseSpace(3); }

TileSpace MatmulOp::getTileSpace() {
  return {{{"m", IteratorType::parallel, 0, 0}, {"n", IteratorType::parallel, 1, 0}},
          {{{0}, {TileAxis::whole}}, {{1}, {TileAxis::whole}}, {{0}, {1}}}};
}

TileSpace EmbedOp::getTileSpace() {
  return rowSpace({{{0}}, {{TileAxis::whole}, {TileAxis::whole}}, {{0}, {TileAxis::whole}}});
}

TileSpace CacheAppendOp::getTileSpace() {
  TileSpace space = rowSpace({{{0}, {TileAxis::whole}}, {}, {}, {}});
  space.advance = TileAdvance{3, 0};
  space.updates = 1;
  return space;
}

TileSpace AttentionOp::getTileSpace() {
  SmallVector<TileAxis> rows = {{0}, {TileAxis::whole}};
  TileSpace space = rowSpace({rows, {}, {}, {}, {}, rows});
  space.advance = TileAdvance{4, 0};
  return space;
}

TileSpace TransposeOp::getTileSpace() {
  return {{{"n", IteratorType::parallel, 1, 0}, {"m", IteratorType::parallel, 1, 1}},
          {{{1}, {0}}, {{0}, {1}}}};
}

TileSpace MapOp::getTileSpace() {
  unsigned out = getInputs().size();
  TileSpace space = {{{"m", IteratorType::parallel, out, 0}, {"n", IteratorType::parallel, out, 1}}, {}};
  ArrayRef<int64_t> y = shapeOf(getOut());
  for (Value input : getInputs()) {
    SmallVector<int64_t, 2> extents = mapExtents(input);
    SmallVector<TileAxis> axes;
    for (int axis = shapeOf(input).size() == 1 ? 1 : 0; axis < 2; ++axis)
      axes.push_back({extents[axis] == 1 && y[axis] != 1 ? TileAxis::whole : axis});
    space.operands.push_back(axes);
  }
  space.operands.push_back({{0}, {1}});
  return space;
}
