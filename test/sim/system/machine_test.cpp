// All of the simulator that needs no events, so that sanitizers see it: values in program order, images,
// results.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/nn.h"
#include "sim/golden/primitives.h"
#include "sim/models/lut_unit/lut_tables.h"
#include "sim/system/machine_model.h"
#include "sim/system/memories.h"
#include "sim/system/race_trap.h"
#include "sim/system/sim_result.h"
#include "test/sim/support/builder.h"
#include "test/sim/support/generator.h"
#include "test/sim/support/image_order.h"
#include "test/sim/support/units.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>

using namespace accord;
using namespace accord::test;

TEST_CASE("commands in program order give golden's values without a race", "[sim][system]") {
  const char *source = std::getenv("ACCORD_SOURCE_DIR");
  const auto hardware = loadHardware(std::string(source ? source : ".") + "/models/hardware/lut-edge.yaml");
  REQUIRE(hardware);
  size_t compared = 0;
  uint64_t checked = 0;
  for (uint64_t seed = 500; seed < 520; ++seed) {
    const Generated g = generate(seed);
    REQUIRE(sim::MachineModel(*hardware).check(g.program));
    const program::Sequence sequence = program::sequenceOf(g.program);
    const sim::DramImage arguments = toParameters(g.program, g.arguments);
    REQUIRE(sim::checkImage(sequence, arguments));
    sim::Memories memories(sequence, *hardware, arguments);
    memories.enter(sequence.calls[0]);
    sim::RaceTrap trap(g.program);
    for (uint32_t i = 0; i < g.program.commands.size(); ++i) {
      const program::Command &c = g.program.commands[i];
      if (!isa::isCommand(c.op)) {
        trap.synchronized(i);
        continue;
      }
      trap.issued(i);
      REQUIRE(trap.started(i));
      std::vector<sim::Bytes> inputs;
      for (const program::View &v : c.reads)
        inputs.push_back(memories.gather(v));
      if (c.accumulate)
        inputs.push_back(memories.gather(c.writes[0]));
      const auto outputs = computed(g.program, c, inputs);
      REQUIRE((outputs ? "" : outputs.error().message) == "");
      for (size_t w = 0; w < outputs->size(); ++w)
        memories.scatter(c.writes[w], (*outputs)[w]);
    }
    const sim::DramImage image = toBuffers(g.program, memories.takeDram());
    for (const auto &[index, bytes] : g.expected.buffers) {
      CHECK(image.buffers.at(index) == bytes);
      compared += bytes.size() / 4;
    }
    checked += trap.bytesChecked();
  }
  std::cout << compared << " values compared, " << checked << " bytes checked for races\n";
  CHECK(compared > 500);
  CHECK(checked > 10000);
}

TEST_CASE("a machine takes what fits to the byte, and no other array", "[sim][system]") {
  const char *source = std::getenv("ACCORD_SOURCE_DIR");
  const auto hardware = loadHardware(std::string(source ? source : ".") + "/models/hardware/lut-edge.yaml");
  REQUIRE(hardware);
  auto errorOf = [](const program::Program &p, const Hardware &h) {
    const Status s = sim::MachineModel(h).check(p);
    return s ? "" : s.error().message;
  };
  struct Chip {
    isa::Memory memory;
    int64_t bytes;
  };
  for (const Chip &chip : {Chip{isa::Memory::Spm, 256 << 10}, Chip{isa::Memory::Acc, 64 << 10}})
    for (const int64_t address : {int64_t(0), chip.bytes - 64})
      for (const int64_t more : {0, 1}) {
        Builder b;
        b.bufferAt("b", chip.memory, isa::ElementType::I8, chip.bytes - address + more, address);
        const std::string size = std::to_string(chip.bytes);
        CHECK(errorOf(b.program, *hardware) ==
              (more ? "buffer 0 (b): expected bytes below " + size + ", the " + isa::name(chip.memory) +
                          " of hardware lut-edge, got bytes " + std::to_string(address) + " to " +
                          std::to_string(chip.bytes + 1)
                    : ""));
      }
  // A machine put together by hand may have what no file may state.
  const program::Program p = generate(1).program;
  CHECK(errorOf(p, *hardware) == "");
  Hardware h = *hardware;
  h.lutArray->k = 2;
  CHECK(errorOf(p, h) == "command 4 (table): expected lut_array.k 4, the layout of packed planes, got 2 of "
                         "hardware lut-edge");
  h = *hardware;
  h.lutArray->n = 32;
  CHECK(errorOf(p, h) == "command 9 (lmma): expected lut_array.n 64, the layout of packed planes, got 32 of "
                         "hardware lut-edge");
  h = *hardware;
  h.lutArray->tableBits = 10;
  CHECK(errorOf(p, h) ==
        "command 4 (table): expected lut_array.table_bits of at least 11, which exact tables "
        "need, got 10 of hardware lut-edge");
  h = *hardware;
  h.tableUnit.reset();
  CHECK(errorOf(p, h) == "command 4 (table): expected hardware with a table_unit, got lut-edge without one");
}

TEST_CASE("operands that no table or lookup gives are refused", "[sim][system]") {
  sim::Bytes tables(16, 0);
  CHECK(sim::checkTables(tables, 11));
  tables[3] = 0x02; // 512
  CHECK(sim::checkTables(tables, 11));
  tables[2] = 1;
  const Status s = sim::checkTables(tables, 11);
  REQUIRE_FALSE(s);
  CHECK(s.error().message == "expected table entries of at most 512, got 513");
}

TEST_CASE("sums that f32 does not hold are refused, and no others", "[sim][system]") {
  Builder b;
  auto view = [&](isa::ElementType t, std::vector<int64_t> sizes) {
    return Builder::view(b.buffer("x", isa::Memory::Spm, t, 64), std::move(sizes));
  };
  const auto i32 = isa::ElementType::I32, f32 = isa::ElementType::F32;
  b.add(isa::Opcode::Dequant,
        {view(i32, {1, 1, 1}), view(i32, {1, 1}), view(f32, {1, 1}), view(f32, {1, 1, 64})},
        {view(f32, {1, 1})});
  const auto withoutMin = b.last().reads;
  auto errorOf = [&](int32_t isum, int32_t asum, int32_t bits, bool hasMin) {
    program::Command &c = b.last();
    c.bits = bits, c.zero = 0, c.group = 4;
    c.reads = withoutMin;
    auto bytes = [](int32_t v) {
      sim::Bytes all(sizeof v);
      std::memcpy(all.data(), &v, sizeof v);
      return all;
    };
    std::vector<sim::Bytes> inputs = {bytes(isum), bytes(asum), bytes(0x3f800000), sim::Bytes(256, 0)};
    if (hasMin)
      c.reads.push_back(withoutMin[3]), inputs.push_back(sim::Bytes(256, 0));
    const auto outputs = computed(b.program, c, inputs);
    return outputs ? "accepted" : outputs.error().message;
  };
  const int32_t limit = 1 << 24;
  const std::string isum = "expected isum below 2^24, got ", asum = "expected asum below 2^24, got ",
                    both = "expected isum and asum that belong together, got ";
  size_t compared = 0;
  for (const int32_t sign : {1, -1})
    for (const bool hasMin : {false, true}) {
      const int32_t over = sign * limit, most = sign * (limit - 1);
      INFO("sign " << sign << ", minimum " << hasMin);
      // Whole sums: activations count for a minimum alone.
      CHECK(errorOf(most, most, 0, hasMin) == "accepted");
      CHECK(errorOf(over, 0, 0, hasMin) == isum + std::to_string(over));
      CHECK(errorOf(0, over, 0, hasMin) == (hasMin ? asum + std::to_string(over) : "accepted"));
      // Symmetric ones, of one bit: half of isum + asum.
      CHECK(errorOf(most, most, 1, hasMin) == "accepted");
      CHECK(errorOf(over, over, 1, hasMin) == asum + std::to_string(over));
      CHECK(errorOf(sign * (limit + 1), most, 1, hasMin) ==
            both + std::to_string(sign * (limit + 1)) + " and " + std::to_string(most));
      CHECK(errorOf(2, 1, 1, hasMin) == both + "2 and 1");
      compared += 7;
    }
  CHECK(compared == 28);
}

TEST_CASE("a copy is what it gathers, scattered, whatever the strides of the two", "[sim][system]") {
  const char *source = std::getenv("ACCORD_SOURCE_DIR");
  const auto hardware = loadHardware(std::string(source ? source : ".") + "/models/hardware/lut-edge.yaml");
  REQUIRE(hardware);
  const unsigned seed = 20261130;
  INFO("seed " << seed);
  std::mt19937 random(seed);
  constexpr int64_t elements = 4096;
  Builder b;
  const uint32_t x =
      b.buffer("x", isa::Memory::Dram, isa::ElementType::I16, elements, program::Role::Argument);
  const uint32_t one = b.buffer("one", isa::Memory::Spm, isa::ElementType::I16, elements);
  const uint32_t two = b.buffer("two", isa::Memory::Spm, isa::ElementType::I16, elements);
  sim::Bytes bytes(2 * elements);
  for (uint8_t &byte : bytes)
    byte = uint8_t(random());
  sim::DramImage image;
  image.buffers[0] = bytes;
  const program::Sequence sequence = program::sequenceOf(b.program);
  sim::Memories memories(sequence, *hardware, std::move(image));
  memories.enter(sequence.calls[0]);
  const program::View all = Builder::view(one, {elements}), others = Builder::view(two, {elements});
  size_t moved = 0;
  for (int i = 0; i < 2000; ++i) {
    std::vector<int64_t> sizes(1 + random() % 4);
    for (int64_t &size : sizes)
      size = 1 + random() % 5;
    // Row-major, with gaps behind any dimension or none.
    auto view = [&](uint32_t buffer) {
      std::vector<int64_t> strides(sizes.size());
      int64_t step = random() % 3 ? 1 : 2;
      for (size_t d = sizes.size(); d-- > 0;) {
        strides[d] = step;
        step = step * sizes[d] + (random() % 2 ? 0 : int64_t(random() % 3));
      }
      return program::View{buffer, int64_t(random() % uint64_t(elements - step)), sizes, strides};
    };
    const program::View from = view(x), to = view(one);
    program::View same = to;
    same.buffer = two;
    memories.scatter(all, sim::Bytes(2 * elements, 0));
    memories.scatter(others, sim::Bytes(2 * elements, 0));
    memories.copy(from, to);
    memories.scatter(same, memories.gather(from));
    REQUIRE(memories.gather(to) == memories.gather(from));
    REQUIRE(memories.gather(all) == memories.gather(others));
    moved += memories.gather(from).size();
  }
  std::cout << moved << " bytes moved both ways\n";
  CHECK(moved > 10000);
}

TEST_CASE("an accumulating command reads what it adds to", "[sim][system][hazards]") {
  Builder b;
  const uint32_t x = b.buffer("x", isa::Memory::Dram, isa::ElementType::F32, 64, program::Role::Argument);
  const uint32_t v = b.buffer("v", isa::Memory::Spm, isa::ElementType::F32, 32);
  const uint32_t y = b.buffer("y", isa::Memory::Spm, isa::ElementType::F32, 8);
  auto load = [&](uint32_t to, int64_t elements) {
    return b.add(isa::Opcode::Load, {Builder::view(x, {elements})}, {Builder::view(to, {elements})});
  };
  const uint32_t weights = load(v, 32);
  const uint32_t old = load(y, 8);
  b.add(isa::Opcode::Weigh, {Builder::view(v, {1, 4}), Builder::view(v, {4, 8})}, {Builder::view(y, {1, 8})});
  b.last().heads = 1, b.last().headDim = 8, b.last().live = 4, b.last().accumulate = true;
  auto trapped = [](const program::Program &p) -> std::string {
    sim::RaceTrap trap(p);
    for (uint32_t i = 0; i < p.commands.size(); ++i)
      trap.issued(i);
    for (uint32_t i = 0; i < p.commands.size(); ++i)
      if (const Status s = trap.started(i); !s)
        return s.error().message;
    return "";
  };
  program::Program p = b.program;
  p.commands[2].after = {weights};
  CHECK(trapped(p).find("race: command 2 (weigh, test:2) reads y at spm byte 0x80, which command 1 (load, "
                        "test:1) writes") == 0);
  p.commands[2].after = {weights, old};
  CHECK(trapped(p) == "");
  p.commands[1] = p.commands[0]; // nothing writes y
  CHECK(trapped(p).find("uninitialized: command 2 (weigh, test:2) reads y at spm byte 0x80") == 0);
  p.commands[2].accumulate = false;
  CHECK(trapped(p) == "");
}

TEST_CASE("scales of wide groups are those of the group's place in K", "[sim][system]") {
  // 5 groups of 8, of which two or three share a scale: the last span is not whole. 70 lanes, 3 rows.
  constexpr int64_t groups = 5, rows = 3, lanes = 70, bits = 4, zero = 8;
  std::mt19937 random(20261130);
  auto number = [&](int64_t below) { return int32_t(random() % uint64_t(2 * below)) - int32_t(below); };
  size_t compared = 0;
  for (int64_t actGroup : {0, 8, 16, 24})
    for (int64_t weightGroup : {0, 8, 16, 24})
      for (bool hasMin : {false, true})
        for (bool accumulate : {false, true})
          for (isa::ElementType type : {isa::ElementType::F16, isa::ElementType::F32}) {
            auto span = [](int64_t coarse) { return coarse ? coarse / 8 : 1; };
            auto scales = [&](int64_t coarse) { return (groups + span(coarse) - 1) / span(coarse); };
            const int64_t a = scales(actGroup), w = scales(weightGroup);
            Builder b;
            auto view = [&](isa::ElementType t, std::vector<int64_t> sizes) {
              return Builder::view(b.buffer("x", isa::Memory::Spm, t, 4096), std::move(sizes));
            };
            program::CompactList<program::View> reads = {view(isa::ElementType::I32, {groups, rows, lanes}),
                                                         view(isa::ElementType::I32, {rows, groups}),
                                                         view(isa::ElementType::F32, {rows, a}),
                                                         view(type, {2, w, 64})};
            if (hasMin)
              reads.push_back(view(type, {2, w, 64}));
            b.add(isa::Opcode::Dequant, reads, {view(isa::ElementType::F32, {rows, lanes})});
            program::Command &c = b.last();
            c.group = 8, c.actGroup = actGroup, c.weightGroup = weightGroup, c.bits = bits, c.zero = zero;
            c.accumulate = accumulate;
            std::vector<int32_t> isum(groups * rows * lanes), asum(rows * groups), value(isum.size());
            std::vector<float> s(size_t(rows * a)), d(size_t(2 * w * 64)), min(d.size()), y(rows * lanes);
            for (int32_t &v : asum)
              v = number(1000);
            for (float &v : s)
              v = float(1 + random() % 1000) / 1024;
            for (std::vector<float> *each : {&d, &min})
              for (float &v : *each)
                v = float(number(500)) / 256; // exact in f16, too
            for (float &v : y)
              v = float(number(500));
            // What the array would have summed up for these products: symmetric, so that half of it is whole.
            for (int64_t g = 0; g < groups; ++g)
              for (int64_t r = 0; r < rows; ++r)
                for (int64_t n = 0; n < lanes; ++n) {
                  const auto at = size_t((g * rows + r) * lanes + n);
                  value[at] = number(3000);
                  isum[at] = 2 * value[at] - ((1 << bits) - 1 - 2 * zero) * asum[size_t(r * groups + g)];
                }
            auto bytes = [](const auto &list) {
              const auto *from = reinterpret_cast<const uint8_t *>(list.data());
              return sim::Bytes(from, from + list.size() * sizeof list[0]);
            };
            auto stored = [&](const std::vector<float> &list) {
              std::vector<uint16_t> half(list.size());
              golden::narrow(list.data(), int64_t(list.size()), half.data());
              return type == isa::ElementType::F16 ? bytes(half) : bytes(list);
            };
            std::vector<sim::Bytes> inputs = {bytes(isum), bytes(asum), bytes(s), stored(d)};
            if (hasMin)
              inputs.push_back(stored(min));
            if (accumulate)
              inputs.push_back(bytes(y));
            const auto outputs = computed(b.program, c, inputs);
            REQUIRE((outputs ? "" : outputs.error().message) == "");
            std::vector<float> expected(y.size());
            for (int64_t r = 0; r < rows; ++r)
              for (int64_t n = 0; n < lanes; ++n) {
                float acc = y[size_t(r * lanes + n)];
                bool started = accumulate;
                auto take = [&](float scale, int64_t g, int32_t term) {
                  const float each =
                      golden::mul(golden::mul(scale, s[size_t(r * a + g / span(actGroup))]), float(term));
                  acc = started ? golden::add(acc, each) : each;
                  started = true;
                };
                for (int64_t g = 0; g < groups; ++g) {
                  const auto lane = size_t((n / 64 * w + g / span(weightGroup)) * 64 + n % 64);
                  take(d[lane], g, value[size_t((g * rows + r) * lanes + n)]);
                  if (hasMin)
                    take(min[lane], g, asum[size_t(r * groups + g)]);
                }
                expected[size_t(r * lanes + n)] = acc;
              }
            INFO("groups of activations " << actGroup << ", of weights " << weightGroup << ", min "
                                          << hasMin);
            CHECK(outputs->at(0) == bytes(expected));
            compared += expected.size();
          }
  CHECK(compared == 4 * 4 * 2 * 2 * 2 * rows * lanes);
}

TEST_CASE("contents are equal when their bytes are, whoever keeps them", "[sim][system]") {
  // Comparisons of simulated values rest on it.
  const sim::Bytes bytes = {1, 2, 3, 4}, longer = {1, 2, 3, 4, 5};
  const sim::Content owned(bytes), seen = sim::Content::view(bytes.data(), bytes.size());
  CHECK(owned == seen);
  CHECK(seen == owned);
  CHECK_FALSE(owned == sim::Content(longer));
  CHECK_FALSE(sim::Content(longer) == owned);
  CHECK(sim::Content() == sim::Content(sim::Bytes()));
  for (size_t i = 0; i < bytes.size(); ++i) {
    sim::Bytes other = bytes;
    other[i] ^= 0x80;
    CHECK_FALSE(owned == sim::Content(other));
    CHECK_FALSE(seen == sim::Content::view(other.data(), other.size()));
  }
}

TEST_CASE("a buffer that a run reads has to be given, also one that it writes too", "[sim][system]") {
  using program::Role;
  program::Sequence s;
  s.buffers = {{"w", isa::Memory::Dram, isa::ElementType::I8, 64, 0, Role::Argument},
               {"cache", isa::Memory::Dram, isa::ElementType::I8, 64, 64, Role::InOut},
               {"y", isa::Memory::Dram, isa::ElementType::I8, 64, 128, Role::Result}};
  const sim::Bytes bytes(64, 1);
  sim::DramImage image;
  image.buffers = {{0, bytes}, {1, bytes}};
  CHECK(sim::checkImage(s, image));
  for (uint32_t left : {0u, 1u}) {
    sim::DramImage less = image;
    less.buffers.erase(left);
    const Status status = sim::checkImage(s, less);
    REQUIRE_FALSE(status);
    CHECK(status.error().message ==
          "dram image: expected contents of argument " + s.buffers[left].name + ", got none");
  }
  image.buffers[2] = sim::Bytes(63, 1);
  CHECK(sim::checkImage(s, image).error().message == "dram image: expected 64 bytes for buffer y, got 63");
}

TEST_CASE("images come back from their container, and broken ones do not", "[sim][system]") {
  using program::Role;
  const Generated g = generate(1);
  const program::Sequence sequence = program::sequenceOf(g.program);
  const sim::DramImage arguments = toParameters(g.program, g.arguments);
  const std::string bytes = sim::writeImage(sequence, arguments, {Role::Argument});
  const auto again = sim::readImage(sequence, bytes, "i");
  REQUIRE(again);
  CHECK(again->buffers == arguments.buffers);
  size_t refused = 0;
  for (size_t n = 0; n < bytes.size(); n += 1 + n / 64) {
    const auto cut = sim::readImage(sequence, std::string_view(bytes).substr(0, n), "i");
    REQUIRE_FALSE(cut);
    // The content that is cut is told, with what is left of it; never that there are more bytes.
    const std::string what = n < 8 ? "the magic" : n < 12 ? "version" : n < 16 ? "a count" : "buffer ";
    CHECK(cut.error().message.find(what) != std::string::npos);
    ++refused;
  }
  for (const auto &[index, content] : again->buffers) {
    CHECK(content.isView());
    CHECK((reinterpret_cast<const char *>(content.data()) - bytes.data()) % 64 == 0);
  }
  std::string other = bytes;
  other[16] = 99; // the first index
  CHECK(sim::readImage(sequence, other, "i").error().message ==
        "i: byte 28: expected a buffer below " + std::to_string(sequence.buffers.size()) + ", got 99");
  CHECK(sim::readImage(sequence, bytes + "x", "i").error().message.find("expected the end of the file") !=
        std::string::npos);
  // The first buffer in the place of the second.
  sim::DramImage one;
  one.buffers[0] = arguments.buffers.at(0);
  other = sim::writeImage(sequence, one, {Role::Argument});
  other = other.substr(0, 12) + std::string("\x02\0\0\0", 4) + other.substr(16, 12) + other.substr(16);
  other.insert(40, 24, '\0'); // contents begin at 64 again
  other += std::string((64 - other.size() % 64) % 64, '\0') + other.substr(64);
  CHECK(sim::readImage(sequence, other, "i").error().message.find("expected each buffer once, got ") !=
        std::string::npos);
  std::cout << refused << " truncated images refused\n";
}

TEST_CASE("results come back from json", "[sim][system]") {
  sim::SimResult r;
  r.dram = {3, 2, 4, 5, 9, 10, 8};
  r.cycles = 12, r.clockHz = UINT64_MAX, r.work.macs = 7, r.rtlCycles = 33;
  r.dramBusCycles = 21, r.bytesChecked = 22, r.rtlCommands = 23, r.modelCyclesOfRtlCommands = 24;
  r.calls = {{"layer \xff", 0, 12, {}, {1, 2, 0, 0, 0}}};
  r.ops.resize(1);
  r.units.resize(3);
  r.units[2] = {"lut", "lut_array.lookup", {1, 2, 3, 4}, 44};
  r.resources = {"dram", "dma", "scratchpad", "issue", "lut"};
  r.ops[0].op = "attn_q", r.ops[0].end = 11;
  r.ops[0].units = {{}, {6, 5, 0, 0}, {1, 2, 3, 4}};
  r.ops[0].work.dramRefreshes = 8, r.idle.dramRefreshes = 6;
  r.processor.busy = 9;
  r.memories[2] = {5, 6};
  r.floors.peak = {3, 0, 0, 0, 0}, r.floors.shape = {4, 0, 0, 0, 0};
  r.ops[0].floors.shape = {0, 0, 0, 0, 2}, r.ops[0].work.wireBytes = 5;
  r.doubled = {0, 0, 9, 0, 0}, r.ops[0].doubled = {0, 8, 0, 0, 0}, r.replays = {{0, 12, 11}};
  r.commands = {{1, 2, 3}};
  const std::string text = sim::toJson(r);
  const auto again = sim::fromJson(text, "r");
  REQUIRE(again);
  CHECK(sim::toJson(*again) == text);
  // Each number under its own name, as another parser reads it: two that were swapped come back as well.
  const nlohmann::json named = nlohmann::json::parse(text);
  const std::pair<const char *, uint64_t> numbers[] = {
      {"cycles", r.cycles},
      {"clockHz", r.clockHz},
      {"dramBusCycles", r.dramBusCycles},
      {"dramBursts", r.dram.bursts},
      {"dramRowHits", r.dram.rowHits},
      {"dramRowMisses", r.dram.rowMisses},
      {"dramRowConflicts", r.dram.rowConflicts},
      {"dramActivates", r.dram.activates},
      {"dramPrecharges", r.dram.precharges},
      {"dramRefreshes", r.dram.refreshes},
      {"bytesChecked", r.bytesChecked},
      {"rtlCommands", r.rtlCommands},
      {"rtlCycles", r.rtlCycles},
      {"modelCyclesOfRtlCommands", r.modelCyclesOfRtlCommands}};
  for (const auto &[key, value] : numbers) {
    INFO(key);
    CHECK(value != 0);
    CHECK(named[key] == value);
  }
  CHECK(named["processor"]["busy"] == 9);
  CHECK(named["calls"][0]["end"] == 12);
  CHECK(named["calls"][0]["doubled"][1] == 2);
  CHECK(named["ops"][0]["work"]["wireBytes"] == 5);
  CHECK(named["ops"][0]["floors"]["shape"][4] == 2);
  CHECK(named["ops"][0]["units"][1]["commands"] == 6);
  CHECK(named["ops"][0]["units"][2] ==
        nlohmann::json({{"commands", 1}, {"busy", 2}, {"actions", 3}, {"shape", 4}}));
  CHECK(named["units"][2]["action"] == "lut_array.lookup");
  CHECK(named["units"][2]["actions"] == 44);
  CHECK(named["resources"][4] == "lut");
  CHECK(named["floors"]["peak"][0] == 3);
  CHECK(named["floors"]["shape"][0] == 4);
  CHECK(named["replays"][0]["cycles"] == 12);
  CHECK(named["replays"][0]["replayedCycles"] == 11);
  CHECK(named["commands"][0]["start"] == 2);
  CHECK(again->units[2].use.stall == 3);
  // What was all zeros was left out, and is there again.
  CHECK(again->calls[0].floors.peak == sim::ByResource(5));
  CHECK(again->ops[0].units.size() == 3);
  CHECK(again->dram == r.dram);
  CHECK(again->calls[0].end == 12);
  CHECK(again->calls[0].name == "layer \xef\xbf\xbd"); // what is no UTF-8 is replaced
  r.calls[0].name = "a \"quoted\\ \n\x01 \xc3\xa9";
  r.ops[0].op.clear();
  const auto odd = sim::fromJson(sim::toJson(r), "r");
  REQUIRE(odd);
  CHECK(odd->calls[0].name == r.calls[0].name);
  CHECK(odd->ops[0].op.empty());
  CHECK(again->ops[0].op == "attn_q");
  CHECK(again->ops[0].units[1].busy == 5);
  CHECK(again->ops[0].work.dramRefreshes == 8);
  CHECK(again->idle.dramRefreshes == 6);
  CHECK(again->clockHz == UINT64_MAX);
  for (size_t n = 0; n < text.size(); ++n)
    CHECK_FALSE(sim::fromJson(text.substr(0, n), "r"));
  CHECK(sim::fromJson("{}", "r").error().message.find("r: expected a simulation result, got ") == 0);
}
