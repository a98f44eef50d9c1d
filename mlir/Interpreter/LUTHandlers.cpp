// Handlers of the `lut` dialect: each op by its golden function.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/LUT/LUT.h"
#include "mlir/Interpreter/Handlers.h"
#include "sim/golden/gemm.h"
#include "sim/golden/nn.h"
#include "sim/golden/planes.h"
#include "sim/golden/primitives.h"
#include "sim/golden/quantize.h"
#include "sim/golden/tables.h"

using namespace mlir;

namespace accord::interpreter {

/// Weights taken out of their storage: codes [n][k], scales and minima [n][ceil(k/group)].
struct Codes {
  int64_t n, k, groups;
  std::vector<uint8_t> codes;
  std::vector<float> scales, minima;
};

namespace {

using golden::ceilDiv;

/// Packed scales of either width, [ceil(n/64)][groups][64] -> [n][groups].
template <typename T, typename Widen>
void unpackScales(const T *packed, const Codes &codes, Widen widen, std::vector<float> &scales) {
  for (int64_t n = 0; n < codes.n; ++n)
    for (int64_t g = 0; g < codes.groups; ++g)
      scales[n * codes.groups + g] = widen(
          packed[(n / golden::planeLanes * codes.groups + g) * golden::planeLanes + n % golden::planeLanes]);
}

/// Scales and minima behind planes.
template <typename T, typename Widen> void unpackAll(const T *packed, bool hasMin, Widen widen, Codes &w) {
  unpackScales(packed, w, widen, w.scales);
  if (hasMin)
    unpackScales(packed + golden::scalesCount(w.n, w.groups), w, widen, w.minima);
}

Expected<Codes> decode(lut::WeightType type, const HostTensor &weights) {
  int64_t n = weights.shape[0], k = weights.shape[1], groups = ceilDiv(k, type.getGroup());
  Codes result = {n, k, groups, std::vector<uint8_t>(n * k), std::vector<float>(n * groups), {}};
  if (type.getHasMin())
    result.minima.resize(n * groups);
  const uint8_t *bytes = weights.bytes.data();
  if (std::optional<golden::BlockFormat> format = blockFormatOf(type.getStorage())) {
    if (Status s = golden::decodeBlocks(*format, bytes, n, k, result.codes.data(), result.scales.data(),
                                        result.minima.data());
        !s)
      return s.error();
    return result;
  }
  golden::unpackPlanes(bytes, n, k, type.getBits(), result.codes.data());
  const uint8_t *scales = bytes + golden::planesBytes(n, k, type.getBits());
  if (type.getScale().isF32())
    unpackAll(reinterpret_cast<const float *>(scales), type.getHasMin(), [](float d) { return d; }, result);
  else
    unpackAll(reinterpret_cast<const uint16_t *>(scales), type.getHasMin(), golden::f16ToF32, result);
  return result;
}

/// As decode; a parameter's are kept for the session. Failures are reported at `op`.
FailureOr<std::shared_ptr<const Codes>> codesOf(Operation *op, lut::WeightType type,
                                                const HostTensor &weights, State &state) {
  auto kept = state.codes.find({&weights, type});
  if (kept != state.codes.end() && kept->second)
    return kept->second;
  Expected<Codes> decoded = decode(type, weights);
  if (!decoded)
    return op->emitOpError() << "weights: " << decoded.error().message;
  auto codes = std::make_shared<const Codes>(std::move(*decoded));
  if (kept != state.codes.end())
    kept->second = codes;
  return codes;
}

golden::WeightFormat formatOf(lut::WeightType type) {
  return {static_cast<int>(type.getBits()), static_cast<int32_t>(type.getZero()), type.getHasMin(),
          type.getGroup()};
}

lut::WeightType weightOf(Value value) { return cast<lut::WeightType>(getElementTypeOrSelf(value.getType())); }

/// Scales of one side, one for each scale group: [rows][groups of `from`] -> [rows][groups of `to`]; `to` is
/// no coarser.
template <typename T>
std::vector<T> refine(const T *scales, int64_t rows, int64_t k, int64_t from, int64_t to) {
  int64_t fromGroups = ceilDiv(k, from), toGroups = ceilDiv(k, to);
  std::vector<T> result(rows * toGroups);
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t g = 0; g < toGroups; ++g)
      result[r * toGroups + g] = scales[r * fromGroups + g * to / from];
  return result;
}

std::vector<float> packed(const std::vector<float> &scales, const Codes &w, int64_t weightGroup,
                          int64_t group) {
  int64_t groups = ceilDiv(w.k, group);
  std::vector<float> fine = refine(scales.data(), w.n, w.k, weightGroup, group);
  std::vector<float> result(golden::scalesCount(w.n, groups));
  golden::packScales(fine.data(), w.n, groups, result.data());
  return result;
}

/// The epilogue on symmetric sums [G][M][N], continuing from y where it accumulates.
void epilogue(const std::vector<int32_t> &isum, const int32_t *asum, const float *s, const Codes &w,
              lut::WeightType type, int64_t actGroup, int64_t M, bool accumulate, float *y) {
  int64_t group = lut::scaleGroup(actGroup, type);
  std::vector<float> scales = refine(s, M, w.k, actGroup, group);
  std::vector<float> d = packed(w.scales, w, type.getGroup(), group), m;
  if (type.getHasMin())
    m = packed(w.minima, w, type.getGroup(), group);
  golden::lutEpilogue(isum.data(), asum, scales.data(), d.data(), type.getHasMin() ? m.data() : nullptr,
                      type.getBits(), type.getZero(), ceilDiv(w.k, group), M, w.n, accumulate, y);
}

/// The operand's truth; an absent accumulate operand is false.
bool isTrue(Value accumulate, const HostTensor *operand) { return accumulate && operand->bytes[0] != 0; }

Outcome run(lut::QuantizeActOp op, Operands in, State &) {
  HostTensor codes = *in[1], scales = *in[2];
  golden::quantizeAct(in[0]->data<float>(), in[0]->shape[0], in[0]->shape[1], op.getGroup(),
                      codes.data<int8_t>(), scales.data<float>());
  return SmallVector<HostTensor>{codes, scales};
}

Outcome run(lut::PrecomputeOp op, Operands in, State &) {
  HostTensor tables = *in[1], asum = *in[2];
  int64_t m = in[0]->shape[0], k = in[0]->shape[1];
  if (op.getForm() == lut::TableForm::Full)
    golden::fullTables(in[0]->data<int8_t>(), m, k, tables.data<int16_t>());
  else
    golden::halfTables(in[0]->data<int8_t>(), m, k, tables.data<int16_t>());
  golden::groupSums(in[0]->data<int8_t>(), m, k, op.getGroup(), asum.data<int32_t>());
  return SmallVector<HostTensor>{tables, asum};
}

Outcome run(lut::MPGemmOp op, Operands in, State &state) {
  const HostTensor &q = *in[0], &s = *in[1];
  HostTensor y = *in.back();
  lut::WeightType type = weightOf(op.getW());
  FailureOr<std::shared_ptr<const Codes>> codes = codesOf(op, type, *in[2], state);
  if (failed(codes))
    return failure();
  const Codes &w = **codes;
  int64_t M = q.shape[0], group = lut::scaleGroup(op.getActGroup(), type);
  if (!isTrue(op.getAccumulate(), in[3])) {
    golden::mpgemm(q.data<int8_t>(), s.data<float>(), w.codes.data(), w.scales.data(),
                   type.getHasMin() ? w.minima.data() : nullptr, formatOf(type), op.getActGroup(), M, w.n,
                   w.k, y.data<float>());
    return SmallVector<HostTensor>{y};
  }
  // Golden continues in its epilogue only, which takes symmetric sums: the same integers.
  int64_t groups = ceilDiv(w.k, group);
  int32_t top = (1 << type.getBits()) - 1;
  std::vector<int32_t> asum(M * groups), isum(groups * M * w.n);
  golden::groupSums(q.data<int8_t>(), M, w.k, group, asum.data());
  for (int64_t m = 0; m < M; ++m)
    for (int64_t n = 0; n < w.n; ++n)
      for (int64_t k = 0; k < w.k; ++k)
        isum[(k / group * M + m) * w.n + n] +=
            (2 * w.codes[n * w.k + k] - top) * q.data<int8_t>()[m * w.k + k];
  epilogue(isum, asum.data(), s.data<float>(), w, type, op.getActGroup(), M, /*accumulate=*/true,
           y.data<float>());
  return SmallVector<HostTensor>{y};
}

/// lookup_gemm and lmma: sums from tables, then the epilogue.
template <typename Op> Outcome runLookup(Op op, Operands in, lut::TableForm form, State &state) {
  const int16_t *tables = in[0]->data<int16_t>();
  const int32_t *asum = in[1]->data<int32_t>();
  HostTensor y = *in.back();
  lut::WeightType type = weightOf(op.getW());
  FailureOr<std::shared_ptr<const Codes>> codes = codesOf(op, type, *in[3], state);
  if (failed(codes))
    return failure();
  const Codes &w = **codes;
  int bits = type.getBits();
  int64_t M = in[0]->shape[0], group = lut::scaleGroup(op.getActGroup(), type), groups = ceilDiv(w.k, group);
  std::vector<int32_t> isum(groups * M * w.n);
  if (form == lut::TableForm::Full) {
    golden::lutSumsFull(tables, w.codes.data(), M, w.n, w.k, group, bits, isum.data());
    // The epilogue takes symmetric sums: isum' = 2·isum − (2^b − 1)·asum.
    for (int64_t g = 0; g < groups; ++g)
      for (int64_t m = 0; m < M; ++m)
        for (int64_t n = 0; n < w.n; ++n) {
          int32_t &sum = isum[(g * M + m) * w.n + n];
          sum = 2 * sum - ((1 << bits) - 1) * asum[m * groups + g];
        }
  } else if (type.getStorage() == lut::Storage::Planes) {
    golden::lutSums(tables, in[3]->bytes.data(), M, w.n, w.k, group, bits, isum.data());
  } else {
    golden::lutSumsHalf(tables, w.codes.data(), M, w.n, w.k, group, bits, isum.data());
  }
  epilogue(isum, asum, in[2]->data<float>(), w, type, op.getActGroup(), M, isTrue(op.getAccumulate(), in[4]),
           y.data<float>());
  return SmallVector<HostTensor>{y};
}

Outcome run(lut::GroupSumsOp op, Operands in, State &) {
  HostTensor asum = *in[1];
  golden::groupSums(in[0]->data<int8_t>(), in[0]->shape[0], in[0]->shape[1], op.getGroup(),
                    asum.data<int32_t>());
  return SmallVector<HostTensor>{asum};
}

/// Whole sums by the array, then the epilogue, which takes nothing back.
Outcome run(lut::MMAOp op, Operands in, State &state) {
  HostTensor y = *in.back();
  lut::WeightType type = weightOf(op.getW());
  FailureOr<std::shared_ptr<const Codes>> codes = codesOf(op, type, *in[3], state);
  if (failed(codes))
    return failure();
  const Codes &w = **codes;
  int64_t M = in[0]->shape[0], actGroup = op.getActGroup(), weightGroup = type.getGroup();
  int64_t group = lut::scaleGroup(actGroup, type), groups = ceilDiv(w.k, group);
  std::vector<int32_t> isum(groups * M * w.n);
  golden::macSums(in[0]->data<int8_t>(), in[3]->bytes.data(), M, w.n, w.k, group, type.getBits(),
                  type.getZero(), isum.data());
  std::vector<float> d = packed(w.scales, w, weightGroup, weightGroup), m;
  if (type.getHasMin())
    m = packed(w.minima, w, weightGroup, weightGroup);
  golden::Floats minima = {golden::FloatFormat::F32, type.getHasMin() ? m.data() : nullptr};
  golden::scaleSums(isum.data(), in[1]->data<int32_t>(), in[2]->data<float>(),
                    {golden::FloatFormat::F32, d.data()}, minima,
                    {groups, M, w.n, /*bits=*/0, /*zero=*/0, actGroup / group, weightGroup / group},
                    isTrue(op.getAccumulate(), in[4]), y.data<float>());
  return SmallVector<HostTensor>{y};
}

Outcome run(lut::RepackOp op, Operands in, State &) {
  lut::WeightType from = weightOf(op.getSource()), to = weightOf(op.getResult());
  if (from == to)
    return SmallVector<HostTensor>{*in[0]};
  if (to.getStorage() != lut::Storage::Planes)
    return op.emitOpError()
           << "expected a repack to planes, the only storage that weights are packed to, got "
           << lut::stringifyStorage(to.getStorage());
  Expected<HostTensor> packed = packWeights(from, *in[0]);
  if (!packed)
    return op.emitOpError() << "weights: " << packed.error().message;
  return SmallVector<HostTensor>{*packed};
}

} // namespace

LogicalResult embedQuantized(Operation *op, lut::WeightType type, const HostTensor &table,
                             const HostTensor &tokens, State &state, HostTensor &y) {
  FailureOr<std::shared_ptr<const Codes>> codes = codesOf(op, type, table, state);
  if (failed(codes))
    return failure();
  golden::embedRows(tokens.data<int32_t>(), tokens.shape[0], (*codes)->codes.data(), (*codes)->scales.data(),
                    type.getHasMin() ? (*codes)->minima.data() : nullptr, formatOf(type), (*codes)->k,
                    y.data<float>());
  return success();
}

Outcome runLUT(Operation *op, Operands operands, State &state) {
  return llvm::TypeSwitch<Operation *, Outcome>(op)
      .Case<lut::QuantizeActOp, lut::PrecomputeOp, lut::GroupSumsOp, lut::MPGemmOp, lut::MMAOp,
            lut::RepackOp>([&](auto known) { return run(known, operands, state); })
      .Case([&](lut::LookupGemmOp lookup) { return runLookup(lookup, operands, lookup.getForm(), state); })
      .Case([&](lut::LMMAOp lmma) { return runLookup(lmma, operands, lut::TableForm::Half, state); })
      .Default([](Operation *other) { return other->emitOpError("is not executed by the interpreter"); });
}

} // namespace accord::interpreter

std::optional<accord::golden::BlockFormat> accord::blockFormatOf(lut::Storage storage) {
  using golden::BlockFormat;
  switch (storage) {
  case lut::Storage::GGUFQ4_0:
    return BlockFormat::Q4_0;
  case lut::Storage::GGUFQ4_1:
    return BlockFormat::Q4_1;
  case lut::Storage::GGUFQ5_0:
    return BlockFormat::Q5_0;
  case lut::Storage::GGUFQ5_1:
    return BlockFormat::Q5_1;
  case lut::Storage::GGUFQ8_0:
    return BlockFormat::Q8_0;
  case lut::Storage::GGUFQ2_K:
    return BlockFormat::Q2_K;
  case lut::Storage::GGUFQ3_K:
    return BlockFormat::Q3_K;
  case lut::Storage::GGUFQ4_K:
    return BlockFormat::Q4_K;
  case lut::Storage::GGUFQ5_K:
    return BlockFormat::Q5_K;
  case lut::Storage::GGUFQ6_K:
    return BlockFormat::Q6_K;
  case lut::Storage::GGUFTQ1_0:
    return BlockFormat::TQ1_0;
  case lut::Storage::GGUFTQ2_0:
    return BlockFormat::TQ2_0;
  case lut::Storage::I2S_X86:
    return BlockFormat::I2_S_X86;
  case lut::Storage::I2S_ARM:
    return BlockFormat::I2_S_ARM;
  case lut::Storage::Planes:
    return std::nullopt;
  }
  llvm_unreachable("every storage has a case");
}

accord::Expected<accord::HostTensor> accord::packWeights(lut::WeightType from, const HostTensor &weights) {
  Expected<interpreter::Codes> decoded = interpreter::decode(from, weights);
  if (!decoded)
    return decoded.error();
  const interpreter::Codes &w = *decoded;
  HostTensor result;
  result.shape = weights.shape;
  result.kind = ElementKind::Weight;
  int64_t planes = golden::planesBytes(w.n, w.k, from.getBits()), scales = golden::scalesCount(w.n, w.groups);
  result.bytes.resize(planes + from.getScaleBytes() * scales * (from.getHasMin() ? 2 : 1));
  golden::packPlanes(w.codes.data(), w.n, w.k, from.getBits(), result.bytes.data());
  auto pack = [&](const std::vector<float> &values, int64_t at) {
    uint8_t *to = result.bytes.data() + planes + at * from.getScaleBytes();
    if (from.getScale().isF32())
      return golden::packScales(values.data(), w.n, w.groups, reinterpret_cast<float *>(to));
    std::vector<uint16_t> halves(values.size());
    llvm::transform(values, halves.begin(), golden::f32ToF16); // exact: they were f16
    golden::packScales(halves.data(), w.n, w.groups, reinterpret_cast<uint16_t *>(to));
  };
  pack(w.scales, 0);
  if (from.getHasMin())
    pack(w.minima, scales);
  return result;
}
