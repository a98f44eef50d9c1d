// A comparison that cannot fail is worth nothing: the co-simulation must catch every mutation of the RTL.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/cosim.h"
#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <random>

using namespace accord;
using namespace accord::rtl;
namespace fs = std::filesystem;
using Catch::Matchers::Contains;

namespace {
struct Mutation {
  std::string name, file, from, to;
};
} // namespace

static fs::path sourceDir() {
  const char *dir = std::getenv("ACCORD_SOURCE_DIR");
  REQUIRE(dir);
  return dir;
}

static std::string readAll(const fs::path &path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE(in);
  return {std::istreambuf_iterator<char>(in), {}};
}

static std::string trim(const std::string &text) {
  size_t begin = text.find_first_not_of(' '), end = text.find_last_not_of(' ');
  return begin == std::string::npos ? "" : text.substr(begin, end - begin + 1);
}

/// Four fields between bars; `\|` is a bar of the field itself.
static Mutation parse(const std::string &line) {
  std::vector<std::string> fields(1);
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '|')
      fields.back() += line[++i];
    else if (line[i] == '|')
      fields.emplace_back();
    else
      fields.back() += line[i];
  }
  INFO(line);
  REQUIRE(fields.size() == 4);
  return {trim(fields[0]), trim(fields[1]), trim(fields[2]), trim(fields[3])};
}

namespace {
/// A block with a small grid that reaches every tail: rows, lanes, groups, one and many planes, drains longer
/// than groups. Its mutations stand in <block>_mutations.txt.
struct Listed {
  CosimBlock block;
  std::map<std::string, std::vector<int64_t>> sizes;
  std::optional<Hardware> hardware; ///< small, where the block's own is slow to build
};
} // namespace

static Hardware smallMachine() {
  Hardware h;
  h.lutArray = LutArray{2, 64, 4, 11, 8, 16, 1};
  h.tableUnit = TableUnit{3};
  h.macArray = MacArray{8, 4, 3, 2, "int8"};
  h.scratchpad.widthBits = 24;
  h.accumulator.widthBits = 64;
  return h;
}

static std::vector<Mutation> readMutations(const std::string &block) {
  std::ifstream in(sourceDir() / "test/cosim" / (block + "_mutations.txt"));
  REQUIRE(in);
  std::vector<Mutation> mutations;
  for (std::string line; std::getline(in, line);)
    if (!line.empty() && line[0] != '#')
      mutations.push_back(parse(line));
  return mutations;
}

/// Of many, some that change from run to run; ACCORD_ALL_MUTANTS=1 asks for all, ACCORD_SEED for the same
/// ones.
static std::vector<Mutation> sample(std::vector<Mutation> mutations, size_t most) {
  if (std::getenv("ACCORD_ALL_MUTANTS") || mutations.size() <= most)
    return mutations;
  const char *given = std::getenv("ACCORD_SEED");
  const uint64_t seed = given ? std::strtoull(given, nullptr, 10) : std::random_device()();
  std::printf("%zu of %zu mutations, seed %llu\n", most, mutations.size(), (unsigned long long)seed);
  std::shuffle(mutations.begin(), mutations.end(), std::mt19937_64(seed));
  mutations.resize(most);
  return mutations;
}

/// The RTL in a folder of its own, with a mutation of a block.
static void mutate(const fs::path &root, const std::string &block, const Mutation &mutation) {
  fs::remove_all(root);
  for (const std::string &folder : {std::string("pkg"), block, std::string("lint")}) {
    fs::create_directories(root / folder);
    fs::copy(sourceDir() / "rtl" / folder, root / folder);
  }
  fs::path file = root / block / mutation.file;
  std::string text = readAll(file);
  size_t at = text.find(mutation.from);
  REQUIRE(at != std::string::npos);
  REQUIRE(text.find(mutation.from, at + 1) == std::string::npos);
  text.replace(at, mutation.from.size(), mutation.to);
  std::ofstream(file, std::ios::binary) << text;
}

/// Runs the sound block, then each mutant.
static void checkMutations(const Listed &listed, size_t most) {
  const std::string block = listed.block.name;
  const std::vector<Mutation> all = readMutations(block), mutations = sample(all, most);
  REQUIRE(all.size() >= 20);
  CosimOptions options;
  options.rtl.optimization = 0;
  options.rtl.assertions = true;
  options.sizes = listed.sizes;
  options.hardware = listed.hardware ? &*listed.hardware : nullptr;
  options.stopAtFirst = true;
  options.rtl.rtlDir = (sourceDir() / "rtl").string();
  Expected<CosimReport> sound = cosim(listed.block, options);
  INFO((sound ? sound->firstDifference : sound.error().message));
  REQUIRE(sound);
  REQUIRE(sound->passed());

  const char *buildDir = std::getenv("ACCORD_BUILD_DIR");
  REQUIRE(buildDir);
  const fs::path root = fs::path(buildDir) / (block + "-mutations");
  options.rtl.rtlDir = root.string();
  size_t caught = 0;
  auto start = std::chrono::steady_clock::now();
  for (const Mutation &mutation : mutations) {
    INFO("mutation '" << mutation.name << "' of " << mutation.file << ": " << mutation.from);
    mutate(root, block, mutation);
    // A mutation that does not build is a mistake of the list, not one that was caught.
    Expected<CosimReport> report = cosim(listed.block, options);
    INFO((report ? std::string("built") : report.error().message));
    REQUIRE(report);
    CHECK_FALSE(report->passed());
    caught += !report->passed();
    std::printf("  %-24s %s\n", mutation.name.c_str(),
                report->passed() ? "NOT caught" : report->firstDifference.c_str());
  }
  fs::remove_all(root);
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("mutations of %s caught %zu of %zu (%.1f s)\n", block.c_str(), caught, mutations.size(),
              seconds);
  CHECK(caught == mutations.size());
}

TEST_CASE("the co-simulation catches every mutation of the LUT array", "[cosim][lut]") {
  checkMutations({lutArrayCosim(),
                  {{"m", {1, 2, 3}}, {"n", {15, 64, 65}}, {"k", {4, 36, 64}}, {"planes", {1, 2, 3, 8}}},
                  std::nullopt},
                 12);
}

TEST_CASE("the co-simulation catches every mutation of the MAC array", "[cosim][mac]") {
  checkMutations({macArrayCosim(),
                  {{"m", {1, 3, 4, 7}},
                   {"n", {1, 3, 4, 7, 12}},
                   {"k", {1, 4, 13, 30, 100}},
                   {"group", {4, 8, 20, 36}},
                   {"planes", {1, 2, 3, 5, 8}}},
                  smallMachine()},
                 8);
}

TEST_CASE("the co-simulation catches every mutation of the table unit", "[cosim][table]") {
  checkMutations({tableUnitCosim(),
                  {{"m", {1, 2, 3, 7, 8}}, {"k", {1, 4, 7, 13, 36, 50, 100}}, {"group", {4, 8, 12, 32}}},
                  smallMachine()},
                 8);
}

TEST_CASE("each comparison notices what no other does", "[cosim]") {
  const char *buildDir = std::getenv("ACCORD_BUILD_DIR");
  REQUIRE(buildDir);
  fs::path root = fs::path(buildDir) / "comparisons";
  // One row of 64 lanes, two groups of a table each, without stalls: four output beats a group.
  auto run = [&](const Mutation &mutation, int64_t planes) {
    INFO("mutation '" << mutation.name << "'");
    mutate(root, "lut_array", mutation);
    CosimOptions options;
    options.rtl.rtlDir = root.string();
    options.rtl.optimization = 0;
    options.rtl.assertions = mutation.name == "assertion";
    options.sizes = {{"m", {1}}, {"n", {64}}, {"k", {8}}, {"group", {4}}, {"planes", {planes}}};
    options.stallSeeds = {};
    Expected<CosimReport> report = cosim(lutArrayCosim(), options);
    INFO((report ? std::string("built") : report.error().message));
    REQUIRE(report);
    CHECK(report->runs == 1);
    CHECK_FALSE(report->passed());
    return *report;
  };
  const std::string place = "cosim lut_array m 1 n 64 k 8 planes ";

  // The second group's beats come a cycle late; all that goes in is in time.
  CosimReport late = run({"late output", "acc_lut_drain.sv", "(~valid_q | leave)", "~valid_q"}, 1);
  CHECK(late.firstDifference == place + "1: out beat 4: expected cycle 7, got 8");
  CHECK(late.beatMismatches == 4);
  CHECK(late.formMismatches == 1);

  // Weights do not wait for their table: a cycle less, by wrong sums.
  CosimReport early =
      run({"early weights", "acc_lut_table.sv", "head_valid_o = head_valid_q", "head_valid_o = 1'b1"}, 8);
  CHECK(early.brokenRuns == 0);
  CHECK(early.cyclesRtl + 1 == early.cyclesModel);
  CHECK(early.formMismatches == 1);

  CosimReport busy = run({"ready when idle", "acc_lut_array.sv", "run & head_valid & drain_free",
                          "cmd_ready_o | (run & head_valid & drain_free)"},
                         1);
  CHECK(busy.brokenRuns == 1);
  CHECK_THAT(busy.firstDifference,
             Contains("expected an idle block for a command, got one that takes input beats"));

  CosimReport told =
      run({"assertion", "acc_lut_seq.sv", "plane_q <= planes_m1_q)", "plane_q < planes_m1_q)"}, 1);
  CHECK(told.brokenRuns == 1);
  CHECK_THAT(told.firstDifference, Contains("expected no failed assertion, got") && Contains("seq_plane_a"));
  fs::remove_all(root);
}
