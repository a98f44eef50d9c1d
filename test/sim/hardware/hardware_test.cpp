// Each way a hardware file can be wrong, with its exact message, and the machine of the tree read back.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/hardware/hardware.h"
#include "sim/hardware/keys.h"
#include "test/support/replace_once.h"
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>
#include <unistd.h>

using namespace accord;

namespace {

std::string sourceDir() {
  const char *dir = std::getenv("ACCORD_SOURCE_DIR");
  REQUIRE(dir);
  return dir;
}

/// A legal machine, one line a key, that tests bend in one place. Line numbers in the tests count from 1
/// here.
const char *const Base = R"(name: unit
clock_mhz: 500
cores: 1
issue_cycles: 1
process: {node_nm: 28, voltage_v: 0.9}
lut_array: {m: 2, n: 64, k: 4, table_bits: 11, act_bits: 8, out_lanes: 16, count: 1}
table_unit: {tables_per_cycle: 1}
vector: {lanes: 16, latency_cycles: 4}
scratchpad:
  capacity_kib: 256
  banks: 8
  width_bits: 256
  latency_cycles: 2
accumulator: {capacity_kib: 64, banks: 2, width_bits: 512, latency_cycles: 2}
dma: {engines: 2, queue_depth: 8, setup_cycles: 16}
dram: {standard: LPDDR5, channels: 2, data_rate_mtps: 6400, bus_width_bits: 16, mapping: row-bank-column-group-channel, refresh: all_bank}
queues: {depth: 4}
)";

/// Base with the one occurrence of `from` replaced.
std::string bend(const std::string &from, const std::string &to) { return test::replaceOnce(Base, from, to); }

std::string errorOf(const std::string &text) {
  Expected<Hardware> hw = parseHardware(text, "f.yaml");
  return hw ? "accepted" : hw.error().message;
}

} // namespace

TEST_CASE("a legal machine is read with its units", "[hardware]") {
  Expected<Hardware> hw = parseHardware(Base, "f.yaml");
  REQUIRE(hw);
  CHECK(hw->name == "unit");
  CHECK(hw->clockHz() == 500000000);
  CHECK(hw->process.nodeNm == 28);
  CHECK(hw->process.voltageV == 0.9);
  REQUIRE(hw->lutArray);
  CHECK(hw->lutArray->m == 2);
  CHECK(hw->lutArray->n == 64);
  CHECK(hw->lutArray->k == 4);
  CHECK(hw->lutArray->tableBits == 11);
  CHECK(hw->lutArray->outLanes == 16);
  REQUIRE(hw->tableUnit);
  CHECK(hw->tableUnit->tablesPerCycle == 1);
  CHECK_FALSE(hw->macArray);
  CHECK(hw->scratchpad.capacityBytes == 256 * 1024);
  CHECK(hw->accumulator.widthBits == 512);
  CHECK(hw->dma.setupCycles == 16);
  CHECK(hw->dma.outstanding == 4); // left out
  CHECK(hw->queueDepth == 4);
  CHECK(hw->dram.queueDepth == 32); // left out
  CHECK(hw->dram.peakBytesPerSecond() == 25.6e9);
  CHECK(hw->dramBytesPerCycle() == Approx(51.2));
}

TEST_CASE("lut-edge is read, and written back as the same machine", "[hardware]") {
  Expected<Hardware> hw = loadHardware(sourceDir() + "/models/hardware/lut-edge.yaml");
  if (!hw)
    FAIL(hw.error().message);
  CHECK(hw->name == "lut-edge");
  Expected<Hardware> again = parseHardware(hardwareToYaml(*hw), "written");
  if (!again)
    FAIL(again.error().message);
  auto before = describeHardware(*hw), after = describeHardware(*again);
  REQUIRE(before.size() == after.size());
  REQUIRE(before.size() >= 30);
  for (size_t i = 0; i < before.size(); ++i) {
    CHECK(before[i].key == after[i].key);
    CHECK(before[i].value == after[i].value);
  }
}

TEST_CASE("a fractional clock is a whole number of hertz", "[hardware]") {
  Expected<Hardware> hw = parseHardware(bend("clock_mhz: 500", "clock_mhz: 1410.000001"), "f.yaml");
  REQUIRE(hw);
  CHECK(hw->clockHz() == 1410000001);
  // Many a number of megahertz times a million lies just below a whole number in binary.
  const unsigned seed = 20261130;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  int compared = 0;
  for (int i = 0; i < 300; ++i) {
    const auto hertz = int64_t(1000000 + random() % 9999000000);
    char clock[48];
    std::snprintf(clock, sizeof clock, "clock_mhz: %d.%06d", int(hertz / 1000000), int(hertz % 1000000));
    hw = parseHardware(bend("clock_mhz: 500", clock), "f.yaml");
    INFO(clock);
    REQUIRE(hw);
    CHECK(hw->clockHz() == hertz);
    ++compared;
  }
  CHECK(compared == 300);
  CHECK(errorOf(bend("clock_mhz: 500", "clock_mhz: 1.0000001")) ==
        "f.yaml:2:12: 'clock_mhz' must be a decimal number with at most 6 decimals, got '1.0000001'");
}

TEST_CASE("an unknown key is named with its nearest neighbour", "[hardware]") {
  CHECK(errorOf(bend("  banks: 8", "  bank: 8")) ==
        "f.yaml:11:3: 'scratchpad' must hold known keys only, got 'bank' (did you mean 'banks'?)");
  CHECK(
      errorOf(bend("clock_mhz: 500", "clock_mghz: 500")) ==
      "f.yaml:2:1: a hardware file must hold known keys only, got 'clock_mghz' (did you mean 'clock_mhz'?)");
  CHECK(errorOf(bend("queues: {depth: 4}", "queues: {depth: 4, <<: 1}")) ==
        "f.yaml:17:20: 'queues' must hold known keys only, got '<<' (known: depth)");
  CHECK(errorOf(bend("dma: {", "dma: {interrupt_vectors: 3, ")) ==
        "f.yaml:15:7: 'dma' must hold known keys only, got 'interrupt_vectors' (known: engines, queue_depth, "
        "setup_cycles; as of form 2: outstanding)");
}

TEST_CASE("a missing key is named with its mapping's place", "[hardware]") {
  CHECK(errorOf(bend("  banks: 8\n", "")) ==
        "f.yaml:10:3: 'scratchpad.banks' must be given, got no such key");
  CHECK(errorOf(bend("cores: 1\n", "")) == "f.yaml:1:1: 'cores' must be given, got no such key");
  CHECK(errorOf(bend("queues: {depth: 4}\n", "")) == "f.yaml:1:1: 'queues' must be given, got no such key");
}

TEST_CASE("a wrong type is told with what stood there", "[hardware]") {
  auto cores = [](const std::string &v) { return errorOf(bend("cores: 1", "cores: " + v)); };
  CHECK(cores("two") == "f.yaml:3:8: 'cores' must be a whole number, got 'two'");
  CHECK(cores("1.5") == "f.yaml:3:8: 'cores' must be a whole number, got '1.5'");
  CHECK(cores("1.0") == "f.yaml:3:8: 'cores' must be a whole number, got '1.0'");
  CHECK(cores("1e3") == "f.yaml:3:8: 'cores' must be a whole number, got '1e3'");
  CHECK(cores("0x10") == "f.yaml:3:8: 'cores' must be a whole number, got '0x10'");
  CHECK(cores("1_000") == "f.yaml:3:8: 'cores' must be a whole number, got '1_000'");
  CHECK(cores("true") == "f.yaml:3:8: 'cores' must be a whole number, got 'true'");
  CHECK(cores("\"1\"") == "f.yaml:3:8: 'cores' must be a whole number, got \"1\"");
  CHECK(cores("[1]") == "f.yaml:3:8: 'cores' must be a whole number, got a list");
  CHECK(cores("{a: 1}") == "f.yaml:3:8: 'cores' must be a whole number, got a mapping");
  CHECK(cores("~") == "f.yaml:3:8: 'cores' must be a whole number, got nothing");
  CHECK(errorOf(bend("queues: {depth: 4}", "queues: 4")) ==
        "f.yaml:17:9: 'queues' must be a mapping, got '4'");
  CHECK(errorOf(bend("name: unit", "name: [a]")) ==
        "f.yaml:1:7: 'name' must be a name of at most 64 letters, digits, '-', '_' and '.', got a list");
  CHECK(errorOf(bend("name: unit", "name: \"a b\"")) ==
        "f.yaml:1:7: 'name' must be a name of at most 64 letters, digits, '-', '_' and '.', got \"a b\"");
  CHECK(errorOf("- 1\n") == "f.yaml:1:1: a hardware file must be a mapping of keys, got a list");
  CHECK(errorOf("") == "f.yaml:1:1: a hardware file must be a mapping of keys, got nothing");
}

TEST_CASE("a leading zero is no number, octal or not", "[hardware]") {
  CHECK(errorOf(bend("cores: 1", "cores: 010")) ==
        "f.yaml:3:8: 'cores' must be a whole number without leading zeros, got '010'");
  CHECK(errorOf(bend("clock_mhz: 500", "clock_mhz: 0500.5")) ==
        "f.yaml:2:12: 'clock_mhz' must be a decimal number without leading zeros, got '0500.5'");
}

TEST_CASE("an impossible value is told with its range and unit", "[hardware]") {
  auto issue = [](const std::string &v) { return errorOf(bend("issue_cycles: 1", "issue_cycles: " + v)); };
  const std::string must = "f.yaml:4:15: 'issue_cycles' must be from 1 to 1024 cycles, got ";
  for (const char *v : {"0", "-1", "1025", "18446744073709551617"})
    CHECK(issue(v) == must + "'" + v + "'");
  CHECK(issue(std::string(400, '9')) == must + "'" + std::string(64, '9') + "...'");
  auto clock = [](const std::string &v) { return errorOf(bend("clock_mhz: 500", "clock_mhz: " + v)); };
  CHECK(clock(".nan") == "f.yaml:2:12: 'clock_mhz' must be a decimal number, got '.nan'");
  CHECK(clock("nan") == "f.yaml:2:12: 'clock_mhz' must be a decimal number, got 'nan'");
  CHECK(clock(".inf") == "f.yaml:2:12: 'clock_mhz' must be a decimal number, got '.inf'");
  CHECK(clock("inf") == "f.yaml:2:12: 'clock_mhz' must be a decimal number, got 'inf'");
  CHECK(clock("0") == "f.yaml:2:12: 'clock_mhz' must be from 1 to 10000 MHz, got '0'");
  CHECK(errorOf(bend("  banks: 8", "  banks: 12")) ==
        "f.yaml:11:10: 'scratchpad.banks' must be a power of two from 1 to 1024, got '12'");
  auto depth = [](const std::string &v) { return bend("all_bank", "all_bank, queue_depth: " + v); };
  CHECK(parseHardware(depth("1"), "f")->dram.queueDepth == 1);
  CHECK(errorOf(depth("0")) == "f.yaml:16:153: 'dram.queue_depth' must be from 1 to 512, got '0'");
  CHECK(errorOf(depth("513")) == "f.yaml:16:153: 'dram.queue_depth' must be from 1 to 512, got '513'");
  CHECK(errorOf(bend("engines: 2", "engines: 3")) ==
        "f.yaml:15:16: 'dma.engines' must be from 1 to 2, got '3'");
  CHECK(errorOf(bend("engines: 2", "engines: 2, outstanding: 0")) ==
        "f.yaml:15:32: 'dma.outstanding' must be from 1 to 64, got '0'");
  CHECK(parseHardware(bend("engines: 2", "engines: 2, outstanding: 1"), "f")->dma.outstanding == 1);
  CHECK(errorOf(bend("LPDDR5", "LPDDR6")) ==
        "f.yaml:16:18: 'dram.standard' must be one of DDR4, DDR5, LPDDR5, HBM2, HBM3, got 'LPDDR6'");
}

TEST_CASE("a value that nothing would act on is refused with what is supported", "[hardware]") {
  CHECK(errorOf(bend("cores: 1", "cores: 4")) ==
        "f.yaml:3:8: 'cores' must be 1 (one core is simulated; as of form 2), got '4'");
  CHECK(errorOf(bend("n: 64", "n: 128")) ==
        "f.yaml:6:22: 'lut_array.n' must be 64 (the lanes of packed planes; as of form 2), got '128'");
  CHECK(errorOf(bend("k: 4", "k: 3")) == "f.yaml:6:29: 'lut_array.k' must be 4 (the weights of a table in "
                                         "packed planes; as of form 2), got '3'");
  CHECK(
      errorOf(bend("table_bits: 11", "table_bits: 12")) ==
      "f.yaml:6:44: 'lut_array.table_bits' must be 11 bits (the exact sums of four 8-bit activations; as of "
      "form 2), got '12'");
  CHECK(
      errorOf(bend("act_bits: 8", "act_bits: 4")) ==
      "f.yaml:6:58: 'lut_array.act_bits' must be 8 bits (activation codes are int8; as of form 2), got '4'");
  CHECK(errorOf(bend("out_lanes: 16", "out_lanes: 24")) ==
        "f.yaml:6:72: 'lut_array.out_lanes' must be a power of two from 1 to 64, got '24'");
  CHECK(errorOf(bend("banks: 2, width_bits: 512", "banks: 2, width_bits: 16")) ==
        "f.yaml:14:55: 'accumulator.width_bits' must be a power of two from 32 to 4096 bits, got '16'");
  auto mac = [](const std::string &values) {
    return errorOf(bend("vector: {", "mac_array: {" + values + "}\nvector: {"));
  };
  CHECK(mac("rows: 4, cols: 32, acc_rows: 4, out_lanes: 16, dtype: int8") == "accepted");
  CHECK(mac("rows: 4, cols: 32, acc_rows: 4, out_lanes: 16, dtype: bf16") ==
        "f.yaml:8:67: 'mac_array.dtype' must be int8 (products are of quantized activations; as of form 2), "
        "got 'bf16'");
  CHECK(mac("rows: 6, cols: 32, acc_rows: 4, out_lanes: 16, dtype: int8") ==
        "f.yaml:8:19: 'mac_array.rows' must be a multiple of 4, the weights of a packed table, got '6'");
  CHECK(
      mac("rows: 4, cols: 48, acc_rows: 4, out_lanes: 16, dtype: int8") ==
      "f.yaml:8:28: 'mac_array.cols' must be a divisor or a multiple of 64, the lanes of packed planes, got "
      "'48'");
  CHECK(mac("rows: 4, cols: 32, acc_rows: 4, out_lanes: 12, dtype: int8") ==
        "f.yaml:8:56: 'mac_array.out_lanes' must be a divisor of cols (32), got '12'");
}

TEST_CASE("a file says of which form it is, and a newer one is refused first", "[hardware]") {
  const std::string base = Base;
  CHECK(errorOf("form: 1\n" + base) == "accepted");
  CHECK(errorOf(base + "form: 2\n") == "accepted");
  const std::string must = " 'form' must be from 1 to 2 (the forms of a hardware file that are read), got ";
  CHECK(errorOf("form: 3\n" + base) == "f.yaml:1:7:" + must + "'3'");
  CHECK(errorOf("form: 0\n" + base) == "f.yaml:1:7:" + must + "'0'");
  CHECK(errorOf("form: new\n" + base) == "f.yaml:1:7: 'form' must be a whole number, got 'new'");
  // Before a key that this form does not know, wherever it stands.
  CHECK(errorOf("colour: red\n" + base + "form: 3\n") == "f.yaml:19:7:" + must + "'3'");
  // A file of an older form has no key of a newer one; one that says nothing may have any.
  const std::string later = bend("engines: 2", "engines: 2, outstanding: 1");
  CHECK(errorOf(later) == "accepted");
  CHECK(errorOf("form: 2\n" + later) == "accepted");
  CHECK(errorOf("form: 1\n" + later) ==
        "f.yaml:16:19: 'dma.outstanding' must stand in a file of form 2, got form 1");
  CHECK(errorOf("form: 1\n" + bend("all_bank", "all_bank, queue_depth: 8")) ==
        "f.yaml:17:140: 'dram.queue_depth' must stand in a file of form 2, got form 1");
  // What is written has keys of the newest.
  CHECK(hardwareToYaml(*parseHardware("form: 1\n" + base, "f.yaml")).substr(0, 8) == "form: 2\n");
}

TEST_CASE("an energy file may be named, by a path or a name", "[hardware]") {
  auto with = [](const std::string &v) {
    return parseHardware(bend("voltage_v: 0.9", "voltage_v: 0.9, energy: " + v), "f.yaml");
  };
  CHECK(parseHardware(Base, "f.yaml")->process.energyFile.empty());
  for (const char *right : {"edge-28nm", "../energy/edge-28nm.yaml", "\"-\""}) {
    Expected<Hardware> hw = with(right);
    REQUIRE(hw);
    Expected<Hardware> again = parseHardware(hardwareToYaml(*hw), "written");
    REQUIRE(again);
    CHECK(again->process.energyFile == hw->process.energyFile);
    CHECK(describeHardware(*hw).size() == describeHardware(*parseHardware(Base, "f.yaml")).size() + 1);
  }
  CHECK(with("../energy/edge-28nm.yaml")->process.energyFile == "../energy/edge-28nm.yaml");
  const std::string must =
      "f.yaml:5:48: 'process.energy' must be a file of at most 255 letters, digits, '-', "
      "'_', '.' and '/', or a name, got ";
  CHECK(with("[a]").error().message == must + "a list");
  CHECK(with("\"\"").error().message == must + "\"\"");
  CHECK(with("a b").error().message == must + "'a b'");
}

TEST_CASE("the table of the README states each key's unit and range", "[hardware]") {
  std::stringstream page;
  page << std::ifstream(sourceDir() + "/sim/hardware/README.md").rdbuf();
  auto number = [](double v) {
    char text[32];
    std::snprintf(text, sizeof text, "%.12g", v);
    return std::string(text);
  };
  int compared = 0;
  for (const hardware::KeyRow &row : hardware::keyTable()) {
    std::string values;
    for (const char *word : row.words)
      values += (values.empty() ? "" : ", ") + std::string(word);
    if (row.max > 0)
      values = number(row.min) + (row.min == row.max ? "" : " – " + number(row.max)) +
               (row.form == hardware::KeyRow::PowerOfTwo ? ", power of two" : "");
    const std::string line = "\n| `" + hardware::dottedKey(row) + "` | " + row.unit + " | " + values;
    INFO(line);
    CHECK(page.str().find(line) != std::string::npos);
    ++compared;
  }
  CHECK(compared == int(hardware::keyTable().size()));
}

TEST_CASE("every numeric key is held to both ends of its range", "[hardware]") {
  int checked = 0;
  for (const hardware::KeyRow &row : hardware::keyTable()) {
    Hardware hw = *parseHardware(Base, "f.yaml");
    if (std::string_view(row.section) == "mac_array") // Not in Base.
      hw.macArray = MacArray{4, 1024, 4, 1, "int8"};
    auto slot = row.slot(hw);
    if (std::holds_alternative<std::string *>(slot))
      continue;
    std::string dotted = hardware::dottedKey(row);
    INFO(dotted);
    auto set = [&](double v) {
      if (auto *integer = std::get_if<int64_t *>(&slot))
        **integer = int64_t(v) * row.scale;
      else
        **std::get_if<double *>(&slot) = v;
    };
    for (double right : {row.min, row.max}) {
      set(right);
      CHECK(errorOf(hardwareToYaml(hw)) == "accepted");
      ++checked;
    }
    for (double wrong : {row.min - 1, row.max + 1}) {
      set(wrong);
      std::string message = errorOf(hardwareToYaml(hw));
      CHECK(message.find("'" + dotted + "' must be ") != std::string::npos);
      ++checked;
    }
  }
  CHECK(checked >= 120);
}

TEST_CASE("a dram made by hand is told what the reader would say of it", "[hardware]") {
  // The reader's message without its place.
  auto reader = [](const Hardware &hw) {
    const std::string message = errorOf(hardwareToYaml(hw));
    return message == "accepted" ? message : message.substr(message.find(": ") + 2);
  };
  auto byHand = [](const Hardware &hw) {
    const Status s = checkDram(hw.dram);
    return s ? "accepted" : s.error().message;
  };
  int accepted = 0, refused = 0;
  auto compare = [&](const Hardware &hw) {
    CHECK(byHand(hw) == reader(hw));
    ++(byHand(hw) == "accepted" ? accepted : refused);
  };
  for (const hardware::KeyRow &row : hardware::keyTable()) {
    if (std::string_view(row.section) != "dram")
      continue;
    INFO(row.key);
    Hardware hw = *parseHardware(Base, "f.yaml");
    const hardware::Slot slot = row.slot(hw);
    if (std::string *const *word = std::get_if<std::string *>(&slot)) {
      for (const char *legal : row.words)
        **word = legal, compare(hw);
      **word = "none-of-these", compare(hw);
    } else {
      const auto least = int64_t(row.min), most = int64_t(row.max);
      for (const int64_t value :
           {least - 1, least, least + 1, int64_t(48), int64_t(64), most - 1, most, most + 1})
        **std::get_if<int64_t *>(&slot) = value, compare(hw);
    }
  }
  Hardware hw = *parseHardware(Base, "f.yaml");
  hw.dram.standard = "DDR4", hw.dram.refresh = "per_bank";
  compare(hw);
  CHECK(accepted > 20);
  CHECK(refused > 10);
}

TEST_CASE("mac-edge is lut-edge with another array", "[hardware]") {
  Hardware lut = *loadHardware(sourceDir() + "/models/hardware/lut-edge.yaml");
  Expected<Hardware> mac = loadHardware(sourceDir() + "/models/hardware/mac-edge.yaml");
  REQUIRE(mac);
  REQUIRE(mac->macArray);
  CHECK_FALSE(mac->lutArray);
  CHECK_FALSE(mac->tableUnit);
  CHECK(mac->macArray->rows * mac->macArray->cols == 128);
  lut.name = mac->name;
  lut.lutArray.reset();
  lut.tableUnit.reset();
  lut.macArray = mac->macArray;
  CHECK(hardwareToYaml(lut) == hardwareToYaml(*mac));
}

TEST_CASE("keys are held against each other", "[hardware]") {
  std::string lut = "lut_array: {m: 2, n: 64, k: 4, table_bits: 11, act_bits: 8, out_lanes: 16, count: 1}\n";
  std::string table = "table_unit: {tables_per_cycle: 1}\n";
  CHECK(errorOf(bend(lut + table, "")) ==
        "f.yaml:1:1: 'lut_array' or 'mac_array' must be given, got neither");
  CHECK(errorOf(bend(table, "")) ==
        "f.yaml:1:1: 'table_unit' must be given with 'lut_array', got no such key");
  CHECK(errorOf(bend(lut, "mac_array: {rows: 8, cols: 8, acc_rows: 4, out_lanes: 8, dtype: int8}\n")) ==
        "f.yaml:1:1: 'table_unit' must come with 'lut_array', got it alone");
  CHECK(errorOf(bend("capacity_kib: 64, banks: 2, width_bits: 512",
                     "capacity_kib: 3, banks: 64, width_bits: 512")) ==
        "f.yaml:1:1: 'accumulator.capacity_kib' must be a multiple of banks x width (4096 bytes), got 3072 "
        "bytes");
  Expected<Hardware> mac = parseHardware(
      bend(lut + table, "mac_array: {rows: 8, cols: 4, acc_rows: 3, out_lanes: 2, dtype: int8}\n"), "f");
  REQUIRE(mac);
  CHECK(mac->macArray->rows == 8);
  CHECK(mac->macArray->cols == 4);
  CHECK(mac->macArray->accRows == 3);
  CHECK(mac->macArray->outLanes == 2);
  CHECK(mac->macArray->dtype == "int8");
  CHECK_FALSE(mac->lutArray);
  CHECK(parseHardware(hardwareToYaml(*mac), "written"));
  CHECK(errorOf(bend("refresh: all_bank", "refresh: self")) ==
        "f.yaml:16:130: 'dram.refresh' must be one of none, all_bank, per_bank, got 'self'");
  CHECK(errorOf(bend("mapping: row-bank-column-group-channel", "mapping: row-bank")) ==
        "f.yaml:16:90: 'dram.mapping' must be one of row-bank-column-group-channel, "
        "row-bank-group-column-channel, row-column-bank-group-channel, got 'row-bank'");
  std::string ddr4 = bend("LPDDR5", "DDR4");
  CHECK(errorOf(ddr4) == "accepted");
  ddr4.replace(ddr4.find("all_bank"), 8, "per_bank");
  CHECK(errorOf(ddr4) == "f.yaml:16:128: 'dram.refresh' must be none or all_bank with DDR4, got 'per_bank'");
}

TEST_CASE("a file that cannot be read says so", "[hardware]") {
  const std::pair<std::string, std::string> files[] = {
      {sourceDir() + "/no/such/file.yaml", "No such file or directory"}, {sourceDir(), "Is a directory"}};
  for (const auto &[path, why] : files) {
    Expected<Hardware> hw = loadHardware(path);
    REQUIRE_FALSE(hw);
    CHECK(hw.error().message == path + ": expected a readable hardware file, got: " + why);
  }
}

TEST_CASE("a file that is too long is refused, not cut", "[hardware]") {
  char path[] = "hardware-test-XXXXXX";
  const int made = mkstemp(path);
  REQUIRE(made >= 0);
  ::close(made);
  auto load = [&](size_t bytes) {
    std::string text = Base;
    text.resize(bytes, '\n'); // the machine stands at the beginning
    std::ofstream(path, std::ios::binary) << text;
    Expected<Hardware> hw = loadHardware(path);
    return hw ? "accepted" : hw.error().message;
  };
  CHECK(load(1 << 20) == "accepted");
  CHECK(load((1 << 20) + 1) == std::string(path) + ": expected at most 1048576 bytes, got 1048577");
  CHECK(load(3 << 20) == std::string(path) + ": expected at most 1048576 bytes, got 1048577");
  std::remove(path);
}
