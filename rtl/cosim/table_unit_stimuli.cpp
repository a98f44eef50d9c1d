// The table unit's commands for a co-simulation: random codes, golden's tables and sums.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/cosim_blocks.h"
#include "sim/golden/planes.h"
#include "sim/golden/tables.h"
#include "sim/models/table_unit/table_unit_block.h"
#include <random>

using namespace accord;
using namespace accord::rtl;
using namespace accord::sim;

namespace {

enum Axis : size_t { axisM, axisK, axisGroup };
constexpr int64_t entries = 8;

TableUnitConfig configOf(const Hardware *hardware) {
  TableUnitConfig config;
  if (hardware)
    config = {hardware->tableUnit->tablesPerCycle, hardware->lutArray->tableBits};
  return config;
}

RtlSpec spec(const Hardware *hardware) { return tableUnitSpec(configOf(hardware)); }

TableUnitShape shapeOf(const std::vector<int64_t> &sizes) {
  const int64_t tables = (sizes[axisK] + golden::tableWeights - 1) / golden::tableWeights;
  return {sizes[axisM], tables, std::min(sizes[axisGroup] / golden::tableWeights, tables)};
}

Status check(const Hardware *hardware, const std::vector<int64_t> &sizes) {
  if (hardware && (!hardware->tableUnit || !hardware->lutArray))
    return Error{
        "cosim table_unit: expected a machine with a table_unit and the lut_array that it is for, got " +
        hardware->name};
  if (sizes[axisGroup] < golden::tableWeights || sizes[axisGroup] % golden::tableWeights != 0)
    return Error{"cosim table_unit: expected a group that is a multiple of 4, got " +
                 std::to_string(sizes[axisGroup])};
  return checkTableUnit(configOf(hardware), shapeOf(sizes));
}

Expected<CosimCase> make(const Hardware *hardware, const std::vector<int64_t> &sizes, uint64_t seed) {
  const int64_t m = sizes[axisM], k = sizes[axisK];
  const TableUnitShape shape = shapeOf(sizes);
  std::mt19937_64 random(seed);
  // One row in eight is at the ends of the range, where entries and sums are widest.
  std::vector<int8_t> codes(size_t(m * k));
  for (int64_t i = 0; i < m * k; ++i) {
    const uint64_t draw = random();
    codes[size_t(i)] = (i / k) % 8 == 7 ? (draw & 1 ? -128 : 127) : int8_t(draw >> 8);
  }
  CosimCase made;
  made.place = "m " + std::to_string(m) + " k " + std::to_string(k);
  std::vector<uint8_t> tables(size_t(m * shape.tables * entries) * sizeof(int16_t));
  golden::halfTables(codes.data(), m, k, reinterpret_cast<int16_t *>(tables.data()));
  std::vector<uint8_t> sums(size_t(m * shape.groups()) * sizeof(int32_t));
  golden::groupSums(codes.data(), m, k, shape.groupTables * golden::tableWeights,
                    reinterpret_cast<int32_t *>(sums.data()));
  made.expected = {std::move(tables), std::move(sums)};
  Expected<std::unique_ptr<RtlTask>> task = tableUnitTask(configOf(hardware), shape, std::move(codes), k);
  if (!task)
    return task.error();
  made.task = std::move(*task);
  return made;
}

} // namespace

CosimBlock rtl::tableUnitCosim() {
  return {"table_unit",
          {{"m", "rows; default 1 to 9 17 40", {1, 2, 3, 4, 5, 6, 7, 8, 9, 17, 40}},
           {"k", "depths; default 1 4 31 36 130 576", {1, 4, 31, 36, 130, 576}},
           {"group", "depths that share a scale, multiples of 4; default 4 32 128", {4, 32, 128}}},
          spec,
          check,
          make};
}
