// Every block format, taken apart by golden and widened, against ggml's own dequantizers to the bit.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "random.h"
#include "sim/golden/formats.h"
#include "test/support/ggml_library.h"
#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <cstdio>
#include <cstring>

using namespace accord::golden;
using accord::golden::test::mismatches;
using accord::golden::test::Random;

namespace {

constexpr int64_t rows = 24, k = 1024;

/// ggml's names of a format: dequantize_row_q4_K.
std::string ggmlName(const BlockInfo &info) {
  std::string name = info.name;
  for (char &c : name)
    if (c != 'K')
      c = static_cast<char>(std::tolower(c));
  return name;
}

template <typename F> F symbol(const std::string &name) {
  accord::Expected<void *> found = accord::test::ggmlSymbol("libggml-base.so", name.c_str());
  if (!found)
    FAIL(found.error().message);
  return reinterpret_cast<F>(*found);
}

/// f16 values that break things: zeros, subnormals, both signs, the largest, infinities, a NaN; else any
/// bits.
uint16_t hardHalf(Random &random) {
  constexpr uint16_t special[] = {0x0000, 0x8000, 0x0001, 0x8001, 0x03ff, 0x83ff, 0x0400, 0x8400,
                                  0x3c00, 0xbc00, 0x7bff, 0xfbff, 0x7c00, 0xfc00, 0x7e00};
  const int64_t choice = random.integer(0, 29);
  return choice < 15 ? special[choice] : static_cast<uint16_t>(random.integer(0, 0xffff));
}

/// Random codes under hard scales. TQ1_0 takes any byte, as ggml does.
std::vector<uint8_t> hardBlocks(Random &random, const BlockInfo &info) {
  std::vector<uint8_t> bytes(static_cast<size_t>(matrixBytes(info.format, rows, k)));
  for (uint8_t &b : bytes)
    b = static_cast<uint8_t>(random.integer(0, 255));
  for (int64_t at = 0; at < static_cast<int64_t>(bytes.size()); at += info.bytes)
    for (const int offset : {info.dOffset, info.minOffset})
      if (offset >= 0) {
        const uint16_t half = hardHalf(random);
        bytes[static_cast<size_t>(at + offset)] = static_cast<uint8_t>(half & 0xff);
        bytes[static_cast<size_t>(at + offset + 1)] = static_cast<uint8_t>(half >> 8);
      }
  return bytes;
}

std::vector<float> widened(const BlockInfo &info, const std::vector<uint8_t> &bytes) {
  const WeightFormat f = weightFormat(info.format, k);
  std::vector<uint8_t> codes(rows * k);
  std::vector<float> d(static_cast<size_t>(rows * ceilDiv(k, f.group))), min(d.size()), w(codes.size());
  REQUIRE(decodeBlocks(info.format, bytes.data(), rows, k, codes.data(), d.data(),
                       f.hasMin ? min.data() : nullptr));
  CHECK(*std::max_element(codes.begin(), codes.end()) < 1 << f.bits);
  dequantize(codes.data(), d.data(), f.hasMin ? min.data() : nullptr, f.zero, rows, k, f.group, w.data());
  return w;
}

bool isI2S(const BlockInfo &info) { return info.values.group == 0; }

} // namespace

TEST_CASE("the table of block formats follows its enumeration", "[golden][formats]") {
  int64_t formats = 0;
  for (const BlockInfo &info : blockFormats()) {
    CHECK(&blockInfo(info.format) == &info);
    CHECK(static_cast<int64_t>(info.format) == formats++);
    if (!isI2S(info))
      CHECK(info.weights % info.values.group == 0);
  }
  CHECK(formats == 14);
}

TEST_CASE("every block format decodes as ggml decodes it", "[golden][ggml]") {
  if (accord::test::skippedOffline("block formats"))
    return;
  Random random("ggml formats");
  int64_t formats = 0;
  for (const BlockInfo &info : blockFormats()) {
    if (isI2S(info))
      continue; // ggml does not know it: it has its own case below
    const auto quantize =
        symbol<void (*)(const float *, void *, int64_t)>("quantize_row_" + ggmlName(info) + "_ref");
    const auto dequantizeRow =
        symbol<void (*)(const void *, float *, int64_t)>("dequantize_row_" + ggmlName(info));
    // Blocks as files have them, of several magnitudes (f16 scales down to subnormals), then hard ones.
    std::vector<std::vector<uint8_t>> inputs;
    for (const float scale : {1.0f, 0.02f, 1e-5f, 3e-7f, 1000.0f}) {
      inputs.emplace_back(static_cast<size_t>(matrixBytes(info.format, rows, k)));
      quantize(random.normals(rows * k, scale).data(), inputs.back().data(), rows * k);
    }
    for (int i = 0; i < 5; ++i)
      inputs.push_back(hardBlocks(random, info));

    int64_t values = 0, wrong = 0, nans = 0;
    for (const std::vector<uint8_t> &bytes : inputs) {
      const std::vector<float> ours = widened(info, bytes);
      std::vector<float> theirs(ours.size());
      dequantizeRow(bytes.data(), theirs.data(), rows * k);
      wrong += mismatches(ours, theirs);
      nans += std::count_if(ours.begin(), ours.end(), [](float x) { return x != x; });
      values += static_cast<int64_t>(ours.size());
    }
    std::printf("ggml %s: %lld values compared (%lld of them NaN), %lld mismatches\n", info.name,
                static_cast<long long>(values), static_cast<long long>(nans), static_cast<long long>(wrong));
    CHECK(values == 10 * rows * k);
    CHECK(nans < values / 2);
    CHECK(wrong == 0);
    ++formats;
  }
  CHECK(formats == 12);
}

TEST_CASE("I2_S decodes what its definition packs, and refuses code 3", "[golden][formats]") {
  Random random("I2_S");
  for (const BlockFormat format : {BlockFormat::I2_S_X86, BlockFormat::I2_S_ARM}) {
    // Of BitNet: weight j of a group stands in byte j mod `bytes`, the first `bytes` weights in the top two
    // bits.
    const int64_t n = 3, bytes = format == BlockFormat::I2_S_X86 ? 32 : 16;
    std::vector<uint8_t> codes(static_cast<size_t>(n * k)), packed(static_cast<size_t>(n * k / 4 + 32), 0);
    for (uint8_t &c : codes)
      c = static_cast<uint8_t>(random.integer(0, 2));
    for (int64_t i = 0; i < n * k; ++i) {
      const int64_t j = i % (4 * bytes);
      packed[static_cast<size_t>(i / (4 * bytes) * bytes + j % bytes)] |=
          static_cast<uint8_t>(codes[static_cast<size_t>(i)] << (6 - 2 * (j / bytes)));
    }
    const float scale = 0.0371f;
    std::memcpy(&packed[static_cast<size_t>(n * k / 4)], &scale, sizeof scale);
    REQUIRE(static_cast<int64_t>(packed.size()) == matrixBytes(format, n, k));
    CHECK(weightFormat(format, k).group == k);

    std::vector<uint8_t> got(codes.size());
    std::vector<float> d(n);
    REQUIRE(decodeBlocks(format, packed.data(), n, k, got.data(), d.data(), nullptr));
    CHECK(got == codes);
    CHECK(d == std::vector<float>(n, scale));
    std::printf("%s: %lld codes compared\n", blockInfo(format).name, static_cast<long long>(got.size()));

    const int64_t wrong = k + 2 * bytes + 5; // row 1, in its first group
    packed[static_cast<size_t>(k / 4 + 5)] |= 3 << 2;
    const accord::Status status = decodeBlocks(format, packed.data(), n, k, got.data(), d.data(), nullptr);
    REQUIRE_FALSE(status);
    CHECK(status.error().message ==
          "row 1, weight " + std::to_string(wrong - k) + ": expected a code of 0 to 2, got 3");
  }
}

TEST_CASE("unquantized rows widen exactly", "[golden][formats]") {
  const uint8_t f32[] = {0x00, 0x00, 0x80, 0x3f, 0x01, 0x00, 0x00, 0x80};
  const uint8_t f16[] = {0x00, 0x3c, 0x01, 0x80};
  const uint8_t bf16[] = {0x80, 0x3f, 0x01, 0x80};
  float out[2];
  decodeF32(f32, 2, out);
  CHECK((out[0] == 1 && bitsOf(out[1]) == 0x80000001));
  decodeF16(f16, 2, out);
  CHECK((out[0] == 1 && out[1] == -0x1p-24f));
  decodeBF16(bf16, 2, out);
  CHECK((out[0] == 1 && bitsOf(out[1]) == 0x80010000));
}
