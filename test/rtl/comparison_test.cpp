// The bench and the comparison, held against a block that breaks each rule of the contract once.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/cosim.h"
#include <catch2/catch.hpp>

using namespace accord;
using namespace accord::rtl;
using namespace accord::sim;
using Catch::Matchers::Contains;

namespace {

enum class Fault {
  None,
  LateBeat,   // an output beat a cycle too late
  NoLast,     // the last output beat without last
  EarlyLast,  // last one beat too early
  TooManyIn,  // takes a beat that is the next command's
  TooFewIn,   // gives its results without the last beat
  TooManyOut, // an output beat more than there are, before the other stream's last
  OneMore,    // an output beat after the command
  WrongValue, // in one beat
  DeadLane,   // something in the lane that is always 0
  Assertion,  // all is well, but an assertion failed
  Hangs,      // no answer
  Busy,       // not ready after its last beat
  NeverIdle   // takes input beats without a command
};

const RtlPorts doublerPorts = {{"count"}, {{"in", 1, false}, {"out", 2, true}, {"sum", 1, true}}};

/// Doubles `count` values, a cycle after each, and gives their sum when all have left.
class Doubler final : public RtlBlock {
public:
  explicit Doubler(Fault fault) : fault(fault) {}
  const std::string &name() const override { return itsName; }
  const RtlPorts &ports() const override { return doublerPorts; }
  void reset() override { s = State(), ++resets; }
  std::string failure() const override { return s.said; }
  Status openTrace(const std::string &path) override { return Error{path + ": expected no trace"}; }
  size_t resets = 0;

  void step(RtlPins &pins) override {
    RtlBeat &in = pins.streams[0], &out = pins.streams[1], &sum = pins.streams[2];
    const bool busy = s.count > 0;
    const uint32_t wanted = s.count + has(Fault::TooManyIn) - has(Fault::TooFewIn);
    pins.cmdReady = !busy && !(has(Fault::Busy) && s.ended);
    out.valid = busy ? s.full && !s.late : has(Fault::OneMore) && s.ended;
    out.last = s.given + 1 + has(Fault::EarlyLast) == s.count && !has(Fault::NoLast);
    out.words[0] = s.value + (has(Fault::WrongValue) && s.given == 1);
    out.words[1] = has(Fault::DeadLane) && s.given == 1 ? 3 : 0;
    sum.valid = busy && s.given == s.count, sum.last = true;
    sum.words[0] = s.total;
    in.ready = busy ? s.taken < wanted && (!s.full || (out.valid && out.ready)) && !has(Fault::Hangs)
                    : has(Fault::NeverIdle);
    s.late = false;

    if (pins.cmdValid && pins.cmdReady) {
      s = State();
      s.count = pins.fields[0];
      return;
    }
    if (out.valid && out.ready) {
      ++s.given;
      s.full = (has(Fault::TooManyOut) && s.given == s.count) ||
               (has(Fault::TooFewIn) && s.given == wanted && s.given < s.count);
    }
    if (in.valid && in.ready) {
      s.value = 2 * in.words[0];
      s.total += in.words[0];
      s.full = true;
      s.late = has(Fault::LateBeat) && s.taken == 1;
      ++s.taken;
      if (has(Fault::Assertion))
        s.said = "doubler_a";
    }
    if (sum.valid && sum.ready) {
      const std::string said = s.said;
      s = State();
      s.ended = true, s.said = said;
    }
  }

private:
  struct State {
    uint32_t count = 0, taken = 0, given = 0, value = 0, total = 0;
    bool full = false, late = false, ended = false;
    std::string said;
  } s;
  const Fault fault;
  const std::string itsName = "doubler";
  bool has(Fault which) const { return fault == which; }
};

class DoublerTask final : public RtlTask {
public:
  explicit DoublerTask(std::vector<uint32_t> itsValues, RtlPorts ports = doublerPorts)
      : RtlTask(std::move(ports), {uint32_t(itsValues.size())}, {itsValues.size(), itsValues.size(), 1},
                {RtlResult("double", {int64_t(itsValues.size())}, 4), RtlResult("sum", {}, 4)}),
        values(std::move(itsValues)) {}

  uint64_t formError = 0; ///< of the closed form

  void fill(size_t, uint64_t beat, uint32_t *words) const override { words[0] = values[beat]; }
  Status take(size_t stream, uint64_t beat, const uint32_t *words) override {
    return takeLanes(results()[stream - 1], int64_t(beat), words, 1, stream == 1 ? 2 : 1);
  }
  RtlSchedule schedule(const RtlStalls &stalls) const override {
    auto next = [&](size_t stream, uint64_t beat, uint64_t cycle) {
      return stallsOf(stalls, stream).next(beat, cycle);
    };
    RtlSchedule s(3);
    for (size_t i = 0; i < values.size(); ++i) {
      // The register is free from the cycle on in which its beat leaves.
      s[0].push_back(i == 0 ? next(0, 0, 0) : std::max(next(0, i, s[0].back() + 1), s[1].back()));
      s[1].push_back(next(1, i, s[0].back() + 1));
    }
    s[2].push_back(next(2, 0, s[1].back() + 1));
    return s;
  }
  uint64_t cycles() const override { return values.size() + 2 + formError; }

private:
  const std::vector<uint32_t> values;
};

CosimCase makeCase() {
  CosimCase made;
  made.place = "count 4";
  made.task = std::make_unique<DoublerTask>(std::vector<uint32_t>{5, 6, 7, 8});
  made.expected = {{10, 0, 0, 0, 12, 0, 0, 0, 14, 0, 0, 0, 16, 0, 0, 0}, {26, 0, 0, 0}};
  return made;
}

/// One command without stalls, and what was found.
CosimReport compared(Fault fault) {
  Doubler block(fault);
  Comparison comparison(block);
  CosimCase command = makeCase();
  comparison.compare(command, {});
  CosimReport report = comparison.report();
  CHECK(report.runs == 1);
  CHECK(report.passed() == (fault == Fault::None));
  CHECK(block.resets == report.brokenRuns);
  return report;
}

} // namespace

TEST_CASE("a block that keeps the contract passes, stalled or not", "[rtl]") {
  Doubler block(Fault::None);
  Comparison comparison(block);
  CosimCase command = makeCase();
  std::vector<uint64_t> seeds;
  for (uint64_t seed = 1; seed <= 200; ++seed)
    seeds.push_back(seed);
  comparison.compare(command, seeds);
  const CosimReport report = comparison.report();
  INFO(report.firstDifference);
  CHECK(report.passed());
  CHECK(report.runs == 201);
  CHECK(report.stalledRuns == 200);
  CHECK(report.valuesCompared == 201 * 5);
  CHECK(report.beatsCompared == 201 * 9);
  CHECK(report.formsCompared == 1);
  CHECK(report.cyclesRtl == report.cyclesModel);
  CHECK(report.cyclesRtl > 201 * 6);
  CHECK(report.simulatedKhz > 0);
}

TEST_CASE("what differs from golden and model is counted at its place", "[rtl]") {
  const CosimReport late = compared(Fault::LateBeat);
  CHECK(late.firstDifference == "cosim doubler count 4: in beat 2: expected cycle 2, got 3");
  CHECK(late.beatMismatches == 6); // two in, three out, the sum
  CHECK(late.formMismatches == 1);
  CHECK(late.cyclesRtl == 7);
  CHECK(late.cyclesModel == 6);

  const CosimReport wrong = compared(Fault::WrongValue);
  CHECK(wrong.firstDifference == "cosim doubler count 4: double[1]: expected 12, got 13");
  CHECK(wrong.valueMismatches == 1);
  CHECK(wrong.beatMismatches + wrong.formMismatches + wrong.brokenRuns == 0);

  Doubler block(Fault::None);
  Comparison comparison(block);
  CosimCase command = makeCase();
  static_cast<DoublerTask &>(*command.task).formError = 1;
  comparison.compare(command, {});
  CHECK(comparison.report().formMismatches == 1);
  CHECK(comparison.report().firstDifference ==
        "cosim doubler count 4: expected 7 cycles by the closed form, got 6");
}

TEST_CASE("a broken contract is told with its cycle", "[rtl]") {
  auto told = [](Fault fault) {
    const CosimReport report = compared(fault);
    CHECK(report.brokenRuns == 1);
    CHECK(report.valuesCompared + report.beatsCompared == 0);
    const std::string place = "cosim doubler count 4: rtl doubler";
    CHECK(report.firstDifference.substr(0, place.size()) == place);
    return report.firstDifference.substr(place.size());
  };
  CHECK(told(Fault::NoLast) == " cycle 4 of the command: expected out_last 1 in out beat 3, got 0");
  CHECK(told(Fault::EarlyLast) == " cycle 3 of the command: expected out_last 0 in out beat 2, got 1");
  CHECK(told(Fault::TooManyIn) ==
        " cycle 4 of the command: expected no more than 4 beats of in, got one more");
  CHECK(told(Fault::TooFewIn) ==
        " cycle 5 of the command: expected 4 beats of in before the last output beat, got 3");
  CHECK(told(Fault::TooManyOut) ==
        " cycle 5 of the command: expected no more than 4 beats of out, got one more");
  CHECK(
      told(Fault::OneMore) ==
      " cycle 6 of the command: expected an idle block after the last output beat, got one more output beat");
  CHECK(told(Fault::DeadLane) == " cycle 2 of the command: out beat 1: expected 0 in dead lane 1, got 3");
  CHECK(told(Fault::Assertion) == ": expected no failed assertion, got doubler_a");
  CHECK(told(Fault::Hangs) == " cycle 74 of the command: expected the last output beat within 74 cycles, "
                              "got 5 output beats less");
  CHECK(told(Fault::Busy) ==
        " cycle 6 of the command: expected an idle block after the last output beat, got a busy one");
  CHECK(told(Fault::NeverIdle) == ": expected an idle block for a command, got one that takes input beats");
}

TEST_CASE("a task of other ports is refused before anything moves", "[rtl]") {
  Doubler block(Fault::None);
  RtlRun run(block);
  DoublerTask task({1}, {{"count"}, {{"in", 2, false}, {"out", 2, true}, {"sum", 1, true}}});
  const Status started = run.start(task, {});
  REQUIRE_FALSE(started);
  CHECK(started.error().message ==
        "rtl doubler: expected a block of the ports cmd count; in in 2, out out 2, "
        "sum out 1, got one of cmd count; in in 1, out out 2, sum out 1");
}

TEST_CASE("bits of a beat lie side by side, over the ends of words", "[rtl]") {
  uint32_t words[3] = {};
  putBits(words, 0, 11, 0x7ff);
  putBits(words, 22, 11, uint32_t(-3)); // cut to 0x7fd
  putBits(words, 64, 32, 0x89abcdef);
  CHECK(words[0] == (0x7ffu | 0x7fdu << 22));
  CHECK(words[1] == 1);
  CHECK(words[2] == 0x89abcdef);
  CHECK(wordsOfBits(176) == 6);
}

TEST_CASE("results tell their values and places", "[rtl]") {
  RtlResult result("isum", {2, 3, 4}, 2);
  CHECK(result.count() == 24);
  CHECK(result.place(0) == "isum[0][0][0]");
  CHECK(result.place(23) == "isum[1][2][3]");
  result.bytes[2] = 0xfe, result.bytes[3] = 0xff;
  CHECK(result.value(result.bytes, 1) == -2);
  CHECK(RtlResult("sum", {}, 4).place(0) == "sum");
  CHECK(RtlResult("code", {1}, 1).value({0x80}, 0) == -128);
}
