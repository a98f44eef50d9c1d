// Every rule of the verifier: a good program, one thing changed, the message.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/program/verify.h"
#include "test/sim/support/builder.h"
#include "test/sim/support/generator.h"
#include "test/sim/support/samples.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <iostream>

using namespace accord;
using namespace accord::test;
using isa::ElementType;
using isa::Memory;
using isa::Opcode;

namespace {

using Change = std::function<void(program::Program &)>;

struct Broken {
  const char *message;
  Change change;
};

program::Command &cmd(program::Program &p, size_t i) { return p.commands[i]; }

const Broken broken[] = {
    {"locations: expected at least one, got none", [](auto &p) { p.locations.clear(); }},
    {"buffer 1 (xs): expected 1 to 2^48 bytes, got 0 elements", [](auto &p) { p.buffers[1].elements = 0; }},
    {"buffer 1 (xs): expected an address aligned to 64, got 32", [](auto &p) { p.buffers[1].address = 32; }},
    {"buffer 1 (xs): expected an argument in dram, got spm",
     [](auto &p) { p.buffers[1].role = program::Role::Argument; }},
    {"buffer out: expected dram buffers apart, got an overlap with x at byte 64",
     [](auto &p) { p.buffers[12].address = 64; }},
    {"buffer out: expected dram buffers apart, got an overlap with x at byte 256",
     [](auto &p) { // its last byte
       p.buffers[0].type = ElementType::I8, p.buffers[0].elements = 257, p.buffers[12].address = 256;
     }},
    {"command 1 (quantize): expected tokens of earlier commands, got token 1",
     [](auto &p) { cmd(p, 1).after = {1}; }},
    {"command 10 (barrier): expected tokens of commands, got token 9, a wait",
     [](auto &p) { cmd(p, 10).after = {9}; }},
    {"command 10 (barrier): expected no tokens, got 1", [](auto &p) { cmd(p, 10).after = {8}; }},
    {"command 0 (load): expected a location below 10, got 99",
     [](auto &p) {
       p.locations.resize(10);
       for (auto &c : p.commands)
         c.location = 0;
       cmd(p, 0).location = 99;
     }},
    {"command 0 (load): expected read 0 of a buffer below 13, got 13",
     [](auto &p) { cmd(p, 0).reads[0].buffer = 13; }},
    {"command 0 (load): expected read 0 to start inside buffer x of 64 elements, got offset 64",
     [](auto &p) { cmd(p, 0).reads[0].offset = 64; }},
    {"command 0 (load): expected read 0 inside buffer x of 64 elements, got offset 1, sizes [2,32], strides "
     "[32,1]",
     [](auto &p) { cmd(p, 0).reads[0].offset = 1; }},
    {"command 0 (load): expected read 0 inside buffer x of 64 elements, got offset 0, sizes [2147483647,32], "
     "strides [2147483647,1]",
     [](auto &p) { cmd(p, 0).reads[0].sizes[0] = cmd(p, 0).reads[0].strides[0] = INT32_MAX; }},
    {"command 0 (load): expected read 0 of positive sizes and strides that are not negative, got size -1 and "
     "stride 32",
     [](auto &p) { cmd(p, 0).reads[0].sizes[0] = int64_t(1) << 31; }},
    {"command 0 (load): expected read 0 of positive sizes and strides that are not negative, got size 0 and "
     "stride 32",
     [](auto &p) { cmd(p, 0).reads[0].sizes[0] = 0; }},
    {"command 0 (load): expected read 0 of rank 0 to 4 with a stride for each size, got 2 sizes and 1 "
     "strides",
     [](auto &p) { cmd(p, 0).reads[0].strides.pop_back(); }},
    {"command 0 (load): expected read 0 of at most 1024 times the 64 elements of buffer x, got sizes "
     "[70000,32]",
     [](auto &p) { cmd(p, 0).reads[0].strides[0] = 0, cmd(p, 0).reads[0].sizes[0] = 70000; }},
    {"command 0 (load): expected write 0 to name each element once, got sizes [2,32], strides [31,1]",
     [](auto &p) { cmd(p, 0).writes[0].strides[0] = 31; }},
    {"command 0 (load): expected dest [2,31] f32, got [2,32] f32",
     [](auto &p) { cmd(p, 0).reads[0].sizes[1] = 31; }},
    {"command 0 (load): expected source in dram, got spm",
     [](auto &p) { p.buffers[0].memory = Memory::Spm, p.buffers[0].role = program::Role::Internal; }},
    {"command 8 (store): expected source in l2 or spm or acc or reg, got dram",
     [](auto &p) { cmd(p, 8).reads[0].buffer = 12; }},
    {"command 0 (load): expected 1 reads, got 0", [](auto &p) { cmd(p, 0).reads.clear(); }},
    {"command 1 (quantize): expected 2 writes, got 1", [](auto &p) { cmd(p, 1).writes.pop_back(); }},
    {"command 1 (quantize): expected no accumulate, got one", [](auto &p) { cmd(p, 1).accumulate = true; }},
    {"command 1 (quantize): expected group of at least 1, got 0", [](auto &p) { cmd(p, 1).group = 0; }},
    {"command 2 (table): expected group to be a positive multiple of 4, got 30",
     [](auto &p) { cmd(p, 2).group = 30; }},
    {"command 2 (table): expected asum [2,2] i32, got [2,1] i32", [](auto &p) { cmd(p, 2).group = 16; }},
    {"command 3 (lmma): expected 1 to 8 planes, got 9",
     [](auto &p) {
       p.buffers[6].elements = 8192;
       cmd(p, 3).reads[1].sizes[2] = 9;
     }},
    {"command 3 (lmma): expected isum in acc, got spm", [](auto &p) { p.buffers[7].memory = Memory::Spm; }},
    {"command 3 (lmma): expected planes [2,8,4,32] i8, got [1,8,4,32] i8",
     [](auto &p) { cmd(p, 3).reads[1].sizes[0] = 1; }},
    {"command 3 (lmma): expected planes in spm, got acc", [](auto &p) { p.buffers[6].memory = Memory::Acc; }},
    {"command 4 (dequant): expected min [2,1,64] f16, got [2,1,64] f32",
     [](auto &p) { cmd(p, 4).reads.push_back(Builder::view(10, {2, 1, 64})); }},
    {"command 4 (dequant): expected d [1,1,64] f16 or f32, got [1,2,64] f16",
     [](auto &p) { // two groups of sums, two scales of activations, one of weights
       p.buffers[3].elements = p.buffers[5].elements = 4;
       auto &reads = cmd(p, 4).reads;
       reads[0] = Builder::view(7, {2, 2, 35}), reads[1] = Builder::view(5, {2, 2});
       reads[2] = Builder::view(3, {2, 2}), reads[3] = Builder::view(8, {1, 2, 64});
       cmd(p, 4).writes[0] = Builder::view(9, {2, 35}), cmd(p, 4).weightGroup = 64;
     }},
    {"command 4 (dequant): expected bits from 0 to 8, got 9", [](auto &p) { cmd(p, 4).bits = 9; }},
    {"command 4 (dequant): expected zero from 0 to 0, got 1",
     [](auto &p) { cmd(p, 4).bits = 0, cmd(p, 4).zero = 1; }},
    {"command 4 (dequant): expected group * 128 * (2^bits - 1) below 2^24 so that sums convert exactly, got "
     "group 516 and bits 8",
     [](auto &p) { cmd(p, 4).bits = 0, cmd(p, 4).group = 516; }},
    {"command 4 (dequant): expected group to be a positive multiple of 4, got 3",
     [](auto &p) { cmd(p, 4).group = 3; }},
    {"command 4 (dequant): expected act_group to be a multiple of group 32, got 48",
     [](auto &p) { cmd(p, 4).actGroup = 48; }},
    {"command 4 (dequant): expected group to be a positive multiple of 4, got 0",
     [](auto &p) { cmd(p, 4).group = 0, cmd(p, 4).weightGroup = 32; }},
    {"command 4 (dequant): expected zero from 0 to 15, got 16", [](auto &p) { cmd(p, 4).zero = 16; }},
    {"command 4 (dequant): expected group * 128 * (2^bits - 1) below 2^24 so that sums convert exactly, got "
     "group 8740 and bits 4",
     [](auto &p) { cmd(p, 4).group = 8740; }},
    {"command 4 (dequant): expected 4 or 5 reads, got 3", [](auto &p) { cmd(p, 4).reads.pop_back(); }},
    {"command 4 (dequant): expected d [2,1,64] f16 or f32, got [1,1,64] f16",
     [](auto &p) { cmd(p, 4).reads[3].sizes[0] = 1; }},
    {"command 5 (rope): expected cos [2,10] f32, got [2,35] f32", [](auto &p) { cmd(p, 5).headDim = 20; }},
    {"command 6 (rms_norm): expected a finite, not negative eps, got -1.000000",
     [](auto &p) { cmd(p, 6).eps = -1; }},
    {"command 6 (rms_norm): expected weight [70] f32, got [69] f32",
     [](auto &p) { cmd(p, 6).reads[1].sizes[0] = 69; }},
    {"command 7 (map): expected outputs apart from inputs, got write 0 (y) over read 1 (y)",
     [](auto &p) {
       cmd(p, 7).writes[0] = Builder::view(9, {1, 70}, 69);
       cmd(p, 7).reads[0].buffer = 10;
     }},
    {"ops: expected the empty name first, got none", [](auto &p) { p.ops.clear(); }},
    {"ops: expected the empty name first, got 'attn'", [](auto &p) { p.ops = {"attn"}; }},
    {"command 0 (load): expected an op below 1, got 1", [](auto &p) { cmd(p, 0).opName = 1; }},
    {"command 1 (quantize): expected no live, got one", [](auto &p) { cmd(p, 1).live = 3; }},
    {"command 9 (wait): expected no operands, got 1", [](auto &p) { cmd(p, 9).reads = cmd(p, 0).reads; }},
};

const Broken brokenAttention[] = {
    {"command 0 (scores): expected a finite scale, got nan",
     [](auto &p) { cmd(p, 0).scale = std::nanf(""); }},
    {"command 0 (scores): expected q [3,24] f32, got [3,32] f32", [](auto &p) { cmd(p, 0).heads = 3; }},
    {"command 0 (scores): expected k of heads of 8, a divisor of 4, got 24 columns",
     [](auto &p) { p.buffers[1].elements = 16 * 24, cmd(p, 0).reads[1] = Builder::view(1, {16, 24}); }},
    {"command 0 (scores): expected k [16,16] f16 or f32, got [16,16] i16",
     [](auto &p) { p.buffers[1].type = ElementType::I16; }},
    {"command 0 (scores): expected s [12,15] f32, got [12,16] f32",
     [](auto &p) { cmd(p, 0).reads[1].sizes[0] = 15; }},
    {"command 0 (scores): expected live from -281474976710656 to 281474976710656, got 562949953421312",
     [](auto &p) { cmd(p, 0).live = int64_t(1) << 49; }},
    {"command 0 (scores): expected no accumulate, got one", [](auto &p) { cmd(p, 0).accumulate = true; }},
    {"command 1 (softmax): expected heads to divide 12, got 5", [](auto &p) { cmd(p, 1).heads = 5; }},
    {"command 1 (softmax): expected live, heads and chunk together or none of them, got live, heads and no "
     "chunk",
     [](auto &p) { cmd(p, 1).chunk = 0; }},
    {"command 1 (softmax): expected live from 1 to 281474976710656, got 0",
     [](auto &p) { cmd(p, 1).live = 0; }},
    {"command 1 (softmax): expected 1 to 8 live positions, got 7 to 9", [](auto &p) { cmd(p, 1).live = 7; }},
    {"command 1 (softmax): expected at most 4 columns for 4 live positions, got 8",
     [](auto &p) { cmd(p, 1).live = 2; }},
    {"command 1 (softmax): expected live, heads and chunk together or none of them, got no live, heads and "
     "chunk",
     [](auto &p) { cmd(p, 1).live = program::Command::noLive; }},
    {"command 2 (weigh): expected v [16,16] f16 or f32, got [15,16] f32",
     [](auto &p) { cmd(p, 2).reads[1].sizes[0] = 15; }},
    {"command 2 (weigh): expected y [3,16] f32, got [3,32] f32", [](auto &p) { cmd(p, 2).headDim = 4; }},
    {"command 3 (gather): expected indices [4] i32, got [4] f32",
     [](auto &p) { p.buffers[7].type = ElementType::F32; }},
    {"command 3 (gather): expected dest [3,6] i8, got [4,6] i8",
     [](auto &p) { cmd(p, 3).reads[1].sizes[0] = 3; }},
    {"command 3 (gather): expected table in dram, got spm",
     [](auto &p) { cmd(p, 3).reads[0].buffer = 8, cmd(p, 3).reads[0].sizes[0] = 4; }},
    {"command 3 (gather): expected table of rank 2, got 1",
     [](auto &p) { cmd(p, 3).reads[0] = Builder::view(6, {300}); }},
    {"command 4 (expand): expected group of at least 1, got 0", [](auto &p) { cmd(p, 4).group = 0; }},
    {"command 4 (expand): expected zero from 0 to 255, got 256", [](auto &p) { cmd(p, 4).zero = 256; }},
    {"command 4 (expand): expected d [4,1] f16 or f32, got [4,2] f16", [](auto &p) { cmd(p, 4).group = 6; }},
    {"command 5 (narrow): expected y [4,6] f16, got [4,6] f32",
     [](auto &p) { cmd(p, 5).writes[0].buffer = 12; }},
    {"command 6 (widen): expected x [4,6] f16, got [4,6] f32",
     [](auto &p) { cmd(p, 6).reads[0].buffer = 10; }},
    {"command 7 (map): expected x [2 or 1,6 or 1] or [6 or 1] f32, got [1,5] f32",
     [](auto &p) { cmd(p, 7).reads[1].sizes[1] = 5; }},
    {"command 7 (map): expected a body of 2 inputs, got 3", [](auto &p) { cmd(p, 7).reads.pop_back(); }},
    {"command 7 (map): expected a body below 4, got 9", [](auto &p) { cmd(p, 7).body = 9; }},
    {"body 0: expected a result below 7, got 99", [](auto &p) { p.bodies[0].result = 99; }},
    {"body 0: step 3 (erf): expected v1 to be f32, got i1",
     [](auto &p) { p.bodies[0].steps[3].operands[0] = 4; }},
    {"command 8 (contract): expected b [5,4] f16 or f32, got [5,3] f16",
     [](auto &p) { cmd(p, 8).reads[1].sizes[1] = 3; }},
    {"command 9 (transpose): expected y [6,4] f32, got [5,4] f32",
     [](auto &p) { cmd(p, 9).writes[0].sizes[0] = 5; }},
};

const Broken brokenMultiplied[] = {
    {"command 0 (mma): expected 2 reads, got 1", [](auto &p) { cmd(p, 0).reads.pop_back(); }},
    {"command 0 (mma): expected group to be a positive multiple of 4, got 6",
     [](auto &p) { cmd(p, 0).group = 6; }},
    {"command 0 (mma): expected codes u - zero that are int8 (-128 to 127), got 8 planes with zero 0",
     [](auto &p) { cmd(p, 0).zero = 0; }},
    {"command 0 (mma): expected zero from 0 to 128, got 129", [](auto &p) { cmd(p, 0).zero = 129; }},
    {"command 0 (mma): expected zero from 0 to 128, got -1", [](auto &p) { cmd(p, 0).zero = -1; }},
    {"command 0 (mma): expected codes [2,30] i8, got [2,30] i32",
     [](auto &p) { p.buffers[0].type = ElementType::I32; }},
    {"command 0 (mma): expected planes [2,8,8,32] i8, got [2,7,8,32] i8",
     [](auto &p) { cmd(p, 0).reads[1].sizes[1] = 7; }},
    {"command 0 (mma): expected isum [1,2,70] i32, got [2,2,70] i32", [](auto &p) { cmd(p, 0).group = 32; }},
    {"command 0 (mma): expected codes in spm, got acc", [](auto &p) { p.buffers[0].memory = Memory::Acc; }},
    {"command 0 (mma): expected isum in acc, got spm", [](auto &p) { p.buffers[2].memory = Memory::Spm; }},
    {"command 1 (group_sums): expected group of at least 1, got 0", [](auto &p) { cmd(p, 1).group = 0; }},
    {"command 1 (group_sums): expected asum [2,1] i32, got [2,2] i32", [](auto &p) { cmd(p, 1).group = 32; }},
    {"command 1 (group_sums): expected no accumulate, got one", [](auto &p) { cmd(p, 1).accumulate = true; }},
};

} // namespace

TEST_CASE("good programs verify", "[sim][program]") {
  const Status s = program::verify(layerCommands());
  CHECK((s ? "" : s.error().message) == "");
  const Status ofAttention = program::verify(attentionCommands());
  CHECK((ofAttention ? "" : ofAttention.error().message) == "");
  const Status ofMultiplied = program::verify(macCommands());
  CHECK((ofMultiplied ? "" : ofMultiplied.error().message) == "");
  size_t commands = 0;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    const program::Program p = seed % 2 ? generate(seed).program : generateChaos(seed);
    const Status ok = program::verify(p);
    // Chaos may put an output over an input; nothing else is wrong with it.
    if (!ok)
      CHECK(ok.error().message.find("apart") != std::string::npos);
    commands += p.commands.size();
  }
  std::cout << "verified " << commands << " commands\n";
  CHECK(commands > 500);
}

TEST_CASE("a view of too many pieces is refused, one piece less is not", "[sim][program]") {
  constexpr int64_t most = int64_t(1) << 24;
  for (const int64_t pieces : {most, most + 1}) {
    Builder b;
    const uint32_t x = b.buffer("x", Memory::Dram, ElementType::I8, 2 * pieces, program::Role::Argument);
    const uint32_t s = b.buffer("s", Memory::Spm, ElementType::I8, pieces);
    b.add(Opcode::Load, {{x, 0, {pieces}, {2}}}, {Builder::view(s, {pieces})});
    const Status status = program::verify(b.program);
    CHECK((status ? "" : status.error().message) ==
          (pieces == most
               ? ""
               : "command 0 (load): expected read 0 of at most 16777216 runs of bytes, got 16777217"));
  }
}

TEST_CASE("each broken rule is told with its place", "[sim][program]") {
  size_t count = 0;
  auto check = [&](const Broken &b, program::Program p) {
    b.change(p);
    const Status s = program::verify(p);
    INFO(b.message);
    REQUIRE_FALSE(s);
    CHECK(s.error().message == b.message);
    ++count;
  };
  for (const Broken &b : broken)
    check(b, layerCommands());
  for (const Broken &b : brokenAttention)
    check(b, attentionCommands());
  for (const Broken &b : brokenMultiplied)
    check(b, macCommands());
  std::cout << "broken rules told: " << count << "\n";
}
