// The MAC array's commands for a co-simulation: random codes and weights, golden's sums.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/cosim_blocks.h"
#include "sim/golden/gemm.h"
#include "sim/golden/planes.h"
#include "sim/models/mac_array/mac_array_block.h"
#include <random>

using namespace accord;
using namespace accord::rtl;
using namespace accord::sim;

namespace {

enum Axis : size_t { axisM, axisPlanes, axisN, axisK, axisGroup };

MacArrayConfig configOf(const Hardware *hardware) {
  return hardware ? macArrayConfig(*hardware) : MacArrayConfig();
}

RtlSpec spec(const Hardware *hardware) { return macArraySpec(configOf(hardware)); }

Status check(const Hardware *hardware, const std::vector<int64_t> &sizes) {
  if (hardware && (!hardware->macArray || hardware->macArray->dtype != "int8"))
    return Error{"cosim mac_array: expected a machine with a mac_array of int8, got " + hardware->name};
  if (sizes[axisGroup] < golden::tableWeights || sizes[axisGroup] % golden::tableWeights != 0)
    return Error{"cosim mac_array: expected a group that is a multiple of 4, got " +
                 std::to_string(sizes[axisGroup])};
  if (sizes[axisPlanes] < 1 || sizes[axisPlanes] > 8)
    return Error{"cosim mac_array: expected 1 to 8 planes, got " + std::to_string(sizes[axisPlanes])};
  for (const Axis axis : {axisM, axisN, axisK})
    if (sizes[axis] < 1 || sizes[axis] > 65535)
      return Error{"cosim mac_array: expected 1 to 65535 of each size, got " + std::to_string(sizes[axis])};
  return checkMacArray(configOf(hardware));
}

/// A zero point that a command may have: in the middle, at the ends, or anywhere.
int32_t drawZero(int planes, std::mt19937_64 &random) {
  const int32_t zeros[] = {0, 1 << (planes - 1), planes < 8 ? 128 : 127, int32_t(random() % 129)};
  for (;;)
    if (const int32_t zero = planes == 8 ? 128 : zeros[random() % 4]; golden::macCodesFit(planes, zero))
      return zero;
}

Expected<CosimCase> make(const Hardware *hardware, const std::vector<int64_t> &sizes, uint64_t seed) {
  const int64_t m = sizes[axisM], n = sizes[axisN], k = sizes[axisK], group = sizes[axisGroup];
  const int planes = int(sizes[axisPlanes]);
  const int64_t tables = (k + golden::tableWeights - 1) / golden::tableWeights;
  const MacArrayShape shape{m, n, tables, std::min(group / golden::tableWeights, tables), planes};
  std::mt19937_64 random(seed);
  // One row in eight is at the ends of the range, where sums are widest; so is one lane.
  std::vector<int8_t> codes(size_t(m * k));
  for (int64_t i = 0; i < m * k; ++i) {
    const uint64_t draw = random();
    codes[size_t(i)] = (i / k) % 8 == 7 ? (draw & 1 ? -128 : 127) : int8_t(draw >> 8);
  }
  const uint8_t top = uint8_t((1u << planes) - 1);
  std::vector<uint8_t> weights(size_t(n * k));
  for (int64_t i = 0; i < n * k; ++i) {
    const uint64_t draw = random();
    weights[size_t(i)] = (i / k) % 8 == 7 ? (draw & 1 ? 0 : top) : uint8_t(draw >> 8) & top;
  }
  std::vector<uint8_t> packed(size_t(golden::planesBytes(n, k, planes)));
  golden::packPlanes(weights.data(), n, k, planes, packed.data());
  const int32_t zero = drawZero(planes, random);

  CosimCase made;
  made.place = "m " + std::to_string(m) + " n " + std::to_string(n) + " k " + std::to_string(k) + " planes " +
               std::to_string(planes) + " zero " + std::to_string(zero);
  std::vector<uint8_t> sums(size_t(shape.groups() * m * n) * sizeof(int32_t));
  golden::macSums(codes.data(), packed.data(), m, n, k, shape.groupTables * golden::tableWeights, planes,
                  zero, reinterpret_cast<int32_t *>(sums.data()));
  made.expected = {std::move(sums)};
  Expected<std::unique_ptr<RtlTask>> task =
      macArrayTask(configOf(hardware), shape, zero, std::move(codes), k, std::move(packed));
  if (!task)
    return task.error();
  made.task = std::move(*task);
  return made;
}

} // namespace

CosimBlock rtl::macArrayCosim() {
  return {"mac_array",
          {{"m", "rows; default 1 to 9", {1, 2, 3, 4, 5, 6, 7, 8, 9}},
           {"planes", "default 1 to 8", {1, 2, 3, 4, 5, 6, 7, 8}},
           {"n", "outputs; default 1 31 32 65", {1, 31, 32, 65}},
           {"k", "depths; default 4 35 130", {4, 35, 130}},
           {"group", "depths that share a scale, multiples of 4; default 32", {32}}},
          spec,
          check,
          make};
}
