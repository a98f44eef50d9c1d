// Packing for accelerators: the bytes that golden packs from golden's own codes; what does not fit is
// refused.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/accel_packing.h"
#include "sim/golden/planes.h"
#include "sim/golden/primitives.h"
#include "test/runtime/model/one_tensor.h"
#include <cstring>
#include <iostream>
#include <random>

using namespace accord;
using namespace accord::model;
using Catch::Contains;
using test::OneTensor;
using Bytes = std::vector<uint8_t>;

namespace {

/// Scales as `f32` says, in tiles of 64 rows or row by row.
Bytes scalesOf(const std::vector<float> &values, int64_t n, int64_t groups, bool f32, bool tiles) {
  std::vector<uint16_t> halves(values.size());
  std::transform(values.begin(), values.end(), halves.begin(), golden::f32ToF16);
  const size_t count = size_t(tiles ? golden::scalesCount(n, groups) : n * groups);
  Bytes bytes(count * (f32 ? 4 : 2));
  if (!tiles)
    std::memcpy(bytes.data(), f32 ? static_cast<const void *>(values.data()) : halves.data(), bytes.size());
  else if (f32)
    golden::packScales(values.data(), n, groups, reinterpret_cast<float *>(bytes.data()));
  else
    golden::packScales(halves.data(), n, groups, reinterpret_cast<uint16_t *>(bytes.data()));
  return bytes;
}

} // namespace

TEST_CASE("every format is packed for an accelerator as golden packs it") {
  uint64_t compared = 0;
  for (TensorType type : allTensorTypes())
    for (I2SLayout layout : {I2SLayout::X86, I2SLayout::ARM})
      for (int64_t n : {1, 64, 101}) {
        auto format = blockFormatOf(type, layout);
        if (!format || (type != TensorType::I2_S && layout == I2SLayout::ARM))
          continue;
        const int64_t k = 512;
        OneTensor file(type, n, k, layout);
        const bool f32 = test::hasF32Scales(type);
        const rt::ParameterSource source{"w", test::storageName(type, layout), {n, k}, f32};
        INFO(source.storage << " " << n << "x" << k);
        const golden::WeightFormat values = golden::weightFormat(*format, k);
        const int64_t groups = (k + values.group - 1) / values.group;
        Bytes codes(size_t(n * k));
        std::vector<float> d(size_t(n * groups)), m(values.hasMin ? d.size() : 0);
        REQUIRE(golden::decodeBlocks(*format, file.file->find("w")->data, n, k, codes.data(), d.data(),
                                     values.hasMin ? m.data() : nullptr));
        for (AccelForm form : {AccelForm::Planes, AccelForm::Rows}) {
          const bool tiles = form == AccelForm::Planes;
          Bytes expected[3] = {codes, scalesOf(d, n, groups, f32, tiles), {}};
          if (tiles) {
            expected[0].resize(size_t(golden::planesBytes(n, k, values.bits)));
            golden::packPlanes(codes.data(), n, k, values.bits, expected[0].data());
          }
          if (values.hasMin)
            expected[2] = scalesOf(m, n, groups, f32, tiles);
          Bytes got[3];
          for (int i = 0; i < 3; ++i)
            got[i].assign(expected[i].size(), 0xee);
          AccelPackJob job{source,
                           form,
                           {got[0].data(), got[0].size()},
                           {got[1].data(), got[1].size()},
                           {got[2].data(), got[2].size()}};
          Status status = packForAccelerator(*file.file, {job}, 3);
          INFO((status ? "" : status.error().message));
          REQUIRE(status);
          for (int i = 0; i < 3; ++i) {
            REQUIRE(got[i] == expected[i]);
            compared += got[i].size();
          }
        }
      }
  std::cout << "packing for accelerators: " << compared << " bytes compared" << std::endl;
  REQUIRE(compared > 0);
}

TEST_CASE("a tile of planes is golden's for every width, also where k ends inside a table") {
  std::mt19937_64 random(5);
  uint64_t compared = 0;
  for (int bits = 1; bits <= 8; ++bits)
    for (int64_t k : {1, 4, 7, 66})
      for (int64_t rows : {1, 63, 64}) {
        Bytes codes(size_t(rows * k));
        for (uint8_t &code : codes)
          code = uint8_t(random() & ((1U << bits) - 1));
        Bytes expected(size_t(golden::planesBytes(rows, k, bits))), got(expected.size(), 0xee);
        golden::packPlanes(codes.data(), rows, k, bits, expected.data());
        packPlaneTile(codes.data(), rows, k, bits, got.data());
        REQUIRE(got == expected);
        compared += got.size();
      }
  REQUIRE(compared > 0);
}

TEST_CASE("plain parameters are the file's bytes") {
  OneTensor file(TensorType::F32, 3, 32);
  const TensorInfo &tensor = *file.file->find("w");
  Bytes got(size_t(tensor.bytes), 0xee);
  AccelPackJob job{{"w", "f32", {3, 32}}, AccelForm::Plain, {got.data(), got.size()}, {}, {}};
  REQUIRE(packForAccelerator(*file.file, {job}, 1));
  CHECK(std::memcmp(got.data(), tensor.data, got.size()) == 0);
}

TEST_CASE("what is not what an accelerator's program expects is refused") {
  OneTensor file(TensorType::Q4_1, 16, 64);
  Bytes planes(size_t(golden::planesBytes(16, 64, 4))), d(64 * 2 * 2), m(d.size());
  const AccelPackJob right{{"w", "gguf_q4_1", {16, 64}},
                           AccelForm::Planes,
                           {planes.data(), planes.size()},
                           {d.data(), d.size()},
                           {m.data(), m.size()}};
  REQUIRE(packForAccelerator(*file.file, {right}, 1));
  auto refusal = [&](auto change) {
    AccelPackJob job = right;
    change(job);
    Status status = packForAccelerator(*file.file, {job}, 1);
    REQUIRE(!status);
    return status.error().message;
  };
  CHECK_THAT(refusal([](AccelPackJob &j) { j.source.name = "x"; }),
             Contains("memory: tensor 'x': expected it in the file, got none"));
  CHECK_THAT(refusal([](AccelPackJob &j) { j.source.storage = "gguf_q8_0"; }),
             Contains("expected gguf_q8_0, got gguf_q4_1"));
  CHECK_THAT(refusal([](AccelPackJob &j) { j.source.shape = {64, 16}; }),
             Contains("expected shape 64x16, got 16x64"));
  CHECK_THAT(refusal([](AccelPackJob &j) { j.minima = {}; }), Contains("expected room for 256 bytes, got 0"));
  CHECK_THAT(refusal([](AccelPackJob &j) { j.source.f32Scales = true; }),
             Contains("expected room for 512 bytes, got 256"));
  CHECK_THAT(refusal([](AccelPackJob &j) { j.form = AccelForm::Plain; }), Contains("of plain elements"));
}

TEST_CASE("a bad code of I2_S is told with its place on the way to an accelerator") {
  OneTensor file(TensorType::I2_S, 100, 128);
  file.bytes[file.bytes.size() - 32 - 32 * 5] = char(0xff); // some row of the last tile
  auto parsed = GgufFile::parse(file.bytes, "memory", {I2SLayout::X86});
  REQUIRE(parsed);
  Bytes codes(100 * 128), d(100 * 4);
  AccelPackJob job{{"w", "i2_s_x86", {100, 128}, true},
                   AccelForm::Rows,
                   {codes.data(), codes.size()},
                   {d.data(), d.size()},
                   {}};
  Status status = packForAccelerator(**parsed, {job}, 1);
  REQUIRE(!status);
  CHECK_THAT(status.error().message, Contains("tensor 'w': from row 64: row ") && Contains("got 3"));
}
