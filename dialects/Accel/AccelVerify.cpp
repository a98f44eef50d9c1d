// Verifiers of the accel commands; C-labels are those of AccelOps.td and README.md.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Accel/Accel.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace accord::accel;

namespace {

MemRefType typeOf(Value v) { return cast<MemRefType>(v.getType()); }

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Extents must be static: the ISA's encoding holds numbers, and every check below compares them.
LogicalResult checkStatic(Operation *op, Value v, StringRef name) {
  if (typeOf(v).hasStaticShape())
    return success();
  return op->emitOpError() << "expected a static shape for " << name << ", got " << v.getType();
}

LogicalResult checkMemory(Operation *op, Value v, StringRef name, ArrayRef<Memory> allowed) {
  std::optional<Memory> memory = memoryOf(typeOf(v));
  if (memory && llvm::is_contained(allowed, *memory))
    return success();
  auto diag = op->emitOpError() << "expected " << name << " in ";
  llvm::interleave(allowed, [&](Memory m) { diag << stringifyMemory(m); }, [&] { diag << " or "; });
  if (memory)
    return diag << ", got " << stringifyMemory(*memory);
  return diag << ", got " << v.getType();
}

const Memory onChip[] = {Memory::L2, Memory::Spm, Memory::Acc, Memory::Reg};

LogicalResult checkShape(Operation *op, Value v, StringRef name, ArrayRef<int64_t> shape, Type element) {
  MemRefType type = typeOf(v);
  if (type.getShape() == shape && type.getElementType() == element)
    return success();
  return op->emitOpError() << "expected " << name << " of shape and type "
                           << RankedTensorType::get(shape, element) << ", got "
                           << RankedTensorType::get(type.getShape(), type.getElementType());
}

LogicalResult checkGroup(Operation *op, int64_t group) {
  if (group > 0 && group % 4 == 0)
    return success();
  return op->emitOpError() << "expected group to be a positive multiple of 4, got " << group;
}

LogicalResult checkRank(Operation *op, Value v, StringRef name, int64_t rank) {
  if (failed(checkStatic(op, v, name)))
    return failure();
  if (typeOf(v).getRank() == rank)
    return success();
  return op->emitOpError() << "expected " << name << " of rank " << rank << ", got " << v.getType();
}

/// C1..C3 of load and store.
LogicalResult verifyCopy(Operation *op, Value source, Value dest, ArrayRef<Memory> from,
                         ArrayRef<Memory> to) {
  if (failed(checkStatic(op, source, "source")) || failed(checkStatic(op, dest, "dest")))
    return failure();
  MemRefType s = typeOf(source), d = typeOf(dest);
  if (s.getShape() != d.getShape() || s.getElementType() != d.getElementType()) // C1
    return op->emitOpError() << "expected source and dest of one shape and type, got " << s << " and " << d;
  if (failed(checkMemory(op, source, "source", from)) || failed(checkMemory(op, dest, "dest", to))) // C2
    return failure();
  if (s.getRank() > 4) // C3
    return op->emitOpError() << "expected rank at most 4, got " << s.getRank();
  return success();
}

} // namespace

LogicalResult LoadOp::verify() { return verifyCopy(*this, getSource(), getDest(), {Memory::Dram}, onChip); }
LogicalResult StoreOp::verify() { return verifyCopy(*this, getSource(), getDest(), onChip, {Memory::Dram}); }

LogicalResult GatherOp::verify() {
  if (failed(checkRank(*this, getTable(), "table", 2)) ||
      failed(checkRank(*this, getIndices(), "indices", 1)) || failed(checkStatic(*this, getDest(), "dest")))
    return failure();
  MemRefType table = typeOf(getTable());
  int64_t m = typeOf(getIndices()).getDimSize(0);
  if (failed(checkShape(*this, getIndices(), "indices", {m}, Builder(getContext()).getI32Type())) || // C1
      failed(checkShape(*this, getDest(), "dest", {m, table.getDimSize(1)}, table.getElementType())))
    return failure();
  return success(succeeded(checkMemory(*this, getTable(), "table", {Memory::Dram})) && // C2
                 succeeded(checkMemory(*this, getIndices(), "indices", onChip)) &&
                 succeeded(checkMemory(*this, getDest(), "dest", onChip)));
}

LogicalResult TableOp::verify() {
  if (failed(checkRank(*this, getCodes(), "codes", 2)) || failed(checkGroup(*this, getGroup()))) // C2
    return failure();
  Builder b(getContext());
  int64_t m = typeOf(getCodes()).getDimSize(0), k = typeOf(getCodes()).getDimSize(1);
  if (failed(checkShape(*this, getCodes(), "codes", {m, k}, b.getI8Type())) || // C1
      failed(checkShape(*this, getTables(), "tables", {m, ceilDiv(k, 4), 8}, b.getIntegerType(16))) ||
      failed(checkShape(*this, getAsum(), "asum", {m, ceilDiv(k, getGroup())}, b.getI32Type())))
    return failure();
  return success(succeeded(checkMemory(*this, getCodes(), "codes", onChip)) && // C3
                 succeeded(checkMemory(*this, getTables(), "tables", onChip)) &&
                 succeeded(checkMemory(*this, getAsum(), "asum", onChip)));
}

LogicalResult LmmaOp::verify() {
  if (failed(checkRank(*this, getTables(), "tables", 3)) ||
      failed(checkRank(*this, getPlanes(), "planes", 4)) || failed(checkRank(*this, getIsum(), "isum", 3)) ||
      failed(checkGroup(*this, getGroup()))) // C3
    return failure();
  Builder b(getContext());
  ArrayRef<int64_t> tables = typeOf(getTables()).getShape(), planes = typeOf(getPlanes()).getShape();
  int64_t m = tables[0], t = tables[1], n = typeOf(getIsum()).getDimSize(2), p = planes[2];
  if (p < 1 || p > 8) // C2
    return emitOpError() << "expected 1 to 8 planes, got " << p;
  if (failed(checkShape(*this, getTables(), "tables", {m, t, 8}, b.getIntegerType(16))) || // C1
      failed(checkShape(*this, getPlanes(), "planes", {ceilDiv(n, 64), t, p, 32}, b.getI8Type())) ||
      failed(checkShape(*this, getIsum(), "isum", {ceilDiv(t * 4, getGroup()), m, n}, b.getI32Type())))
    return failure();
  return success(succeeded(checkMemory(*this, getTables(), "tables", {Memory::Spm})) && // C4
                 succeeded(checkMemory(*this, getPlanes(), "planes", {Memory::Spm})) &&
                 succeeded(checkMemory(*this, getIsum(), "isum", {Memory::Acc})));
}

LogicalResult MmaOp::verify() {
  if (failed(checkRank(*this, getCodes(), "codes", 2)) ||
      failed(checkRank(*this, getPlanes(), "planes", 4)) || failed(checkRank(*this, getIsum(), "isum", 3)) ||
      failed(checkGroup(*this, getGroup()))) // C3
    return failure();
  Builder b(getContext());
  int64_t m = typeOf(getCodes()).getDimSize(0), k = typeOf(getCodes()).getDimSize(1);
  int64_t n = typeOf(getIsum()).getDimSize(2), p = typeOf(getPlanes()).getDimSize(2), zero = getZero();
  if (p < 1 || p > 8) // C2
    return emitOpError() << "expected 1 to 8 planes, got " << p;
  int64_t top = (int64_t(1) << p) - 1;
  if (zero < 0 || zero > top || zero > 128 || top - zero > 127) // C5
    return emitOpError() << "expected codes u - zero that are int8 (-128 to 127), got " << p
                         << " planes with zero " << zero;
  if (failed(checkShape(*this, getCodes(), "codes", {m, k}, b.getI8Type())) || // C1
      failed(
          checkShape(*this, getPlanes(), "planes", {ceilDiv(n, 64), ceilDiv(k, 4), p, 32}, b.getI8Type())) ||
      failed(checkShape(*this, getIsum(), "isum", {ceilDiv(k, getGroup()), m, n}, b.getI32Type())))
    return failure();
  return success(succeeded(checkMemory(*this, getCodes(), "codes", {Memory::Spm})) && // C4
                 succeeded(checkMemory(*this, getPlanes(), "planes", {Memory::Spm})) &&
                 succeeded(checkMemory(*this, getIsum(), "isum", {Memory::Acc})));
}

namespace {

/// The attributes a kind may carry, as bits.
enum : unsigned {
  HasGroup = 1,
  HasBits = 2,
  HasZero = 4,
  HasEps = 8,
  HasHeadDim = 16,
  HasHalves = 32,
  HasHeads = 64,
  HasScale = 128,
  HasChunk = 256,
  HasActGroup = 512,
  HasWeightGroup = 1024
};

/// Whether a kind takes an operand.
enum class Takes { Never, Maybe, Always };

/// One row of the table in README.md.
struct KindRow {
  VectorKind kind;
  unsigned minInputs, maxInputs, outputs, attributes;
  unsigned optional = 0; ///< attributes that may be away
  Takes accumulate = Takes::Never, live = Takes::Never;
};
const KindRow kindRows[] = {
    {VectorKind::Quantize, 1, 1, 2, HasGroup},
    {VectorKind::Dequant, 4, 5, 1, HasGroup | HasBits | HasZero, HasActGroup | HasWeightGroup, Takes::Maybe},
    {VectorKind::RmsNorm, 2, 2, 1, HasEps},
    {VectorKind::Softmax, 1, 1, 1, 0, HasHeads | HasChunk, Takes::Never, Takes::Maybe},
    {VectorKind::Rope, 3, 3, 1, HasHeadDim | HasHalves},
    {VectorKind::Silu, 1, 1, 1, 0},
    {VectorKind::SiluMul, 2, 2, 1, 0},
    {VectorKind::Add, 2, 2, 1, 0},
    {VectorKind::Relu2Mul, 2, 2, 1, 0},
    {VectorKind::Narrow, 1, 1, 1, 0},
    {VectorKind::Widen, 1, 1, 1, 0},
    {VectorKind::Expand, 2, 3, 1, HasGroup | HasZero},
    {VectorKind::Scores, 2, 2, 1, HasHeads | HasHeadDim | HasScale, 0, Takes::Never, Takes::Always},
    {VectorKind::Weigh, 2, 2, 1, HasHeads | HasHeadDim, 0, Takes::Maybe, Takes::Always},
    {VectorKind::GroupSums, 1, 1, 1, HasGroup},
};

/// C1, C3 and C5: what the row says of counts, attributes and operands.
LogicalResult verifyRow(VectorOp op, const KindRow &row) {
  StringRef kind = stringifyVectorKind(row.kind);
  unsigned inputs = op.getInputs().size();
  if (inputs < row.minInputs || inputs > row.maxInputs)
    return op.emitOpError() << kind << " expected " << row.minInputs
                            << (row.maxInputs > row.minInputs ? " or more" : "") << " inputs, got " << inputs;
  if (op.getOutputs().size() != row.outputs)
    return op.emitOpError() << kind << " expected " << row.outputs << " outputs, got "
                            << op.getOutputs().size();
  if (op.getAccumulate() && row.accumulate == Takes::Never)
    return op.emitOpError() << kind << " takes no accumulate";
  if (op.getLive() ? row.live == Takes::Never : row.live == Takes::Always)
    return op.emitOpError() << kind << (op.getLive() ? " takes no live" : " expected live");
  const std::tuple<unsigned, StringRef, bool> attributes[] = {
      {HasGroup, "group", op.getGroup().has_value()},
      {HasBits, "bits", op.getBits().has_value()},
      {HasZero, "zero", op.getZero().has_value()},
      {HasEps, "eps", op.getEps().has_value()},
      {HasHeadDim, "head_dim", op.getHeadDim().has_value()},
      {HasHalves, "halves", op.getHalves().has_value()},
      {HasHeads, "heads", op.getHeads().has_value()},
      {HasScale, "scale", op.getScale().has_value()},
      {HasChunk, "chunk", op.getChunk().has_value()},
      {HasActGroup, "act_group", op.getActGroup().has_value()},
      {HasWeightGroup, "weight_group", op.getWeightGroup().has_value()}};
  for (auto [bit, name, there] : attributes) {
    if (!there && (row.attributes & bit))
      return op.emitOpError() << kind << " expected attribute '" << name << "'";
    if (there && !((row.attributes | row.optional) & bit))
      return op.emitOpError() << kind << " takes no attribute '" << name << "'";
  }
  return success();
}

/// f32 or f16, which the unit widens.
LogicalResult checkFloats(Operation *op, Value v, StringRef name, ArrayRef<int64_t> shape) {
  Type element = typeOf(v).getElementType();
  return checkShape(op, v, name, shape, element.isF16() ? element : Builder(op->getContext()).getF32Type());
}

/// C3 of dequant: how sums, codes and groups of scales go together.
LogicalResult verifyDequantAttributes(VectorOp op) {
  int64_t group = *op.getGroup(), bits = *op.getBits(), zero = *op.getZero();
  if (failed(checkGroup(op, group)))
    return failure();
  if (bits < 0 || bits > 8)
    return op.emitOpError() << "expected bits from 0 to 8, got " << bits;
  if (zero < 0 || zero >= (1 << bits))
    return op.emitOpError() << "expected zero from 0 to " << (1 << bits) - 1 << ", got " << zero;
  for (std::optional<int64_t> coarse : {op.getActGroup(), op.getWeightGroup()})
    if (coarse && (*coarse < 1 || *coarse % group))
      return op.emitOpError() << "expected act_group and weight_group to be multiples of group " << group
                              << ", got " << *coarse;
  // int -> f32 must be exact: |isum| <= group * 128 * (2^bits - 1) has to stay below 2^24 (numerics
  // contract). Whole sums may be of 8-bit codes.
  if (bits == 0)
    bits = 8;
  if (group * 128 * ((int64_t(1) << bits) - 1) >= (int64_t(1) << 24))
    return op.emitOpError()
           << "expected group * 128 * (2^bits - 1) below 2^24 so that sums convert exactly, got group "
           << group << " and bits " << bits;
  return success();
}

LogicalResult verifyDequant(VectorOp op) {
  Builder b(op.getContext());
  Type f32 = b.getF32Type(), i32 = b.getI32Type();
  auto in = [&](unsigned i) { return op.getInputs()[i]; };
  if (failed(checkRank(op, in(0), "isum", 3)) || failed(verifyDequantAttributes(op)))
    return failure();
  int64_t g = typeOf(in(0)).getDimSize(0), m = typeOf(in(0)).getDimSize(1), n = typeOf(in(0)).getDimSize(2);
  auto scales = [&](std::optional<int64_t> coarse) {
    return ceilDiv(g, coarse.value_or(*op.getGroup()) / static_cast<int64_t>(*op.getGroup()));
  };
  int64_t packed[] = {ceilDiv(n, 64), scales(op.getWeightGroup()), 64};
  if (failed(checkShape(op, in(0), "isum", {g, m, n}, i32)) ||
      failed(checkShape(op, in(1), "asum", {m, g}, i32)) ||
      failed(checkShape(op, in(2), "scales", {m, scales(op.getActGroup())}, f32)) ||
      failed(checkFloats(op, in(3), "d", packed)))
    return failure();
  if (op.getInputs().size() == 5 &&
      failed(checkShape(op, in(4), "min", packed, typeOf(in(3)).getElementType())))
    return failure();
  return checkShape(op, op.getOutputs()[0], "y", {m, n}, f32);
}

LogicalResult verifyExpand(VectorOp op) {
  Builder b(op.getContext());
  Value codes = op.getInputs()[0], d = op.getInputs()[1];
  if (failed(checkRank(op, codes, "codes", 2)))
    return failure();
  int64_t m = typeOf(codes).getDimSize(0), k = typeOf(codes).getDimSize(1);
  if (*op.getGroup() < 1)
    return op.emitOpError() << "expected group of at least 1, got " << *op.getGroup();
  if (*op.getZero() > 255) // unsigned, so a negative one is above too
    return op.emitOpError() << "expected zero from 0 to 255, got " << *op.getZero();
  int64_t scales[] = {m, ceilDiv(k, *op.getGroup())};
  if (failed(checkShape(op, codes, "codes", {m, k}, b.getI8Type())) ||
      failed(checkFloats(op, d, "d", scales)))
    return failure();
  if (op.getInputs().size() == 3 &&
      failed(checkShape(op, op.getInputs()[2], "min", scales, typeOf(d).getElementType())))
    return failure();
  return checkShape(op, op.getOutputs()[0], "y", {m, k}, b.getF32Type());
}

/// Scores and weigh: queries or results [M,H*D], keys or values [P,Hk*D], and the scores between them.
LogicalResult verifyAttention(VectorOp op) {
  bool scores = op.getKind() == VectorKind::Scores;
  Type f32 = Builder(op.getContext()).getF32Type();
  Value heads = scores ? op.getInputs()[0] : op.getOutputs()[0], cache = op.getInputs()[1];
  StringRef headsName = scores ? "q" : "y", cacheName = scores ? "k" : "v";
  if (failed(checkRank(op, heads, headsName, 2)) || failed(checkRank(op, cache, cacheName, 2)))
    return failure();
  int64_t m = typeOf(heads).getDimSize(0), columns = typeOf(heads).getDimSize(1);
  int64_t p = typeOf(cache).getDimSize(0), cached = typeOf(cache).getDimSize(1);
  int64_t h = *op.getHeads(), d = *op.getHeadDim();
  if (h < 1 || d < 1 || columns % h || columns / h != d)
    return op.emitOpError() << "expected heads * head_dim to be " << columns << ", got " << h << " * " << d;
  if (scores && !op.getScale()->isFinite())
    return op.emitOpError() << "expected a finite scale, got " << op.getScaleAttr();
  if (cached < d || cached % d || h % (cached / d))
    return op.emitOpError() << "expected " << cacheName << " of heads of " << d << ", a divisor of " << h
                            << ", got " << cached << " columns";
  if (failed(checkShape(op, heads, headsName, {m, columns}, f32)) ||
      failed(checkFloats(op, cache, cacheName, {p, cached})))
    return failure();
  return checkShape(op, scores ? op.getOutputs()[0] : op.getInputs()[0], scores ? "s" : "a", {m * h, p}, f32);
}

/// Softmax with live positions: its three together, and rows that are heads of queries.
LogicalResult verifyLive(VectorOp op, int64_t rows) {
  bool live = bool(op.getLive());
  if (op.getHeads().has_value() != live || op.getChunk().has_value() != live)
    return op.emitOpError() << "softmax expected live, heads and chunk together or none of them";
  if (!live)
    return success();
  if (*op.getHeads() < 1 || rows % *op.getHeads())
    return op.emitOpError() << "expected heads to divide " << rows << ", got " << *op.getHeads();
  if (*op.getChunk() < 1)
    return op.emitOpError() << "expected chunk of at least 1, got " << *op.getChunk();
  return success();
}

LogicalResult verifyGroupSums(VectorOp op) {
  Builder b(op.getContext());
  Value codes = op.getInputs()[0];
  if (failed(checkRank(op, codes, "codes", 2)))
    return failure();
  int64_t m = typeOf(codes).getDimSize(0), k = typeOf(codes).getDimSize(1);
  if (*op.getGroup() < 1)
    return op.emitOpError() << "expected group of at least 1, got " << *op.getGroup();
  if (failed(checkShape(op, codes, "codes", {m, k}, b.getI8Type())))
    return failure();
  return checkShape(op, op.getOutputs()[0], "asum", {m, ceilDiv(k, *op.getGroup())}, b.getI32Type());
}

/// The kinds over [M,K].
LogicalResult verifyRows(VectorOp op) {
  Builder b(op.getContext());
  Type f32 = b.getF32Type(), f16 = b.getF16Type(), i8 = b.getI8Type();
  auto in = [&](unsigned i) { return op.getInputs()[i]; };
  auto out = [&](unsigned i) { return op.getOutputs()[i]; };
  auto shape = [&](Value v, StringRef name, ArrayRef<int64_t> s, Type t) {
    return checkShape(op, v, name, s, t);
  };
  if (failed(checkRank(op, in(0), "x", 2)))
    return failure();
  int64_t m = typeOf(in(0)).getDimSize(0), k = typeOf(in(0)).getDimSize(1);
  if (failed(shape(in(0), "x", {m, k}, op.getKind() == VectorKind::Widen ? f16 : f32)))
    return failure();
  switch (op.getKind()) {
  case VectorKind::Quantize:
    if (*op.getGroup() < 1)
      return op.emitOpError() << "expected group of at least 1, got " << *op.getGroup();
    return success(succeeded(shape(out(0), "codes", {m, k}, i8)) &&
                   succeeded(shape(out(1), "scales", {m, ceilDiv(k, *op.getGroup())}, f32)));
  case VectorKind::RmsNorm:
    if (!op.getEps()->isFinite() || op.getEps()->isNegative())
      return op.emitOpError() << "expected a finite eps of at least 0, got " << op.getEpsAttr();
    if (failed(shape(in(1), "weight", {k}, f32)))
      return failure();
    break;
  case VectorKind::Rope: {
    int64_t d = *op.getHeadDim();
    if (d < 2 || d % 2 || k % d)
      return op.emitOpError() << "expected head_dim to be even and to divide " << k << ", got " << d;
    if (failed(shape(in(1), "cos", {m, d / 2}, f32)) || failed(shape(in(2), "sin", {m, d / 2}, f32)))
      return failure();
    break;
  }
  case VectorKind::Softmax:
    if (failed(verifyLive(op, m)))
      return failure();
    break;
  case VectorKind::SiluMul:
  case VectorKind::Relu2Mul:
  case VectorKind::Add:
    if (failed(shape(in(1), "second input", {m, k}, f32)))
      return failure();
    break;
  default:
    break;
  }
  return shape(out(0), "y", {m, k}, op.getKind() == VectorKind::Narrow ? f16 : f32);
}

/// C2: the shapes of the table in README.md.
LogicalResult verifyShapes(VectorOp op) {
  switch (op.getKind()) {
  case VectorKind::Dequant:
    return verifyDequant(op);
  case VectorKind::Expand:
    return verifyExpand(op);
  case VectorKind::Scores:
  case VectorKind::Weigh:
    return verifyAttention(op);
  case VectorKind::GroupSums:
    return verifyGroupSums(op);
  default:
    return verifyRows(op);
  }
}

} // namespace

LogicalResult VectorOp::verify() {
  const KindRow *row = llvm::find_if(kindRows, [&](const KindRow &r) { return r.kind == getKind(); });
  if (failed(verifyRow(*this, *row)))
    return failure();
  for (Value v : getInputs())
    if (failed(checkStatic(*this, v, "input")) || failed(checkMemory(*this, v, "input", onChip))) // C4
      return failure();
  for (Value v : getOutputs())
    if (failed(checkStatic(*this, v, "output")) || failed(checkMemory(*this, v, "output", onChip)))
      return failure();
  if (failed(verifyShapes(*this)))
    return failure();
  // Of two views of a buffer, the program tells (sim/program/verify.h).
  for (auto [i, v] : llvm::enumerate(getOutputs()))
    if (llvm::is_contained(getInputs(), v) || llvm::is_contained(getOutputs().take_front(i), v))
      return emitOpError() << "expected outputs apart from inputs and from each other, got output " << i
                           << " twice";
  return success();
}

LogicalResult RunOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto callee = symbols.lookupNearestSymbolFrom<func::FuncOp>(*this, getCalleeAttr());
  if (!callee || !callee->hasAttr("accel.program")) // C1
    return emitOpError() << "expected '" << getCallee() << "' to be a function with accel.program, got "
                         << (callee ? "one without" : "none");
  SmallVector<MemRefType> wanted;
  size_t numScalars = 0;
  for (Type type : callee.getArgumentTypes())
    if (auto memref = dyn_cast<MemRefType>(type))
      wanted.push_back(memref);
    else
      ++numScalars;
  if (wanted.size() != getBuffers().size() || wanted.size() != getOffsets().size() ||
      numScalars != getScalars().size()) // C2
    return emitOpError() << "expected " << wanted.size() << " buffers, as many offsets and " << numScalars
                         << " scalars for '" << getCallee() << "', got " << getBuffers().size() << ", "
                         << getOffsets().size() << " and " << getScalars().size();
  for (auto [i, want, buffer, offset] : llvm::enumerate(wanted, getBuffers(), getOffsets())) {
    MemRefType got = typeOf(buffer);
    if (memoryOf(got) != Memory::Dram || !got.hasStaticShape() || !got.getLayout().isIdentity()) // C4
      return emitOpError() << "expected buffer #" << i << " to be dense, of static shape and in dram, got "
                           << got;
    APInt at;
    int64_t first = matchPattern(offset, m_ConstantInt(&at)) ? at.getSExtValue() : 0;
    if (want.getElementType() != got.getElementType() || first < 0 ||
        first + want.getNumElements() > got.getNumElements()) // C3
      return emitOpError() << "expected buffer #" << i << " to hold a window like " << want << " at " << first
                           << ", got " << got;
  }
  return success();
}
