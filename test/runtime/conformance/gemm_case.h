// A random mixed-precision product with golden's answer at every step, and L3 programs that compute it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/golden/gemm.h"
#include "sim/golden/planes.h"
#include "sim/golden/primitives.h"
#include "sim/golden/quantize.h"
#include "sim/golden/tables.h"
#include "test/runtime/cpu/compare.h"
#include "test/runtime/cpu/l3_text.h"

namespace accord::test {

struct GemmShape {
  int64_t M, N, K;
  int bits;
  int32_t zero;
  bool hasMin;
  int64_t groups() const { return golden::ceilDiv(K, 32); }
  int64_t tables() const { return golden::ceilDiv(K, 4); }
  int64_t tiles() const { return golden::ceilDiv(N, 64); }
  std::string dequantAttributes() const {
    return "group = 32 : i64, bits = " + std::to_string(bits) + " : i64, zero = " + std::to_string(zero) +
           " : i64";
  }
};

/// "3x36xf32".
inline std::string dims(std::initializer_list<int64_t> extents, const std::string &element) {
  std::string text;
  for (int64_t extent : extents)
    text += std::to_string(extent) + "x";
  return text + element;
}

/// Packed weights and x with special values among them, and golden's results.
struct GemmCase {
  std::vector<float> x, scales, y;
  std::vector<uint8_t> weightCodes, planes;
  std::vector<uint16_t> d, m, dPacked, mPacked;
  std::vector<int8_t> codes;
  std::vector<int16_t> halfTables;
  std::vector<int32_t> asum, isum;

  /// `rarity`: one in so many activations is special; scales take every f16 pattern unless `tameScales`.
  GemmCase(const GemmShape &s, Random &random, int64_t rarity = 200, bool tameScales = false) {
    const int64_t G = s.groups();
    x = random.withSpecials(random.normals(s.M * s.K, 2.0f), rarity);
    weightCodes = random.integers<uint8_t>(s.N * s.K, 0, (1 << s.bits) - 1);
    // Every exponent, subnormals, infinities and NaNs among them; or 2^-7 .. 2^-3 as real weights have.
    int64_t low = tameScales ? 0x2000 : 0, high = tameScales ? 0x2fff : 0xffff;
    d = random.integers<uint16_t>(s.N * G, low, high);
    m = random.integers<uint16_t>(s.N * G, low, high);
    planes.resize(size_t(golden::planesBytes(s.N, s.K, s.bits)));
    golden::packPlanes(weightCodes.data(), s.N, s.K, s.bits, planes.data());
    dPacked.resize(size_t(golden::scalesCount(s.N, G)));
    mPacked.resize(dPacked.size());
    golden::packScales(d.data(), s.N, G, dPacked.data());
    golden::packScales(m.data(), s.N, G, mPacked.data());

    codes.resize(x.size());
    scales.resize(size_t(s.M * G));
    halfTables.resize(size_t(s.M * s.tables() * 8));
    asum.resize(scales.size());
    isum.resize(size_t(G * s.M * s.N));
    y.resize(size_t(s.M * s.N));
    golden::quantizeAct(x.data(), s.M, s.K, 32, codes.data(), scales.data());
    golden::halfTables(codes.data(), s.M, s.K, halfTables.data());
    golden::groupSums(codes.data(), s.M, s.K, 32, asum.data());
    golden::lutSums(halfTables.data(), planes.data(), s.M, s.N, s.K, 32, s.bits, isum.data());
    golden::lutEpilogue(isum.data(), asum.data(), scales.data(), dPacked.data(),
                        s.hasMin ? mPacked.data() : nullptr, s.bits, s.zero, G, s.M, s.N, false, y.data());
  }

  /// x, planes, d, minima.
  std::vector<Bytes> arguments() const { return {bytesOf(x), planes, bytesOf(dPacked), bytesOf(mPacked)}; }
};

} // namespace accord::test
