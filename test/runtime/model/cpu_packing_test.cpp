// Packing for the CPU: every code, scale and minimum of every format stands where cpu_layout.h says; what
// does not fit is refused.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/cpu_packing.h"
#include "sim/golden/nn.h"
#include "sim/golden/primitives.h"
#include "test/runtime/model/one_tensor.h"
#include <cstring>
#include <iostream>

using namespace accord;
using namespace accord::model;
using Catch::Contains;
using test::OneTensor;

TEST_CASE("every format is packed as the layout says") {
  uint64_t compared = 0;
  for (TensorType type : allTensorTypes())
    for (I2SLayout layout : {I2SLayout::X86, I2SLayout::ARM})
      for (int64_t n : {1, 16, 37}) {
        if (type != TensorType::I2_S && layout == I2SLayout::ARM)
          continue;
        const int64_t k = 512;
        OneTensor file(type, n, k, layout);
        const TensorInfo &tensor = *file.file->find("w");
        auto format = blockFormatOf(type, layout);
        rt::ParameterSource source{"w", test::storageName(type, layout), {n, k}, false};
        INFO(source.storage << " " << n << "x" << k);
        if (!format) {
          CpuFloats f{n, k, type == TensorType::F32 ? 4 : 2};
          std::vector<uint8_t> packed(size_t(f.bytes()), 0xee);
          REQUIRE(packParameters(*file.file, {{source, packed.data(), packed.size()}}, 2));
          for (int64_t row = 0; row < f.tiles() * cpuLanes; ++row)
            for (int64_t i = 0; i < k; ++i) {
              const uint8_t *got =
                  packed.data() + row / 16 * f.tileBytes() + (i * 16 + row % 16) * f.elementBytes;
              const uint8_t zero[4] = {};
              const uint8_t *want = row < n ? tensor.data + (row * k + i) * f.elementBytes : zero;
              REQUIRE(std::memcmp(got, want, size_t(f.elementBytes)) == 0);
              ++compared;
            }
          continue;
        }
        golden::WeightFormat values = golden::weightFormat(*format, k);
        const bool f32 = test::hasF32Scales(type);
        source.f32Scales = f32;
        CpuWeights w{n, k, CpuWeights::classOf(values.bits, values.group), values.group, values.hasMin, f32};
        w.nibbleScales = type == TensorType::Q2_K;
        std::vector<uint8_t> packed(size_t(w.bytes()), 0xee);
        auto status = packParameters(*file.file, {{source, packed.data(), packed.size()}}, 3);
        INFO((status ? "" : status.error().message));
        REQUIRE(status);
        std::vector<uint8_t> codes(size_t(n * k));
        std::vector<float> d(size_t(n * w.groups())), m(d.size());
        REQUIRE(golden::decodeBlocks(*format, tensor.data, n, k, codes.data(), d.data(), m.data()));
        auto number = [&](const uint8_t *part, int64_t i) {
          if (f32) {
            float v;
            std::memcpy(&v, part + 4 * i, 4);
            return v;
          }
          uint16_t v;
          std::memcpy(&v, part + 2 * i, 2);
          return golden::f16ToF32(v);
        };
        for (int64_t row = 0; row < w.tiles() * cpuLanes; ++row) {
          const uint8_t *tile = packed.data() + row / 16 * w.tileBytes();
          const int64_t lane = row % 16;
          for (int64_t i = 0; i < k; ++i) {
            const uint8_t byte = tile[i / w.unit() * 64 + 4 * lane + i % 4];
            const int code = byte >> (i % w.unit() / 4 * w.bits) & ((1 << w.bits) - 1);
            REQUIRE(code == (row < n ? codes[size_t(row * k + i)] : 0));
            ++compared;
          }
          for (int64_t g = 0; g < w.groups(); ++g) {
            const size_t at = size_t(row * w.groups() + g);
            if (w.nibbleScales) {
              const uint8_t nibbles = tile[w.scalesOffset() + g * 16 + lane];
              float pair[2];
              for (int i = 0; i < 2; ++i)
                std::memcpy(&pair[i], tile + w.minimaOffset() + (g / 16 * 2 + i) * 64 + 4 * lane, 4);
              REQUIRE(golden::bitsOf(pair[0] * float(nibbles & 15)) == (row < n ? golden::bitsOf(d[at]) : 0));
              REQUIRE(golden::bitsOf(pair[1] * float(nibbles >> 4)) == (row < n ? golden::bitsOf(m[at]) : 0));
              compared += 2;
              continue;
            }
            REQUIRE(golden::bitsOf(number(tile + w.scalesOffset(), g * 16 + lane)) ==
                    (row < n ? golden::bitsOf(d[at]) : 0));
            if (w.hasMin)
              REQUIRE(golden::bitsOf(number(tile + w.minimaOffset(), g * 16 + lane)) ==
                      (row < n ? golden::bitsOf(m[at]) : 0));
            compared += w.hasMin ? 2 : 1;
          }
        }
      }
  std::cout << "packing: " << compared << " codes, scales and minima compared" << std::endl;
  REQUIRE(compared > 0);
}

TEST_CASE("parameters that are not what a program expects are refused") {
  OneTensor file(TensorType::Q8_0, 16, 64);
  CpuWeights w{16, 64, 8, 32, false, false};
  std::vector<uint8_t> packed(size_t(w.bytes()));
  auto refusal = [&](rt::ParameterSource source, uint64_t bytes) {
    Status status = packParameters(*file.file, {{std::move(source), packed.data(), bytes}}, 1);
    REQUIRE(!status);
    return status.error().message;
  };
  const uint64_t bytes = packed.size();
  CHECK_THAT(refusal({"x", "gguf_q8_0", {16, 64}}, bytes),
             Contains("memory: tensor 'x': expected it in the file, got none"));
  CHECK_THAT(refusal({"w", "gguf_q4_0", {16, 64}}, bytes), Contains("expected gguf_q4_0, got gguf_q8_0"));
  CHECK_THAT(refusal({"w", "gguf_q8_0", {64, 16}}, bytes), Contains("expected shape 64x16, got 16x64"));
  CHECK_THAT(refusal({"w", "gguf_q8_0", {16, 64}}, bytes - 64), Contains("expected room for"));
}

TEST_CASE("a bad code of I2_S is told with its place") {
  OneTensor file(TensorType::I2_S, 40, 128);
  file.bytes[file.bytes.size() - 32 - 32 * 5] = char(0xff); // some row of the last tile
  auto parsed = GgufFile::parse(file.bytes, "memory", {I2SLayout::X86});
  REQUIRE(parsed);
  CpuWeights w{40, 128, 2, 128, false, true};
  std::vector<uint8_t> packed(size_t(w.bytes()));
  Status status =
      packParameters(**parsed, {{{"w", "i2_s_x86", {40, 128}, true}, packed.data(), packed.size()}}, 1);
  REQUIRE(!status);
  CHECK_THAT(status.error().message, Contains("tensor 'w': from row 32: row ") && Contains("got 3"));
}

TEST_CASE("rotary tables are golden's, rows padded") {
  OneTensor file(TensorType::F32, 1, 32);
  const rt::RopeSource source{9, 20, 10000, 1, "", true};
  std::vector<uint8_t> table(9 * 64);
  REQUIRE(makeRopeTable(*file.file, source, table.data(), table.size()));
  std::vector<float> cos(90), sin(90);
  golden::ropeTables(9, 20, 10000, cos.data(), sin.data());
  for (int p = 0; p < 9; ++p)
    CHECK(std::memcmp(table.data() + 64 * p, sin.data() + 10 * p, 40) == 0);
  CHECK_THAT(
      makeRopeTable(*file.file, {9, 20, 10000, 1, "none", true}, table.data(), table.size()).error().message,
      Contains("tensor 'none': expected 10 rotary factors in f32, got none"));
}
