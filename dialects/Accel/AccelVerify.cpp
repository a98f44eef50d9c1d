// Verifiers of the accel commands; C-labels are those of AccelOps.td and README.md.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Accel/Accel.h"

#include "mlir/IR/Diagnostics.h"

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

namespace {

/// The attributes a kind may carry, as bits.
enum : unsigned { HasGroup = 1, HasBits = 2, HasZero = 4, HasEps = 8, HasHeadDim = 16, HasHalves = 32 };

/// One row of the table in README.md.
struct KindRow {
  VectorKind kind;
  unsigned minInputs, maxInputs, outputs, attributes;
};
const KindRow kindRows[] = {
    {VectorKind::Quantize, 1, 1, 2, HasGroup},
    {VectorKind::Dequant, 4, 5, 1, HasGroup | HasBits | HasZero},
    {VectorKind::RmsNorm, 2, 2, 1, HasEps},
    {VectorKind::Softmax, 1, 1, 1, 0},
    {VectorKind::Rope, 3, 3, 1, HasHeadDim | HasHalves},
    {VectorKind::Silu, 1, 1, 1, 0},
    {VectorKind::SiluMul, 2, 2, 1, 0},
    {VectorKind::Add, 2, 2, 1, 0},
};

/// C1 and C3: what the row says of counts and attributes.
LogicalResult verifyRow(VectorOp op, const KindRow &row) {
  StringRef kind = stringifyVectorKind(row.kind);
  unsigned inputs = op.getInputs().size();
  if (inputs < row.minInputs || inputs > row.maxInputs)
    return op.emitOpError() << kind << " expected " << row.minInputs
                            << (row.maxInputs > row.minInputs ? " or more" : "") << " inputs, got " << inputs;
  if (op.getOutputs().size() != row.outputs)
    return op.emitOpError() << kind << " expected " << row.outputs << " outputs, got "
                            << op.getOutputs().size();
  if (op.getAccumulate() && row.kind != VectorKind::Dequant)
    return op.emitOpError() << kind << " takes no accumulate";
  const std::pair<unsigned, StringRef> names[] = {{HasGroup, "group"},      {HasBits, "bits"},
                                                  {HasZero, "zero"},        {HasEps, "eps"},
                                                  {HasHeadDim, "head_dim"}, {HasHalves, "halves"}};
  const std::pair<unsigned, bool> present[] = {
      {HasGroup, op.getGroup().has_value()},     {HasBits, op.getBits().has_value()},
      {HasZero, op.getZero().has_value()},       {HasEps, op.getEps().has_value()},
      {HasHeadDim, op.getHeadDim().has_value()}, {HasHalves, op.getHalves().has_value()}};
  for (auto [name, there] : llvm::zip(names, present)) {
    bool wanted = row.attributes & there.first;
    if (wanted && !there.second)
      return op.emitOpError() << kind << " expected attribute '" << name.second << "'";
    if (!wanted && there.second)
      return op.emitOpError() << kind << " takes no attribute '" << name.second << "'";
  }
  return success();
}

/// C2: the shapes of the table in README.md.
LogicalResult verifyShapes(VectorOp op) {
  Builder b(op.getContext());
  Type f32 = b.getF32Type(), f16 = b.getF16Type(), i32 = b.getI32Type(), i8 = b.getI8Type();
  auto in = [&](unsigned i) { return op.getInputs()[i]; };
  auto out = [&](unsigned i) { return op.getOutputs()[i]; };
  auto shape = [&](Value v, StringRef name, ArrayRef<int64_t> s, Type t) {
    return checkShape(op, v, name, s, t);
  };

  if (op.getKind() == VectorKind::Dequant) {
    if (failed(checkRank(op, in(0), "isum", 3)) || failed(checkGroup(op, *op.getGroup())))
      return failure();
    int64_t bits = *op.getBits(), zero = *op.getZero();
    if (bits < 1 || bits > 8)
      return op.emitOpError() << "expected bits from 1 to 8, got " << bits;
    if (zero < 0 || zero >= (1 << bits))
      return op.emitOpError() << "expected zero from 0 to " << (1 << bits) - 1 << ", got " << zero;
    int64_t g = typeOf(in(0)).getDimSize(0), m = typeOf(in(0)).getDimSize(1), n = typeOf(in(0)).getDimSize(2);
    // int -> f32 must be exact: |isum| <= group * 128 * (2^bits - 1) has to stay below 2^24 (numerics
    // contract).
    if (*op.getGroup() * 128 * ((int64_t(1) << bits) - 1) >= (int64_t(1) << 24))
      return op.emitOpError()
             << "expected group * 128 * (2^bits - 1) below 2^24 so that sums convert exactly, got group "
             << *op.getGroup() << " and bits " << bits;
    if (failed(shape(in(0), "isum", {g, m, n}, i32)) || failed(shape(in(1), "asum", {m, g}, i32)) ||
        failed(shape(in(2), "scales", {m, g}, f32)) ||
        failed(shape(in(3), "d", {ceilDiv(n, 64), g, 64}, f16)))
      return failure();
    if (op.getInputs().size() == 5 && failed(shape(in(4), "min", {ceilDiv(n, 64), g, 64}, f16)))
      return failure();
    return shape(out(0), "y", {m, n}, f32);
  }

  if (failed(checkRank(op, in(0), "x", 2)))
    return failure();
  int64_t m = typeOf(in(0)).getDimSize(0), k = typeOf(in(0)).getDimSize(1);
  if (failed(shape(in(0), "x", {m, k}, f32)))
    return failure();
  switch (op.getKind()) {
  case VectorKind::Quantize:
    if (*op.getGroup() < 1)
      return op.emitOpError() << "expected group of at least 1, got " << *op.getGroup();
    return success(succeeded(shape(out(0), "codes", {m, k}, i8)) &&
                   succeeded(shape(out(1), "scales", {m, ceilDiv(k, *op.getGroup())}, f32)));
  case VectorKind::RmsNorm:
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
  case VectorKind::SiluMul:
  case VectorKind::Add:
    if (failed(shape(in(1), "second input", {m, k}, f32)))
      return failure();
    break;
  default:
    break;
  }
  return shape(out(0), "y", {m, k}, f32);
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
  return verifyShapes(*this);
}
