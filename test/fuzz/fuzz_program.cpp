// Any bytes as a serialized program or sequence: an error of one line, or one that is written as the very
// same bytes, and that the verifier and the hazard check survive.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/program/footprint.h"
#include "sim/program/hazards.h"
#include "sim/program/sequence.h"
#include "sim/program/serialize.h"
#include "sim/program/verify.h"

#include <cstdio>
#include <cstdlib>

using namespace accord;

namespace {

[[noreturn]] void fail(const char *what, const std::string &detail) {
  std::fprintf(stderr, "fuzz_program: %s: %s\n", what, detail.c_str());
  std::abort();
}

void runSequence(std::string_view bytes) {
  Expected<program::Sequence> s = program::parseSequence(bytes, "fuzz");
  if (!s) {
    if (s.error().message.rfind("fuzz: ", 0) != 0)
      fail("expected an error with its place, got", s.error().message);
    return;
  }
  if (program::serialize(*s) != bytes)
    fail("expected the same bytes again, got", std::to_string(program::serialize(*s).size()) + " others");
  if (!program::verify(*s))
    return;
  for (const program::Call &call : s->calls)
    if (program::addressesIn(*s, call).size() != s->bodies[call.body].buffers.size())
      fail("expected an address for each buffer of", call.name);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char *>(data), size);
  if (bytes.substr(0, 6) == "ACCSEQ") {
    runSequence(bytes);
    return 0;
  }
  Expected<program::Program> p = program::parse(bytes, "fuzz");
  if (!p) {
    if (p.error().message.rfind("fuzz: byte ", 0) != 0)
      fail("expected an error with its byte, got", p.error().message);
    return 0;
  }
  if (program::serialize(*p) != bytes)
    fail("expected the same bytes again, got", std::to_string(program::serialize(*p).size()) + " others");
  if (!program::verify(*p))
    return 0;
  int64_t runs = 0;
  for (const program::Command &c : p->commands)
    for (const auto *views : {&c.reads, &c.writes})
      for (const program::View &v : *views)
        runs += program::countRuns(v);
  if (runs > 100000)
    return 0;
  for (const program::Race &race : program::findRaces(*p, 10))
    if (program::describe(*p, race).empty())
      fail("expected a race to have a text, got", "none");
  return 0;
}
