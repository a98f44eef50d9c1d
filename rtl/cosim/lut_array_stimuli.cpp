// The LUT array's commands for a co-simulation: random activations and codes, golden's sums.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/cosim_blocks.h"
#include "sim/golden/gemm.h"
#include "sim/golden/planes.h"
#include "sim/golden/tables.h"
#include "sim/models/lut_array/lut_array_block.h"
#include "sim/models/lut_unit/lut_unit_model.h"
#include <random>

using namespace accord;
using namespace accord::rtl;
using namespace accord::sim;

namespace {

enum Axis : size_t { axisM, axisPlanes, axisN, axisK, axisGroup };

LutArrayConfig configOf(const Hardware *hardware) {
  return hardware ? lutArrayConfig(*hardware) : LutArrayConfig();
}

RtlSpec spec(const Hardware *hardware) { return lutArraySpec(configOf(hardware)); }

LutArrayShape shapeOf(const std::vector<int64_t> &sizes) {
  const int64_t tables = (sizes[axisK] + golden::tableWeights - 1) / golden::tableWeights;
  return {sizes[axisM], sizes[axisN], tables, sizes[axisGroup] / golden::tableWeights,
          int(sizes[axisPlanes])};
}

Status check(const Hardware *hardware, const std::vector<int64_t> &sizes) {
  if (hardware && !hardware->lutArray)
    return Error{"cosim lut_array: expected a machine with a lut_array, got " + hardware->name};
  if (sizes[axisGroup] < golden::tableWeights || sizes[axisGroup] % golden::tableWeights != 0)
    return Error{"cosim lut_array: expected a group that is a multiple of 4, got " +
                 std::to_string(sizes[axisGroup])};
  return checkLutArray(configOf(hardware), shapeOf(sizes));
}

Expected<CosimCase> make(const Hardware *hardware, const std::vector<int64_t> &sizes, uint64_t seed) {
  const int64_t m = sizes[axisM], n = sizes[axisN], k = sizes[axisK], group = sizes[axisGroup];
  const int bits = int(sizes[axisPlanes]);
  const LutArrayShape shape = shapeOf(sizes);
  std::mt19937_64 random(seed);
  std::vector<int8_t> activations(size_t(m * k));
  // One row in eight is at the ends of the range, where sums and tables are widest.
  for (int64_t i = 0; i < m * k; ++i) {
    const uint64_t draw = random();
    activations[size_t(i)] = (i / k) % 8 == 7 ? (draw & 1 ? -128 : 127) : int8_t(draw >> 8);
  }
  std::vector<uint8_t> codes(size_t(n * k));
  for (uint8_t &code : codes)
    code = uint8_t(random() & ((1u << bits) - 1));
  std::vector<int16_t> tables(size_t(m * shape.kTables * 8));
  golden::halfTables(activations.data(), m, k, tables.data());
  std::vector<uint8_t> planes(size_t(golden::planesBytes(n, k, bits)));
  golden::packPlanes(codes.data(), n, k, bits, planes.data());

  CosimCase made;
  made.place = "m " + std::to_string(m) + " n " + std::to_string(n) + " k " + std::to_string(k) + " planes " +
               std::to_string(bits);
  std::vector<uint8_t> sums(size_t(shape.groups() * m * n) * sizeof(int32_t));
  golden::lutSums(tables.data(), planes.data(), m, n, k, group, bits,
                  reinterpret_cast<int32_t *>(sums.data()));
  made.expected = {std::move(sums)};
  Expected<std::unique_ptr<RtlTask>> task =
      lutArrayTask(configOf(hardware), shape, std::move(tables), std::move(planes));
  if (!task)
    return task.error();
  made.task = std::move(*task);
  return made;
}

} // namespace

CosimBlock rtl::lutArrayCosim() {
  return {"lut_array",
          {{"m", "rows; default 1 to 9", {1, 2, 3, 4, 5, 6, 7, 8, 9}},
           {"planes", "default 1 to 8", {1, 2, 3, 4, 5, 6, 7, 8}},
           {"n", "outputs; default 1 63 64 65 192", {1, 63, 64, 65, 192}},
           {"k", "depths; default 4 36 576", {4, 36, 576}},
           {"group", "depths that share a scale, multiples of 4; default 32", {32}}},
          spec,
          check,
          make};
}
