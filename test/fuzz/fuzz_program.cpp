// Any bytes as a serialized program: an error of one line, or a program that is written as the very same
// bytes, and that the verifier and the hazard check survive.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/program/footprint.h"
#include "sim/program/hazards.h"
#include "sim/program/serialize.h"
#include "sim/program/verify.h"

#include <cstdio>
#include <cstdlib>

using namespace accord;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto fail = [](const char *what, const std::string &detail) {
    std::fprintf(stderr, "fuzz_program: %s: %s\n", what, detail.c_str());
    std::abort();
  };
  const std::string_view bytes(reinterpret_cast<const char *>(data), size);
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
