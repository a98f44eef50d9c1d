// Most are a right program with one thing changed, written by today's serializer.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/fuzz/program_seeds.h"

#include "sim/program/mutate.h"
#include "sim/program/sequence.h"
#include "sim/program/serialize.h"
#include "test/sim/support/builder.h"
#include "test/sim/support/decode.h"
#include "test/sim/support/generator.h"
#include "test/sim/support/samples.h"

#include <cstdint>
#include <functional>

namespace accord::fuzz {

using program::Program;
using program::Sequence;

std::vector<Seed> programSeeds() {
  std::vector<Seed> all;
  const auto add = [&](const std::string &name, const std::string &bytes) { all.push_back({name, bytes}); };
  const auto addProgram = [&](const char *name, Program p,
                              const std::function<void(Program &)> &edit = nullptr) {
    if (edit)
      edit(p);
    add(name, program::serialize(p));
  };
  const auto addSequence = [&](const char *name, Sequence s,
                               const std::function<void(Sequence &)> &edit = nullptr) {
    if (edit)
      edit(s);
    add(std::string("sequence-") + name, program::serialize(s));
  };

  // Right ones.
  const Program none = test::Builder().program, gemm = test::generate(3).program;
  addProgram("no-commands", none);
  addProgram("gemm", gemm);
  addProgram("gemm-in-chunks", test::generate(8).program);
  addProgram("layer", test::layerCommands());
  addProgram("mac", test::macCommands());
  addProgram("attention", test::attentionCommands());
  const Sequence decode = test::decodeSequence(2, 2);
  addSequence("decode", decode);
  addSequence("gemm", program::sequenceOf(gemm));
  addSequence("empty", Sequence());

  // Races, and what the verifier refuses.
  addProgram("chaos-7", test::generateChaos(7));
  addProgram("chaos-1", test::generateChaos(1));
  for (const program::Deletion &d : {program::deletions(gemm).front(), program::deletions(gemm).back()})
    addProgram(d.command == program::deletions(gemm).front().command ? "race-first" : "race-last",
               program::withDeletion(gemm, d));
  addProgram("offset-max", gemm, [](Program &p) { p.commands[0].reads[0].offset = INT64_MAX; });
  addProgram("elements-max", gemm, [](Program &p) { p.buffers[0].elements = INT64_MAX; });
  addProgram("size-max", gemm, [](Program &p) { p.commands[0].reads[0].sizes[0] = INT32_MAX; });
  addProgram("stride-min", gemm, [](Program &p) { p.commands[0].reads[0].strides[0] = INT32_MIN + 1; });
  addSequence("offset-max", decode,
              [](Sequence &s) { s.calls[0].bindings[0].byteOffset = INT64_MAX & ~int64_t(63); });
  addSequence("unaligned", decode, [](Sequence &s) { s.calls[1].bindings[0].byteOffset += 1; });
  addSequence("no-body", decode, [](Sequence &s) { s.calls[0].body = 7; });

  // What the parser refuses.
  const std::string bytes = program::serialize(none);
  std::string later = bytes;
  ++later[8];
  add("nothing", "");
  add("later-version", later);
  add("cut", program::serialize(gemm).substr(0, 863));
  // Behind name and hash stands the number of locations.
  const std::string counts = bytes.substr(0, 12 + 5 + 2);
  add("huge-count", counts + "\xff\xff\xff\x07");
  add("overlong", counts + std::string("\x80\0", 2));
  const std::string sequence = program::serialize(Sequence()), whole = program::serialize(decode);
  later = whole;
  ++later[8];
  add("sequence-later-version", later);
  add("sequence-cut", whole.substr(0, whole.size() / 2));
  // An empty sequence ends with its numbers of buffers, bodies and calls.
  add("sequence-huge-buffers", sequence.substr(0, sequence.size() - 3) + "\xff\xff\x3f");
  add("sequence-huge-bodies", sequence.substr(0, sequence.size() - 2) + "\xff\xff\x03");
  add("sequence-huge-calls", sequence.substr(0, sequence.size() - 1) + "\xff\xff\x3f");
  return all;
}

} // namespace accord::fuzz
