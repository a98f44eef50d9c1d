// The operations of the `lut` dialect: verifiers, tile spaces, folders.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/LUT/LUT.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

using namespace mlir;
using namespace accord::lut;
using accord::TileAxis;
using accord::TileDim;
using accord::TileSpace;
using mlir::utils::IteratorType;

#define GET_OP_CLASSES
#include "dialects/LUT/LUTOps.cpp.inc"

int64_t accord::lut::scaleGroup(int64_t actGroup, WeightType weight) {
  return std::min(actGroup, weight.getGroup());
}

bool accord::lut::hasInt8Codes(WeightType weight) {
  int64_t zero = weight.getZero(), top = (int64_t(1) << weight.getBits()) - 1;
  return zero <= 128 && top - zero <= 127;
}

//===- Verification
//-------------------------------------------------------------------------------------------===//

static int64_t ceilDivOrDynamic(int64_t size, int64_t by) {
  return ShapedType::isDynamic(size) ? size : static_cast<int64_t>(llvm::divideCeil(size, by));
}

static int64_t entriesOf(TableForm form) { return form == TableForm::Full ? 16 : 8; }

static ArrayRef<int64_t> shapeOf(Value value) { return cast<ShapedType>(value.getType()).getShape(); }

static WeightType weightOf(Value value) {
  return cast<WeightType>(cast<ShapedType>(value.getType()).getElementType());
}

/// Refuses a shape other than expected; a dimension that is dynamic on either side is left to run time.
static LogicalResult checkShape(Operation *op, StringRef name, Value value, ArrayRef<int64_t> expected) {
  ArrayRef<int64_t> shape = shapeOf(value);
  for (auto [want, got] : llvm::zip_equal(expected, shape))
    if (!ShapedType::isDynamic(want) && !ShapedType::isDynamic(got) && want != got) {
      auto text = [](InFlightDiagnostic &diag, ArrayRef<int64_t> dims) {
        llvm::interleave(
            dims, [&](int64_t d) { ShapedType::isDynamic(d) ? diag << "?" : diag << d; },
            [&] { diag << " x "; });
      };
      InFlightDiagnostic diag = op->emitOpError("expected ") << name << " of shape ";
      text(diag, expected);
      diag << ", got ";
      text(diag, shape);
      return diag;
    }
  return success();
}

/// K is in whole storage blocks of the weights.
static LogicalResult checkBlocks(Operation *op, WeightType weight, int64_t k) {
  if (ShapedType::isDynamic(k))
    return success();
  if (encodingInfo(weight.getStorage()).fixesValues && encodingInfo(weight.getStorage()).group == 0 &&
      k != weight.getGroup())
    return op->emitOpError() << "expected K to be the one group of " << weight.getGroup() << " ("
                             << stringifyStorage(weight.getStorage()) << " has one scale a matrix), got "
                             << k;
  if (k % weight.getBlockLength() == 0)
    return success();
  return op->emitOpError() << "expected K in whole blocks of " << weight.getBlockLength() << " ("
                           << stringifyStorage(weight.getStorage()) << "), got " << k;
}

/// C3 and C5 of the products: groups nest, sums are exact in f32.
static LogicalResult checkGroups(Operation *op, int64_t actGroup, WeightType weight) {
  int64_t coarse = std::max(actGroup, weight.getGroup()), fine = scaleGroup(actGroup, weight);
  if (coarse % fine != 0) // C3
    return op->emitOpError() << "expected one of activation group " << actGroup << " and weight group "
                             << weight.getGroup() << " to divide the other";
  // |q| <= 127 and u - zero spans the codes; f(isum) is exact below 2^24. Q8_0: 32·127·128 = 520,192.
  int64_t largest = std::max(weight.getZero(), (int64_t(1) << weight.getBits()) - 1 - weight.getZero());
  int64_t bound = fine * 127 * std::max<int64_t>(largest, 1);
  if (bound >= int64_t(1) << 24) // C5
    return op->emitOpError() << "expected sums below 2^24 = 16777216, got up to " << bound << " (group "
                             << fine << " of codes u" << weight.getBits() << ", zero = " << weight.getZero()
                             << ")";
  return success();
}

LogicalResult QuantizeActOp::verify() {
  ArrayRef<int64_t> x = shapeOf(getX());
  if (failed(checkShape(*this, "codes", getCodes(), x))) // C1
    return failure();
  return checkShape(*this, "scales", getScales(), {x[0], ceilDivOrDynamic(x[1], getGroup())}); // C2
}

LogicalResult MPGemmOp::verify() {
  int64_t m = shapeOf(getQ())[0], k = shapeOf(getQ())[1], n = shapeOf(getW())[0];
  if (failed(checkShape(*this, "w", getW(), {n, k})) ||
      failed(checkShape(*this, "out", getOut(), {m, n}))) // C1
    return failure();
  if (failed(checkShape(*this, "s", getS(), {m, ceilDivOrDynamic(k, getActGroup())}))) // C2
    return failure();
  if (failed(checkGroups(*this, getActGroup(), weightOf(getW())))) // C3, C5
    return failure();
  return checkBlocks(*this, weightOf(getW()), shapeOf(getW())[1]); // C4
}

LogicalResult PrecomputeOp::verify() {
  int64_t m = shapeOf(getQ())[0], k = shapeOf(getQ())[1];
  if (getGroup() % tableLength != 0) // C1
    return emitOpError() << "expected a group that is a multiple of " << tableLength << ", got "
                         << getGroup();
  if (failed(checkShape(*this, "tables", getTables(),
                        {m, ceilDivOrDynamic(k, tableLength), entriesOf(getForm())}))) // C2
    return failure();
  return checkShape(*this, "asum", getAsum(), {m, ceilDivOrDynamic(k, getGroup())}); // C3
}

/// C2 to C7 of lookup_gemm, lmma and mma.
template <typename Op> static LogicalResult verifyScales(Op op, int64_t m) {
  WeightType weight = weightOf(op.getW());
  int64_t k = shapeOf(op.getW())[1];
  if (failed(checkShape(op, "s", op.getS(), {m, ceilDivOrDynamic(k, op.getActGroup())}))) // C2
    return failure();
  if (failed(checkGroups(op, op.getActGroup(), weight))) // C3, C5
    return failure();
  if (failed(checkBlocks(op, weight, k))) // C4
    return failure();
  int64_t group = scaleGroup(op.getActGroup(), weight);
  if (group % tableLength != 0) // C6
    return op.emitOpError() << "expected a scale group that is a multiple of " << tableLength << ", got "
                            << group;
  return checkShape(op, "asum", op.getAsum(), {m, ceilDivOrDynamic(k, group)}); // C7
}

/// C1 to C7 of lookup_gemm and lmma.
template <typename Op> static LogicalResult verifyLookup(Op op, TableForm form) {
  int64_t m = shapeOf(op.getTables())[0], n = shapeOf(op.getW())[0], k = shapeOf(op.getW())[1];
  if (failed(
          checkShape(op, "tables", op.getTables(), {m, ceilDivOrDynamic(k, tableLength), entriesOf(form)})) ||
      failed(checkShape(op, "out", op.getOut(), {m, n}))) // C1
    return failure();
  return verifyScales(op, m);
}

/// C8 and C9 of lmma and mma.
template <typename Op> static LogicalResult verifyInstruction(Op op) {
  WeightType weight = weightOf(op.getW());
  InstrAttr instr = op.getInstr();
  if (weight.getStorage() != Storage::Planes) // C8
    return op.emitOpError() << "expected weights of storage planes, got "
                            << stringifyStorage(weight.getStorage());
  if (!instr.getAct().isInteger(8) || instr.getWeightBits() != weight.getBits() ||
      !instr.getAccum().isInteger(32) || !instr.getOut().isF32()) // C9
    return op.emitOpError() << "expected an instruction of act = i8, weight = u" << weight.getBits()
                            << ", accum = i32, out = f32, got " << instr;
  return success();
}

LogicalResult LookupGemmOp::verify() {
  if (failed(verifyLookup(*this, getForm())))
    return failure();
  if (weightOf(getW()).getStorage() == Storage::Planes && getForm() != TableForm::Half) // C8
    return emitOpError("expected half tables for weights of storage planes, got full");
  return success();
}

LogicalResult LMMAOp::verify() {
  if (failed(verifyLookup(*this, TableForm::Half)) || failed(verifyInstruction(*this)))
    return failure();
  int64_t k = getInstr().getK();
  if (k != tableLength) // C10
    return emitOpError() << "expected an instruction of k = " << tableLength << ", got k = " << k;
  return success();
}

LogicalResult GroupSumsOp::verify() {
  int64_t m = shapeOf(getQ())[0], k = shapeOf(getQ())[1];
  return checkShape(*this, "asum", getAsum(), {m, ceilDivOrDynamic(k, getGroup())}); // C1
}

LogicalResult MMAOp::verify() {
  int64_t m = shapeOf(getQ())[0], k = shapeOf(getQ())[1], n = shapeOf(getW())[0];
  if (failed(checkShape(*this, "w", getW(), {n, k})) ||
      failed(checkShape(*this, "out", getOut(), {m, n}))) // C1
    return failure();
  if (failed(verifyScales(*this, m)) || failed(verifyInstruction(*this)))
    return failure();
  if (getInstr().getK() % tableLength != 0) // C10
    return emitOpError() << "expected an instruction of k in multiples of " << tableLength
                         << ", got k = " << getInstr().getK();
  WeightType weight = weightOf(getW());
  if (!hasInt8Codes(weight)) // C11
    return emitOpError() << "expected codes u - zero that are int8 (-128 to 127), got u" << weight.getBits()
                         << " with zero = " << weight.getZero();
  return success();
}

LogicalResult RepackOp::verify() {
  auto from = cast<RankedTensorType>(getSource().getType()),
       to = cast<RankedTensorType>(getResult().getType());
  auto source = cast<WeightType>(from.getElementType()), result = cast<WeightType>(to.getElementType());
  if (from.getShape() != to.getShape() || source.withStorage(result.getStorage()) != result) // C1
    return emitOpError() << "expected weights of the same shape and values, got " << from << " and " << to;
  if (failed(checkBlocks(*this, source, from.getDimSize(1)))) // C2
    return failure();
  return checkBlocks(*this, result, from.getDimSize(1));
}

OpFoldResult RepackOp::fold(FoldAdaptor) {
  if (getSource().getType() == getResult().getType())
    return getSource();
  return {};
}

//===- Tile spaces
//--------------------------------------------------------------------------------------------===//

static std::string groupReason(StringRef what, int64_t length) { return (what + " " + Twine(length)).str(); }

TileSpace QuantizeActOp::getTileSpace() {
  int64_t group = getGroup();
  return {{{"m", IteratorType::parallel, 0, 0},
           {"k", IteratorType::parallel, 0, 1, group, groupReason("activation group", group)}},
          {{{0}, {1}}, {{0}, {1}}, {{0}, {1, group}}}};
}

TileSpace PrecomputeOp::getTileSpace() {
  int64_t group = getGroup();
  return {{{"m", IteratorType::parallel, 0, 0},
           {"k", IteratorType::parallel, 0, 1, group, groupReason("sum group", group)}},
          {{{0}, {1}}, {{0}, {1, tableLength}, {TileAxis::whole}}, {{0}, {1, group}}}};
}

TileSpace GroupSumsOp::getTileSpace() {
  int64_t group = getGroup();
  return {{{"m", IteratorType::parallel, 0, 0},
           {"k", IteratorType::parallel, 0, 1, group, groupReason("sum group", group)}},
          {{{0}, {1}}, {{0}, {1, group}}}};
}

/// Dimensions (m, n, k) of a product: rows of operand 0, rows and columns of the weights (operand `w`).
static SmallVector<TileDim> productDims(unsigned w, int64_t actGroup, WeightType weight, int64_t instrN) {
  // Groups nest (C3), so the coarser holds the finer; blocks are whole groups of their encoding.
  int64_t k = std::max({actGroup, weight.getGroup(), weight.getBlockLength()});
  std::string reason =
      groupReason("activation group", actGroup) + ", " + groupReason("weight group", weight.getGroup());
  if (weight.getBlockLength() > 1)
    reason += ", " + groupReason("block", weight.getBlockLength());
  TileDim n = {"n", IteratorType::parallel, w, 0};
  if (weight.getStorage() == Storage::Planes) {
    // An instruction of several packed tiles may have fewer of them.
    const bool whole = instrN % planeLanes == 0;
    n.granule = whole ? planeLanes : std::lcm(planeLanes, instrN);
    n.granuleReason = groupReason("packed lanes", planeLanes);
    if (instrN > 1 && !whole)
      n.granuleReason += ", " + groupReason("instruction n", instrN);
  }
  return {{"m", IteratorType::parallel, 0, 0}, n, {"k", IteratorType::reduction, w, 1, k, reason}};
}

TileSpace MPGemmOp::getTileSpace() {
  int64_t group = getActGroup();
  return {productDims(2, group, weightOf(getW()), /*instrN=*/1),
          {{{0}, {2}}, {{0}, {2, group}}, {{1}, {2}}, {{0}, {1}}},
          /*reduction=*/2};
}

template <typename Op> static TileSpace lookupTileSpace(Op op, int64_t instrN) {
  int64_t actGroup = op.getActGroup();
  WeightType weight = weightOf(op.getW());
  return {productDims(3, actGroup, weight, instrN),
          {{{0}, {2, tableLength}, {TileAxis::whole}},
           {{0}, {2, scaleGroup(actGroup, weight)}},
           {{0}, {2, actGroup}},
           {{1}, {2}},
           {{0}, {1}}},
          /*reduction=*/2};
}

TileSpace LookupGemmOp::getTileSpace() { return lookupTileSpace(*this, /*instrN=*/1); }

TileSpace LMMAOp::getTileSpace() { return lookupTileSpace(*this, getInstr().getN()); }

TileSpace MMAOp::getTileSpace() {
  int64_t actGroup = getActGroup();
  WeightType weight = weightOf(getW());
  return {
      productDims(3, actGroup, weight, getInstr().getN()),
      {{{0}, {2}}, {{0}, {2, scaleGroup(actGroup, weight)}}, {{0}, {2, actGroup}}, {{1}, {2}}, {{0}, {1}}},
      /*reduction=*/2};
}
