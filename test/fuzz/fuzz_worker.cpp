// What accord-sim-worker gets from its parent: an error of one line, or a run whose account adds up.
//
// An input is a byte of options, four bytes with the length of the program, the program or sequence, and the
// container of its arguments. The machine is lut-edge; the simulation runs in this process, with SystemC's
// kernel made anew each time.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/program/footprint.h"
#include "sim/program/serialize.h"
#include "sim/system/machine_model.h"
#include "sim/system/simulate.h"
#include "test/fuzz/fuzz_target.h"
#include "test/sim/support/decode.h"
#include "test/sim/support/generator.h"
#include "test/sim/support/image_order.h"
#include "test/sim/support/samples.h"

#include <cstring>
#include <systemc>

namespace accord::fuzz {

using program::Role;
using program::Sequence;

namespace {

constexpr uint8_t withValues = 1, withoutTrap = 2, withTimes = 4, withBounds = 8, withTwice = 16;

std::string inputOf(uint8_t options, const std::string &program, const std::string &image) {
  const auto length = static_cast<uint32_t>(program.size());
  std::string bytes(1, static_cast<char>(options));
  for (unsigned i = 0; i < 4; ++i)
    bytes += static_cast<char>(length >> (8 * i));
  return bytes + program + image;
}

std::string inputOf(uint8_t options, const Sequence &sequence, const sim::DramImage &image) {
  return inputOf(options, program::serialize(sequence),
                 sim::writeImage(sequence, image, {Role::Argument, Role::InOut}));
}

/// SystemC's kernel for one run; the first one has objects of the library itself and stays.
class FreshKernel {
public:
  FreshKernel() { use(new sc_core::sc_simcontext); }
  ~FreshKernel() {
    delete sc_core::sc_curr_simcontext;
    use(first);
  }

private:
  static void use(sc_core::sc_simcontext *context) {
    sc_core::sc_curr_simcontext = sc_core::sc_default_global_context = context;
  }
  sc_core::sc_simcontext *first = sc_core::sc_get_curr_simcontext();
};

/// How much a run would move, at most: what takes long in a fuzzer is no error.
bool isLong(const Sequence &sequence) {
  double elements = 0;
  for (const program::Call &call : sequence.calls)
    for (const program::Command &c : sequence.bodies[call.body].commands)
      for (const auto *views : {&c.reads, &c.writes})
        for (const program::View &v : *views)
          elements += 16 + static_cast<double>(program::countRuns(v)) + static_cast<double>(v.elements());
  return elements > 200000;
}

} // namespace

std::vector<Seed> seeds() {
  std::vector<Seed> all;
  const test::Generated gemm = test::generate(3), chunks = test::generate(8);
  const auto add = [&](const char *name, uint8_t options, const test::Generated &made) {
    all.push_back({name, inputOf(options, program::sequenceOf(made.program),
                                 test::toParameters(made.program, made.arguments))});
  };
  add("gemm", withValues, gemm);
  add("gemm-times", withValues | withTimes, chunks);
  add("gemm-bounds", withBounds | withoutTrap, chunks);
  add("gemm-twice", withTwice, gemm);
  const Sequence decode = test::decodeSequence(2, 1);
  all.push_back({"decode", inputOf(0, decode, {})});
  all.push_back({"no-arguments", inputOf(withValues, decode, {})});
  all.push_back({"attention", inputOf(0, program::sequenceOf(test::attentionCommands()), {})});
  all.push_back({"layer", inputOf(0, program::sequenceOf(test::layerCommands()), {})});
  std::string cut = all.front().bytes;
  cut.resize(cut.size() - 70);
  all.push_back({"cut", cut});
  all.push_back({"short", "abc"});
  return all;
}

std::string outcomeOf(std::string_view bytes) {
  static const Hardware hardware = *parseHardware(fileOf("models/hardware/lut-edge.yaml"), "lut-edge.yaml");
  if (bytes.size() < 5)
    return "too short";
  const auto choice = static_cast<uint8_t>(bytes[0]);
  uint32_t length = 0;
  for (unsigned i = 0; i < 4; ++i)
    length |= uint32_t(static_cast<uint8_t>(bytes[1 + i])) << (8 * i);
  bytes.remove_prefix(5);
  const std::string_view program = bytes.substr(0, length), container = bytes.substr(program.size());

  Expected<Sequence> sequence = program::parseSequence(program, "program");
  if (!sequence)
    return sequence.error().message;
  sim::SimOptions options;
  options.values = choice & withValues;
  options.trapRaces = !(choice & withoutTrap);
  options.commandTimes = choice & withTimes;
  options.bounds = choice & withBounds;
  if (choice & withTwice) {
    const std::vector<std::string> resources = sim::MachineModel(hardware).resources();
    options.twice = resources[(choice >> 5) % resources.size()];
  }
  sim::DramImage image;
  if (options.values) {
    Expected<sim::DramImage> read = sim::readImage(*sequence, container, "image");
    if (!read)
      return read.error().message;
    image = std::move(*read);
  }
  if (Status ok = program::verify(*sequence); !ok)
    return ok.error().message;
  if (isLong(*sequence))
    return "verified, too long to run";
  const FreshKernel kernel;
  Expected<sim::SimResult> result = sim::simulate(std::move(*sequence), hardware, image, options);
  if (!result)
    return result.error().message;
  const std::string json = sim::toJson(*result);
  Expected<sim::SimResult> again = sim::fromJson(json, "result");
  if (!again)
    fail("expected to read what was written, got", again.error().message);
  return "accepted, " + std::to_string(result->cycles) + " cycles";
}

} // namespace accord::fuzz

/// What LeakSanitizer asks for: SystemC keeps events for the next time, and has no word to free them.
extern "C" const char *__lsan_default_suppressions() { return "leak:sc_core::sc_event_timed::allocate\n"; }
