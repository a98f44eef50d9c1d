// Any bytes as a serialized program or sequence: an error of one line, or one that is written as the very
// same bytes, and that the verifier and the hazard check survive.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/program/footprint.h"
#include "sim/program/hazards.h"
#include "sim/program/sequence.h"
#include "sim/program/serialize.h"
#include "sim/program/verify.h"
#include "test/fuzz/program_seeds.h"

namespace accord::fuzz {

std::vector<Seed> seeds() { return programSeeds(); }

namespace {

std::string outcomeOfSequence(std::string_view bytes) {
  Expected<program::Sequence> s = program::parseSequence(bytes, "fuzz");
  if (!s) {
    if (s.error().message.rfind("fuzz: ", 0) != 0)
      fail("expected an error with its place, got", s.error().message);
    return s.error().message;
  }
  if (program::serialize(*s) != bytes)
    fail("expected the same bytes again, got", std::to_string(program::serialize(*s).size()) + " others");
  if (Status ok = program::verify(*s); !ok)
    return "verify: " + ok.error().message;
  for (const program::Call &call : s->calls)
    if (program::addressesIn(*s, call).size() != s->bodies[call.body].buffers.size())
      fail("expected an address for each buffer of", call.name);
  return "accepted, " + std::to_string(s->calls.size()) + " calls";
}

} // namespace

std::string outcomeOf(std::string_view bytes) {
  if (bytes.substr(0, 6) == "ACCSEQ")
    return outcomeOfSequence(bytes);
  Expected<program::Program> p = program::parse(bytes, "fuzz");
  if (!p) {
    if (p.error().message.rfind("fuzz: byte ", 0) != 0)
      fail("expected an error with its byte, got", p.error().message);
    return p.error().message;
  }
  if (program::serialize(*p) != bytes)
    fail("expected the same bytes again, got", std::to_string(program::serialize(*p).size()) + " others");
  if (Status ok = program::verify(*p); !ok)
    return "verify: " + ok.error().message;
  int64_t runs = 0;
  for (const program::Command &c : p->commands)
    for (const auto *views : {&c.reads, &c.writes})
      for (const program::View &v : *views)
        runs += program::countRuns(v);
  if (runs > 100000)
    return "accepted, too long to look for races";
  const std::vector<program::Race> races = program::findRaces(*p, 10);
  for (const program::Race &race : races)
    if (program::describe(*p, race).empty())
      fail("expected a race to have a text, got", "none");
  return "accepted, " +
         (races.empty() ? std::to_string(p->commands.size()) + " commands" : program::describe(*p, races[0]));
}

} // namespace accord::fuzz
