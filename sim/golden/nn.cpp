// Norms, softmax, rotary embedding, gating and dense contractions over the primitives and built functions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/nn.h"
#include "sim/golden/formats.h"
#include "sim/golden/functions.h"
#include "sim/golden/primitives.h"
#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <vector>

namespace accord::golden {

float Floats::operator[](int64_t i) const {
  switch (format) {
  case FloatFormat::F16:
    return f16ToF32(static_cast<const uint16_t *>(data)[i]);
  case FloatFormat::BF16:
    return bf16ToF32(static_cast<const uint16_t *>(data)[i]);
  case FloatFormat::F32:
    break;
  }
  return static_cast<const float *>(data)[i];
}

float laneSum(const float *x, int64_t n) {
  assert(n >= 1 && "a sum starts from its first term");
  constexpr int64_t lanes = 16;
  float lane[lanes] = {};
  for (int64_t i = 0; i < n; ++i)
    lane[i % lanes] = i < lanes ? x[i] : add(lane[i % lanes], x[i]);
  // Lanes 0..present-1 hold a term; folding leaves the lower half, all of whose lanes that had one still do.
  int64_t present = std::min(n, lanes);
  for (int64_t half = lanes / 2; half >= 1; half /= 2) {
    for (int64_t i = 0; i + half < present; ++i)
      lane[i] = add(lane[i], lane[i + half]);
    present = std::min(present, half);
  }
  return lane[0];
}

void rmsNorm(const float *x, const float *w, int64_t m, int64_t k, float eps, float *y) {
  const float inverse = static_cast<float>(1.0 / static_cast<double>(k));
  std::vector<float> squares(static_cast<size_t>(k));
  for (int64_t row = 0; row < m; ++row, x += k, y += k) {
    for (int64_t i = 0; i < k; ++i)
      squares[static_cast<size_t>(i)] = mul(x[i], x[i]);
    const float mean = mul(laneSum(squares.data(), k), inverse);
    const float r = rsqrt(add(mean, eps));
    for (int64_t i = 0; i < k; ++i)
      y[i] = mul(mul(x[i], r), w[i]);
  }
}

void softmax(const float *x, int64_t m, int64_t n, float *y) {
  for (int64_t row = 0; row < m; ++row, x += n, y += n) {
    float largest = x[0];
    for (int64_t i = 1; i < n; ++i)
      largest = x[i] > largest ? x[i] : largest;
    for (int64_t i = 0; i < n; ++i)
      y[i] = exp(sub(x[i], largest));
    const float inverse = rcp(laneSum(y, n));
    for (int64_t i = 0; i < n; ++i)
      y[i] = mul(y[i], inverse);
  }
}

void rope(const float *x, const float *cos, const float *sin, int64_t rows, int64_t heads, int64_t headDim,
          float *y, RopeStyle style) {
  const int64_t pairs = headDim / 2;
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t head = 0; head < heads; ++head)
      for (int64_t i = 0; i < pairs; ++i) {
        const int64_t base = (row * heads + head) * headDim;
        const int64_t first = base + (style == RopeStyle::Adjacent ? 2 * i : i);
        const int64_t second = style == RopeStyle::Adjacent ? first + 1 : first + pairs;
        const float a = x[first], b = x[second];
        const float c = cos[row * pairs + i], s = sin[row * pairs + i];
        y[first] = sub(mul(a, c), mul(b, s));
        y[second] = add(mul(a, s), mul(b, c));
      }
}

void siluMul(const float *gate, const float *up, int64_t count, float *y) {
  for (int64_t i = 0; i < count; ++i)
    y[i] = mul(silu(gate[i]), up[i]);
}

void relu2Mul(const float *gate, const float *up, int64_t count, float *y) {
  for (int64_t i = 0; i < count; ++i) {
    const float r = gate[i] > 0 ? gate[i] : 0;
    y[i] = mul(mul(r, r), up[i]);
  }
}

void widen(const uint16_t *x, int64_t count, float *y) {
  for (int64_t i = 0; i < count; ++i)
    y[i] = f16ToF32(x[i]);
}

void narrow(const float *x, int64_t count, uint16_t *y) {
  for (int64_t i = 0; i < count; ++i)
    y[i] = f32ToF16(x[i]);
}

void expand(const uint8_t *codes, int64_t m, int64_t k, int64_t group, int32_t zero, Floats d, Floats min,
            float *y) {
  const int64_t groups = ceilDiv(k, group);
  for (int64_t row = 0; row < m; ++row)
    for (int64_t i = 0; i < k; ++i) {
      const int64_t g = row * groups + i / group;
      const float scaled = mul(fromInt(codes[row * k + i] - zero), d[g]);
      y[row * k + i] = min.data ? add(scaled, min[g]) : scaled;
    }
}

namespace {

/// A value of a body for a block of elements: bits of an f32 or i32, or 0 and 1.
constexpr int64_t mapBlock = 128;
using MapBits = std::array<uint32_t, mapBlock>;

/// The predicates below 8 are ordered, those from 8 on true of NaN too; behind that a bit each for equal,
/// greater and less.
bool holdsOfFloats(unsigned predicate, float a, float b) {
  const bool ordered = a == a && b == b;
  if (predicate == 0 || predicate == 15)
    return predicate == 15;
  if (!ordered)
    return predicate >= 8;
  const unsigned bits = predicate < 8 ? predicate : predicate == 14 ? 0 : predicate - 7;
  return bits & (a == b ? 1 : a > b ? 2 : 4);
}

bool holdsOfIntegers(unsigned predicate, isa::Scalar type, uint32_t a, uint32_t b) {
  auto wide = [&](uint32_t v) { return type == isa::Scalar::I1 ? -int64_t(v) : int64_t(int32_t(v)); };
  switch (predicate) {
  case 0:
    return a == b;
  case 1:
    return a != b;
  case 2:
    return wide(a) < wide(b);
  case 3:
    return wide(a) <= wide(b);
  case 4:
    return wide(a) > wide(b);
  case 5:
    return wide(a) >= wide(b);
  case 6:
    return a < b;
  case 7:
    return a <= b;
  case 8:
    return a > b;
  }
  return a >= b;
}

/// One step for `count` elements; `types` are those of the values.
void runStep(const isa::Step &step, const std::vector<isa::Scalar> &types, std::vector<MapBits> &values,
             size_t at, int64_t count) {
  using isa::Primitive;
  const MapBits &a = values[step.operands[0]], &b = values[step.operands[1]], &c = values[step.operands[2]];
  MapBits &y = values[at];
  auto each = [&](auto f) {
    for (int64_t i = 0; i < count; ++i)
      y[i] = f(i);
  };
  auto floats = [&](auto f) { each([&](int64_t i) { return bitsOf(f(floatOf(a[i]), floatOf(b[i]))); }); };
  auto function = [&](float (*f)(float)) { each([&](int64_t i) { return bitsOf(f(floatOf(a[i]))); }); };
  switch (step.op) {
  case Primitive::F32:
  case Primitive::I32:
  case Primitive::I1:
    return each([&](int64_t) { return step.constant; });
  case Primitive::Add:
    return floats(add);
  case Primitive::Sub:
    return floats(sub);
  case Primitive::Mul:
    return floats(mul);
  case Primitive::Neg:
    return each([&](int64_t i) { return a[i] ^ 0x80000000u; });
  case Primitive::CmpF:
    return each(
        [&](int64_t i) -> uint32_t { return holdsOfFloats(step.predicate, floatOf(a[i]), floatOf(b[i])); });
  case Primitive::CmpI:
    return each([&](int64_t i) -> uint32_t {
      return holdsOfIntegers(step.predicate, types[step.operands[0]], a[i], b[i]);
    });
  case Primitive::Select:
    return each([&](int64_t i) { return a[i] ? b[i] : c[i]; });
  case Primitive::Bits:
  case Primitive::OfBits:
    return each([&](int64_t i) { return a[i]; });
  case Primitive::And:
    return each([&](int64_t i) { return a[i] & b[i]; });
  case Primitive::Or:
    return each([&](int64_t i) { return a[i] | b[i]; });
  case Primitive::Xor:
    return each([&](int64_t i) { return a[i] ^ b[i]; });
  case Primitive::Rcp:
    return function(rcp);
  case Primitive::Rsqrt:
    return function(rsqrt);
  case Primitive::Exp:
    return function(exp);
  case Primitive::Tanh:
    return function(tanh);
  case Primitive::Sigmoid:
    return function(sigmoid);
  case Primitive::Erf:
    return function(erf);
  }
}

} // namespace

void map(const isa::MapBody &body, const std::vector<MapInput> &inputs, int64_t m, int64_t n, float *y) {
  std::vector<isa::Scalar> types;
  const std::string broken = isa::check(body, &types);
  assert(broken.empty() && body.inputs == inputs.size() && "a body that was checked, with its inputs");
  (void)broken;
  // A body without values of its own still has three operands to name.
  std::vector<MapBits> values(std::max<size_t>(types.size(), 1));
  for (int64_t row = 0; row < m; ++row)
    for (int64_t first = 0; first < n; first += mapBlock) {
      const int64_t count = std::min(mapBlock, n - first);
      for (size_t x = 0; x < inputs.size(); ++x)
        for (int64_t i = 0; i < count; ++i)
          values[x][i] =
              bitsOf(inputs[x].data[row * inputs[x].rowStride + (first + i) * inputs[x].columnStride]);
      for (size_t s = 0; s < body.steps.size(); ++s)
        runStep(body.steps[s], types, values, inputs.size() + s, count);
      for (int64_t i = 0; i < count; ++i)
        y[row * n + first + i] = floatOf(values[body.result][i]);
    }
}

void transpose(const void *x, int64_t m, int64_t n, int64_t elementBytes, void *y) {
  const auto *from = static_cast<const char *>(x);
  auto *to = static_cast<char *>(y);
  for (int64_t row = 0; row < m; ++row)
    for (int64_t column = 0; column < n; ++column)
      std::memcpy(to + (column * m + row) * elementBytes, from + (row * n + column) * elementBytes,
                  static_cast<size_t>(elementBytes));
}

void addRows(const float *a, const float *b, int64_t m, int64_t n, float *y) {
  for (int64_t i = 0; i < m * n; ++i)
    y[i] = add(a[i], b[i]);
}

void contract(const float *a, const float *b, int64_t M, int64_t N, int64_t K, float *y) {
  assert(K >= 1 && "an accumulator starts from its first term");
  for (int64_t m = 0; m < M; ++m)
    for (int64_t n = 0; n < N; ++n) {
      float acc = mul(a[m * K], b[n * K]);
      for (int64_t k = 1; k < K; ++k)
        acc = add(acc, mul(a[m * K + k], b[n * K + k]));
      y[m * N + n] = acc;
    }
}

void contract(const float *a, Floats b, int64_t M, int64_t N, int64_t K, float *y) {
  std::vector<float> row(static_cast<size_t>(K)); // widened once for all rows of a
  for (int64_t n = 0; n < N; ++n) {
    for (int64_t k = 0; k < K; ++k)
      row[static_cast<size_t>(k)] = b[n * K + k];
    for (int64_t m = 0; m < M; ++m)
      contract(a + m * K, row.data(), 1, 1, K, y + m * N + n);
  }
}

void embedRows(const int32_t *tokens, int64_t m, Floats table, int64_t k, float *y) {
  for (int64_t row = 0; row < m; ++row)
    for (int64_t i = 0; i < k; ++i)
      y[row * k + i] = table[tokens[row] * k + i];
}

void embedRows(const int32_t *tokens, int64_t m, const uint8_t *codes, const float *d, const float *min,
               WeightFormat f, int64_t k, float *y) {
  assert(f.hasMin == (min != nullptr));
  const int64_t groups = ceilDiv(k, f.group);
  for (int64_t row = 0; row < m; ++row) {
    const int64_t token = tokens[row];
    dequantize(codes + token * k, d + token * groups, min ? min + token * groups : nullptr, f.zero, 1, k,
               f.group, y + row * k);
  }
}

} // namespace accord::golden
