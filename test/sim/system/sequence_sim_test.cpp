// Whole models: calls one after the other give the values, the time and the accounts of each alone.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/op_account.h"
#include "sim/system/settle.h"
#include "test/sim/support/bodies.h"
#include "test/sim/support/builder.h"
#include "test/sim/support/decode.h"
#include "test/sim/support/fork_run.h"
#include "test/sim/support/fresh_seed.h"
#include "test/sim/support/generator.h"
#include "test/sim/support/units.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <random>
#include <unistd.h>

using namespace accord;
using namespace accord::test;
using isa::ElementType;
using isa::Opcode;
using program::Role;

namespace {

sim::SimOptions valuesMode() {
  sim::SimOptions o;
  o.values = true;
  return o;
}

/// Bodies of generate() on windows of one buffer an element type and direction.
struct Model {
  program::Sequence sequence;
  sim::DramImage image;
  struct Expectation {
    uint32_t buffer;
    int64_t offset;
    sim::Content content;
  };
  std::vector<Expectation> expected;
};

class ModelMaker {
public:
  explicit ModelMaker(uint64_t seed) : random(seed) {}

  Model make() {
    model.sequence.name = "model";
    for (ElementType type : {ElementType::F32, ElementType::I8, ElementType::F16})
      model.sequence.buffers.push_back(
          {std::string("arguments.") + isa::name(type), isa::Memory::Dram, type, 0, 0, Role::Argument});
    model.sequence.buffers.push_back({"results", isa::Memory::Dram, ElementType::F32, 0, 0, Role::Result});
    const uint32_t bodies = 1 + static_cast<uint32_t>(random() % 4);
    std::vector<Generated> generated;
    std::vector<std::vector<program::Binding>> windows;
    for (uint32_t i = 0; i < bodies; ++i) {
      generated.push_back(generate(random()));
      const program::Program &p = generated[i].program;
      model.sequence.bodies.push_back(p);
      windows.emplace_back();
      for (uint32_t b : program::parametersOf(p))
        windows[i].push_back(p.buffers[b].role == Role::Argument
                                 ? argument(p.buffers[b], generated[i].arguments.buffers.at(b))
                                 : program::Binding{3, 0});
    }
    for (uint32_t c = 0; c < 2 + random() % 5; ++c) {
      const auto body = static_cast<uint32_t>(random() % bodies);
      const program::Program &p = generated[body].program;
      program::Call call{body, "layer " + std::to_string(c), windows[body]};
      const std::vector<uint32_t> parameters = program::parametersOf(p);
      for (size_t i = 0; i < parameters.size(); ++i)
        if (p.buffers[parameters[i]].role == Role::Result) {
          call.bindings[i] = window(3, p.buffers[parameters[i]]);
          model.expected.push_back(
              {3, call.bindings[i].byteOffset, generated[body].expected.buffers.at(parameters[i])});
        }
      model.sequence.calls.push_back(std::move(call));
    }
    int64_t address = 0;
    for (uint32_t i = 0; i < 4; ++i) {
      program::Buffer &b = model.sequence.buffers[i];
      b.elements = std::max<int64_t>(b.elements, 1);
      b.address = address;
      address += (b.bytes() + 63) / 64 * 64;
      contents[i].resize(static_cast<size_t>(b.bytes()), 0x5a);
      if (b.role == Role::Argument)
        model.image.buffers[i] = contents[i];
    }
    return std::move(model);
  }

private:
  std::mt19937_64 random;
  Model model;
  std::vector<uint8_t> contents[4];

  /// Behind what is there, with a gap of a few elements.
  program::Binding window(uint32_t buffer, const program::Buffer &for_) {
    program::Buffer &b = model.sequence.buffers[buffer];
    b.elements += static_cast<int64_t>(random() % 5);
    const program::Binding binding{buffer, b.bytes()};
    b.elements += for_.elements;
    return binding;
  }
  program::Binding argument(const program::Buffer &b, const sim::Content &content) {
    const uint32_t buffer = b.type == ElementType::F32 ? 0 : b.type == ElementType::I8 ? 1 : 2;
    const program::Binding binding = window(buffer, b);
    contents[buffer].resize(static_cast<size_t>(model.sequence.buffers[buffer].bytes()), 0x5a);
    std::memcpy(contents[buffer].data() + binding.byteOffset, content.data(), content.size());
    return binding;
  }
};

/// y = a + b of 64 floats; on chip before it is stored.
program::Program addBody(bool loads) {
  Builder b;
  b.program.name = "add";
  const uint32_t a = b.buffer("a", isa::Memory::Dram, ElementType::F32, 64, Role::Argument);
  const uint32_t y = b.buffer("y", isa::Memory::Dram, ElementType::F32, 64, Role::InOut);
  const uint32_t as = b.buffer("as", isa::Memory::Spm, ElementType::F32, 64);
  const uint32_t ys = b.buffer("ys", isa::Memory::Spm, ElementType::F32, 64);
  const uint32_t sum = b.buffer("sum", isa::Memory::Spm, ElementType::F32, 64);
  program::CompactList<uint32_t> after;
  if (loads) {
    after.push_back(b.add(Opcode::Load, {Builder::view(a, {1, 64})}, {Builder::view(as, {1, 64})}));
    after.push_back(b.add(Opcode::Load, {Builder::view(y, {1, 64})}, {Builder::view(ys, {1, 64})}));
  }
  const uint32_t add = b.map(test::sumBody, {Builder::view(as, {1, 64}), Builder::view(ys, {1, 64})},
                             Builder::view(sum, {1, 64}), after);
  b.add(Opcode::Store, {Builder::view(sum, {1, 64})}, {Builder::view(y, {1, 64})}, {add});
  return b.program;
}

std::vector<float> floatsOf(const sim::Content &content) {
  std::vector<float> v(content.size() / 4);
  std::memcpy(v.data(), content.data(), content.size());
  return v;
}

sim::Content contentOf(const std::vector<float> &v) {
  const auto *bytes = reinterpret_cast<const uint8_t *>(v.data());
  return std::vector<uint8_t>(bytes, bytes + 4 * v.size());
}

} // namespace

TEST_CASE("a random sequence has golden's values and the time and work of its calls", "[sim][system]") {
  const uint64_t base = freshSeed();
  const Hardware hardware = lutEdge();
  size_t sequences = 0, calls = 0, compared = 0;
  uint64_t cycles = 0, cyclesAlone = 0;
  for (uint64_t i = 0; i < 30; ++i) {
    const uint64_t seed = i < 15 ? i : base + i;
    INFO("seed " << seed);
    const Model model = ModelMaker(seed).make();
    sim::DramImage image = model.image;
    const auto whole = simulateForked(model.sequence, hardware, image, valuesMode());
    REQUIRE((whole ? "" : whole.error().message) == "");
    for (const Model::Expectation &e : model.expected) {
      const uint8_t *got = image.buffers.at(e.buffer).data() + e.offset;
      for (size_t at = 0; at < e.content.size(); at += 4, ++compared) {
        float a, b;
        std::memcpy(&a, e.content.data() + at, 4);
        std::memcpy(&b, got + at, 4);
        if (std::memcmp(&a, &b, 4) != 0 && !(std::isnan(a) && std::isnan(b)))
          FAIL("byte " << at << " of the window at " << e.offset << ": expected " << a << ", got " << b);
      }
    }
    // What comes after a call changes nothing about it.
    program::Sequence part = model.sequence;
    while (!part.calls.empty()) {
      sim::DramImage none;
      const auto r = simulateForked(part, hardware, none, {});
      REQUIRE((r ? "" : r.error().message) == "");
      for (size_t c = 0; c < part.calls.size(); ++c) {
        CHECK(r->calls[c].start == whole->calls[c].start);
        CHECK(r->calls[c].end == whole->calls[c].end);
      }
      part.calls.pop_back();
    }
    // Each call alone. A call finds rows open and refreshes due that those before it left: what the dram did,
    // and so the time, is close and not equal.
    sim::SimResult sum;
    for (size_t c = 0; c < model.sequence.calls.size(); ++c, ++calls) {
      program::Sequence one = model.sequence;
      one.calls = {model.sequence.calls[c]};
      sim::DramImage none;
      const auto alone = simulateForked(one, hardware, none, {});
      REQUIRE((alone ? "" : alone.error().message) == "");
      CHECK(whole->calls[c].start == (c ? whole->calls[c - 1].end : 0));
      sum.cycles += alone->cycles;
      CHECK(whole->calls[c].name == model.sequence.calls[c].name);
      sum.work += alone->work;
      sum.units.resize(alone->units.size());
      for (size_t u = 0; u < alone->units.size(); ++u) {
        sum.units[u].use.busy += alone->units[u].use.busy;
        sum.units[u].use.commands += alone->units[u].use.commands;
        sum.units[u].actions += alone->units[u].actions;
      }
    }
    sum.work.dramActivates = whole->work.dramActivates, sum.work.dramRefreshes = whole->work.dramRefreshes;
    CHECK(sim::checkEqual(sum.work, whole->work));
    for (size_t u = 0; u < whole->units.size(); ++u) {
      if (sim::MachineModel::computes(u))
        CHECK(whole->units[u].use.busy == sum.units[u].use.busy);
      CHECK(whole->units[u].use.commands == sum.units[u].use.commands);
      CHECK(whole->units[u].actions == sum.units[u].actions);
    }
    cycles += whole->cycles, cyclesAlone += sum.cycles, ++sequences;
  }
  std::cout << sequences << " sequences, " << calls << " calls, " << compared << " values compared, "
            << cycles << " cycles, " << cyclesAlone << " of the calls alone\n";
  CHECK(double(cycles) == Approx(double(cyclesAlone)).epsilon(0.05));
  CHECK(compared > 1000);
}

TEST_CASE("a call sees what calls before it wrote", "[sim][system]") {
  program::Sequence s;
  s.buffers = {{"in", isa::Memory::Dram, ElementType::F32, 128, 0, Role::Argument},
               {"state", isa::Memory::Dram, ElementType::F32, 128, 512, Role::InOut},
               {"hidden", isa::Memory::Dram, ElementType::F32, 64, 1024, Role::Internal}};
  s.bodies = {addBody(true)};
  // state[0:64] += in[0:64]; += in[1:65]; state[64:128] += state[0:64]; hidden is written, too.
  s.calls = {{0, "a", {{0, 0}, {1, 0}}},
             {0, "b", {{0, 4}, {1, 0}}},
             {0, "c", {{1, 0}, {1, 256}}},
             {0, "d", {{0, 0}, {2, 0}}}};
  std::vector<float> in(128), state(128);
  for (size_t i = 0; i < 128; ++i)
    in[i] = 0.1f * static_cast<float>(i), state[i] = 3.0f - 0.7f * static_cast<float>(i);
  sim::DramImage image;
  image.buffers[0] = contentOf(in), image.buffers[1] = contentOf(state);
  const auto r = simulateForked(s, lutEdge(), image, valuesMode());
  REQUIRE((r ? "" : r.error().message) == "");
  const std::vector<float> got = floatsOf(image.buffers.at(1));
  for (size_t i = 0; i < 64; ++i) {
    const float first = (in[i] + state[i]), second = in[i + 1] + first;
    CHECK(got[i] == second);
    CHECK(got[64 + i] == second + state[64 + i]);
  }
  CHECK(std::isnan(floatsOf(image.buffers.at(2))[0])); // hidden was undefined
  CHECK(r->ops.size() == 16);                          // four locations in each of four calls
}

TEST_CASE("nothing on chip outlives a call", "[sim][system]") {
  program::Sequence s = program::sequenceOf(addBody(true));
  s.bodies.push_back(addBody(false));
  s.calls.push_back({1, "second", s.calls[0].bindings});
  sim::DramImage image;
  image.buffers[0] = image.buffers[1] = contentOf(std::vector<float>(64, 1.0f));
  const auto trapped = simulateForked(s, lutEdge(), image, valuesMode());
  REQUIRE_FALSE(trapped);
  CHECK(trapped.error().message.find(
            ": call 1 (second): uninitialized: command 0 (map, test:0) reads as at spm "
            "byte 0x0, expected an earlier write, got none") != std::string::npos);
  sim::SimOptions blind = valuesMode();
  blind.trapRaces = false;
  const auto r = simulateForked(s, lutEdge(), image, blind);
  REQUIRE(r);
  CHECK(std::isnan(floatsOf(image.buffers.at(1))[5]));
}

TEST_CASE("ops and calls have their parts of time and work", "[sim][system]") {
  const program::Sequence s = decodeSequence(3, 4);
  sim::DramImage none;
  sim::SimOptions options;
  options.commandTimes = true;
  const auto r = simulateForked(s, lutEdge(), none, options);
  REQUIRE((r ? "" : r.error().message) == "");
  REQUIRE(r->calls.size() == 3);
  CHECK(r->calls[2].name == "layer 2");
  REQUIRE(r->ops.size() == 6);
  uint64_t loading = 0, activates = 0;
  REQUIRE(r->commands.size() == 3 * 23);
  for (size_t c = 0; c < 3; ++c) {
    const sim::OpRecord &activations = r->ops[2 * c], &product = r->ops[2 * c + 1];
    CHECK(activations.call == c);
    CHECK(activations.op == "decode:activations");
    CHECK(product.op == "decode:product");
    CHECK(product.end == r->calls[c].end);
    CHECK(activations.start == r->commands[23 * c].start);
    for (size_t i = 23 * c; i < 23 * (c + 1); ++i)
      if (r->commands[i].end != 0) { // no wait or barrier
        CHECK(r->commands[i].issued > r->calls[c].start);
        CHECK(r->commands[i].issued <= r->commands[i].start);
      }
    CHECK(activations.end == r->commands[23 * c + 2].end);
    CHECK(shareOf(*r, activations, "table").actions == 144);
    CHECK(activations.work.dramReadBytes == 576 * 4);
    CHECK(shareOf(*r, activations, "load").commands == 1);
    CHECK(product.work.macs == 4 * 64 * 576);
    CHECK(shareOf(*r, product, "lut").actions == 4 * 64 * 144 * 4);
    CHECK(product.work.dramReadBytes == 4 * (144 * 4 * 32 + 18 * 64 * 2));
    CHECK(product.work.dramWrittenBytes == 4 * 64 * 4);
    CHECK(product.work.dramBursts == 4 * (144 * 4 + 18 * 4 + 8)); // of 32 bytes
    CHECK(shareOf(*r, product, "load").commands == 8);
    CHECK(product.work.dramActivates > 0);
    loading += shareOf(*r, activations, "load").busy + shareOf(*r, product, "load").busy;
    activates += activations.work.dramActivates + product.work.dramActivates;
  }
  CHECK(loading == useOf(*r, "load").busy);
  CHECK(activates == r->dram.activates);
}

TEST_CASE("refreshes belong to the op whose copy waited, or to idle time", "[sim][system]") {
  // 20 us of nothing but the vector unit, then a load, and 20 us again.
  Builder b;
  const uint32_t x = b.buffer("x", isa::Memory::Dram, ElementType::F32, 64, Role::Argument);
  const uint32_t xs = b.buffer("xs", isa::Memory::Spm, ElementType::F32, 16000);
  const uint32_t ys = b.buffer("ys", isa::Memory::Spm, ElementType::F32, 16000);
  uint32_t last = 0;
  for (int i = 0; i < 20; ++i)
    last = b.map(siluBody, {Builder::view(xs, {1, 16000})}, Builder::view(ys, {1, 16000}));
  last = b.add(Opcode::Load, {Builder::view(x, {1, 64})}, {Builder::view(xs, {1, 64})}, {last - 9});
  sim::DramImage none;
  sim::SimOptions options;
  options.trapRaces = false; // reads bytes that nothing wrote
  const auto r = simulateForked(b.program, lutEdge(), none, options);
  REQUIRE((r ? "" : r.error().message) == "");
  CHECK(r->cycles == 1 + 20 * 1004);
  CHECK(r->dram.refreshes == 2 * 10); // 40162 ns, one every 3905 ns, two channels
  CHECK(r->idle.dramRefreshes == 20);
  CHECK(r->work.dramRefreshes == 20);
  CHECK(r->work.dramActivates == 8); // 64 floats: 4 groups of two channels
  // A long load waits for its own.
  Builder l;
  const int64_t bytes = 1 << 17;
  const uint32_t w = l.buffer("w", isa::Memory::Dram, ElementType::I8, bytes, Role::Argument);
  const uint32_t s = l.buffer("s", isa::Memory::Spm, ElementType::I8, bytes);
  l.add(Opcode::Load, {Builder::view(w, {bytes})}, {Builder::view(s, {bytes})});
  const auto stream = simulateForked(l.program, lutEdge(), none, {});
  REQUIRE((stream ? "" : stream.error().message) == "");
  CHECK(stream->ops[0].work.dramRefreshes == 2);
  CHECK(stream->ops[0].work.dramActivates == stream->dram.activates);
  CHECK(stream->idle.dramRefreshes == 0);
}

TEST_CASE("each call moves the bursts of where it is bound", "[sim][system]") {
  // Two reads of 256 bytes, one of them shifted by 4: nine bursts in the place of eight.
  program::Sequence s;
  s.buffers = {{"in", isa::Memory::Dram, ElementType::F32, 128, 0, Role::Argument},
               {"state", isa::Memory::Dram, ElementType::F32, 128, 512, Role::InOut}};
  s.bodies = {addBody(true)};
  s.calls = {{0, "a", {{0, 0}, {1, 0}}}, {0, "b", {{0, 4}, {1, 0}}}, {0, "c", {{0, 4}, {1, 4}}}};
  sim::DramImage none;
  const auto r = simulateForked(s, lutEdge(), none, {});
  REQUIRE((r ? "" : r.error().message) == "");
  std::vector<uint64_t> bursts(3);
  for (const sim::OpRecord &op : r->ops)
    bursts[op.call] += op.work.dramBursts;
  CHECK(bursts == std::vector<uint64_t>{24, 25, 27});
}

TEST_CASE("a gather moves the rows that its indices name", "[sim][system]") {
  // Rows of 96 bytes, 100 apart: those that begin with a burst take three, others four.
  Builder b;
  const int64_t rows = 64, taken = 4;
  const uint32_t table = b.buffer("table", isa::Memory::Dram, ElementType::F32, rows * 25, Role::Argument);
  const uint32_t ids = b.buffer("ids", isa::Memory::Dram, ElementType::I32, taken, Role::Argument);
  const uint32_t idsOnChip = b.buffer("ids.tile", isa::Memory::Spm, ElementType::I32, taken);
  const uint32_t out = b.buffer("rows", isa::Memory::Spm, ElementType::F32, taken * 24);
  const uint32_t loaded =
      b.add(Opcode::Load, {Builder::view(ids, {taken})}, {Builder::view(idsOnChip, {taken})});
  b.add(Opcode::Gather, {{table, 0, {rows, 24}, {25, 1}}, Builder::view(idsOnChip, {taken})},
        {Builder::view(out, {taken, 24})}, {loaded});
  auto burstsOf = [&](std::vector<int32_t> indices, bool values) {
    sim::DramImage image;
    const auto *first = reinterpret_cast<const uint8_t *>(indices.data());
    image.buffers[table] = std::vector<uint8_t>(rows * 100);
    image.buffers[ids] = std::vector<uint8_t>(first, first + 4 * taken);
    sim::SimOptions options;
    options.values = values;
    const auto r = simulateForked(b.program, lutEdge(), image, options);
    REQUIRE((r ? "" : r.error().message) == "");
    return r->ops[1].work.dramBursts;
  };
  CHECK(burstsOf({0, 8, 16, 24}, true) == 4 * 3);
  // 100 to 195, 200 to 295, ...: four bursts each, the first of which the row before has read.
  CHECK(burstsOf({1, 2, 3, 4}, true) == 4 + 3 * 3);
  CHECK(burstsOf({8, 8, 8, 8}, true) == 4 * 3); // a row again is read again
  // Without values rows 0, 16, 32 and 48, whatever the indices are.
  CHECK(burstsOf({1, 2, 3, 4}, false) == 4 * 3);
}

TEST_CASE("an account that does not add up is an error", "[sim][system]") {
  sim::SimResult r;
  r.cycles = 10;
  r.calls = {{"only", 0, 10}};
  r.ops.resize(1);
  r.ops[0].op = "attn", r.ops[0].end = 10, r.ops[0].work.macs = 5;
  r.ops[0].units = {{}, {2, 4, 6, 0}};
  r.units = {{"load", "", {}, 0}, {"store", "", {2, 4, 0, 0}, 6}};
  r.work.macs = 5;
  CHECK(sim::checkOps(r));
  r.work.macs = 6;
  CHECK(sim::checkOps(r).error().message == "simulation: work of all ops: expected macs 6, got 5");
  r.work.macs = 5, r.units[1].use.busy = 5;
  CHECK(sim::checkOps(r).error().message ==
        "simulation: busy cycles of unit store of all ops: expected 5, got 4");
  r.units[1].use.busy = 4, r.units[1].actions = 7;
  CHECK(sim::checkOps(r).error().message ==
        "simulation: actions of unit store of all ops: expected 7, got 6");
  r.units[1].actions = 6, r.ops[0].end = 11;
  CHECK(sim::checkOps(r).error().message ==
        "simulation: op attn: expected a time within its call, got cycles 0 to 11");
}

TEST_CASE("each figure that is one off is told", "[sim][system]") {
  const program::Sequence s = decodeSequence(2, 4);
  const Hardware h = lutEdge();
  sim::DramImage none;
  const auto r = simulateForked(s, h, none, {});
  REQUIRE((r ? "" : r.error().message) == "");
  const sim::MachineModel machine(h);
  sim::CopiesAsked copies;
  copies.gatherBursts.assign(s.calls.size(), 0);
  auto errorOf = [&](sim::SimResult changed) {
    const Status status = sim::settle(changed, s, machine, copies);
    return status ? "" : status.error().message;
  };
  REQUIRE(errorOf(*r) == "");
  using Result = sim::SimResult;
  struct Figure {
    const char *error;
    uint64_t &(*of)(Result &);
  };
  const Figure figures[] = {
      {"bytes read from dram", [](Result &x) -> uint64_t & { return x.memories[0].readBytes; }},
      {"bytes written to dram", [](Result &x) -> uint64_t & { return x.memories[0].writtenBytes; }},
      {"macs", [](Result &x) -> uint64_t & { return x.work.macs; }},
      {"commands of unit vector",
       [](Result &x) -> uint64_t & { return x.units[indexOfUnit(x, "vector")].use.commands; }},
      {"lut_array.lookup of unit lut",
       [](Result &x) -> uint64_t & { return x.units[indexOfUnit(x, "lut")].actions; }},
      {"busy + stall + idle of unit load", [](Result &x) -> uint64_t & { return x.units[0].use.busy; }},
      {"busy + stall + idle of unit load", [](Result &x) -> uint64_t & { return x.units[0].use.idle; }},
      {"busy + stall + idle of the command processor",
       [](Result &x) -> uint64_t & { return x.processor.stall; }},
      {"busy + stall + idle of unit load", [](Result &x) -> uint64_t & { return x.cycles; }},
      {"start of call ", [](Result &x) -> uint64_t & { return x.calls[1].start; }},
      {"start of call ", [](Result &x) -> uint64_t & { return x.calls[0].end; }},
      {"end of the last call", [](Result &x) -> uint64_t & { return x.calls[1].end; }},
      {"work of all ops: expected wireBytes",
       [](Result &x) -> uint64_t & { return x.ops[1].work.wireBytes; }},
      {"work of all ops: expected dramRefreshes",
       [](Result &x) -> uint64_t & { return x.idle.dramRefreshes; }},
      {"busy cycles of unit load of all ops", [](Result &x) -> uint64_t & { return x.ops[0].units[0].busy; }},
      {"actions of unit table of all ops",
       [](Result &x) -> uint64_t & { return x.ops[0].units[indexOfUnit(x, "table")].actions; }},
      {"commands of unit load of all ops",
       [](Result &x) -> uint64_t & { return x.ops[0].units[0].commands; }},
      {"bursts of all channels", [](Result &x) -> uint64_t & { return x.dram.bursts; }},
      {"activates of all channels", [](Result &x) -> uint64_t & { return x.dram.activates; }},
      {"refreshes of all channels", [](Result &x) -> uint64_t & { return x.dram.refreshes; }},
      {"bursts of open and opened rows", [](Result &x) -> uint64_t & { return x.dram.rowHits; }},
  };
  for (const Figure &f : figures)
    for (const bool more : {true, false}) {
      Result changed = *r;
      f.of(changed) += more ? 1 : -1;
      INFO(f.error << (more ? ", one more" : ", one less"));
      CHECK(errorOf(changed).find(std::string("simulation: ") + f.error) == 0);
    }
}

TEST_CASE("progress is the calls that are over", "[sim][system]") {
  char path[] = "progress-test-XXXXXX";
  const int made = mkstemp(path);
  REQUIRE(made >= 0);
  ::close(made);
  for (const int64_t calls : {1, 3}) {
    sim::SimOptions options;
    options.progressPath = path;
    sim::DramImage none;
    const auto r = simulateForked(decodeSequence(calls, 4), lutEdge(), none, options);
    REQUIRE((r ? "" : r.error().message) == "");
    int64_t told = -1;
    std::ifstream(path) >> told;
    CHECK(told == calls);
  }
  std::remove(path);
}

TEST_CASE("a sequence without calls takes no time", "[sim][system]") {
  program::Sequence s = program::sequenceOf(addBody(true));
  s.calls.clear();
  sim::DramImage none;
  const auto r = simulateForked(s, lutEdge(), none, {});
  REQUIRE((r ? "" : r.error().message) == "");
  CHECK(r->cycles == 0);
  CHECK(r->calls.empty());
  s = program::sequenceOf(Builder().program);
  s.calls.push_back(s.calls[0]);
  const auto empty = simulateForked(s, lutEdge(), none, {});
  REQUIRE((empty ? "" : empty.error().message) == "");
  CHECK(empty->calls.size() == 2);
}
