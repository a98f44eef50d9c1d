// One command: given in a cycle of its own, then streams until the last output beat.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/core/rtl_run.h"

using namespace accord;
using namespace accord::sim;

RtlRun::RtlRun(RtlBlock &itsBlock)
    : block(itsBlock), ports(block.ports()), trace(ports.streams.size()), next(trace.size()),
      beats(trace.size()), words(trace.size()) {
  for (size_t s = 0; s < streams(); ++s) {
    words[s].resize(ports.streams[s].words);
    beats[s].words = words[s].data();
  }
  pins.streams = beats.data();
}

Error RtlRun::fail(const std::string &what) const {
  const std::string assertion = block.failure();
  return Error{"rtl " + block.name() + " cycle " + std::to_string(cycle) + " of the command: " + what +
               (assertion.empty() ? "" : "; failed assertion: " + assertion)};
}

Error RtlRun::fail(const std::string &expected, const std::string &got) const {
  return fail("expected " + expected + ", got " + got);
}

uint64_t RtlRun::ready(size_t stream, uint64_t notBefore) const {
  return stalls[stream] ? stalls[stream]->next(trace[stream].size(), notBefore) : notBefore;
}

void RtlRun::clock() {
  block.step(pins);
  ++clocked;
}

/// A cycle in which nothing is offered and every output would be taken. Null when the block shows that it is
/// idle, else what it shows.
const char *RtlRun::busy() {
  for (size_t s = 0; s < streams(); ++s) {
    beats[s].valid = false;
    beats[s].ready = isOutput(s);
  }
  clock();
  const char *got = pins.cmdReady ? nullptr : "a busy one";
  for (size_t s = 0; s < streams(); ++s)
    if (isOutput(s) ? beats[s].valid : beats[s].ready)
      got = isOutput(s) ? "one more output beat" : "one that takes input beats";
  return got;
}

Status RtlRun::start(RtlTask &given, const RtlStalls &itsStalls) {
  if (!(given.ports() == ports))
    return Error{"rtl " + block.name() + ": expected a block of the ports " + given.ports().text() +
                 ", got one of " + ports.text()};
  task = &given;
  task->restart();
  stalls = itsStalls;
  stalls.resize(streams());
  cycle = clocked = outputsLeft = 0;
  pins.cmdValid = true;
  pins.fields = task->fields().data();
  const char *got = busy();
  pins.cmdValid = false;
  if (got)
    return Error{"rtl " + block.name() + ": expected an idle block for a command, got " + got};
  for (size_t s = 0; s < streams(); ++s) {
    trace[s].clear();
    next[s] = ready(s, 0);
    if (isOutput(s))
      outputsLeft += task->beats()[s];
    else
      task->fill(s, 0, beats[s].words);
  }
  return {};
}

Status RtlRun::step() {
  for (size_t s = 0; s < streams(); ++s)
    if (isOutput(s)) {
      // Readiness comes and goes: what was not used is asked for anew.
      if (next[s] < cycle)
        next[s] = ready(s, cycle);
      beats[s].ready = next[s] == cycle;
    } else {
      beats[s].valid = cycle >= next[s];
    }
  clock();
  // The task has not seen its last output beat: one that takes the next command now forgets this one.
  if (pins.cmdReady)
    return fail("a busy block until the last output beat", "one that takes a command");
  for (size_t s = 0; s < streams(); ++s)
    if (beats[s].valid && beats[s].ready)
      if (Status taken = moved(s); !taken)
        return taken;
  if (done())
    if (Status whole = ended(); !whole)
      return whole;
  ++cycle;
  return {};
}

/// A beat of `stream` moved in this cycle.
Status RtlRun::moved(size_t stream) {
  const uint64_t beat = trace[stream].size(), count = task->beats()[stream];
  if (beat == count)
    return fail("no more than " + std::to_string(count) + " beats of " + name(stream), "one more");
  const RtlBeat &pin = beats[stream];
  if (isOutput(stream)) {
    const bool last = beat + 1 == count;
    if (pin.last != last)
      return fail(name(stream) + "_last " + (last ? "1" : "0") + " in " + name(stream) + " beat " +
                      std::to_string(beat),
                  last ? "0" : "1");
    if (Status taken = task->take(stream, beat, pin.words); !taken)
      return fail(name(stream) + " beat " + std::to_string(beat) + ": " + taken.error().message);
    --outputsLeft;
  } else if (beat + 1 < count) {
    task->fill(stream, beat + 1, pin.words);
  }
  trace[stream].push_back(cycle);
  next[stream] = ready(stream, cycle + 1);
  return {};
}

/// All that was to go in did, and the RTL itself has nothing to say.
Status RtlRun::ended() const {
  for (size_t s = 0; s < streams(); ++s)
    if (trace[s].size() != task->beats()[s])
      return fail(std::to_string(task->beats()[s]) + " beats of " + name(s) + " before the last output beat",
                  std::to_string(trace[s].size()));
  if (const std::string assertion = block.failure(); !assertion.empty())
    return Error{"rtl " + block.name() + ": expected no failed assertion, got " + assertion};
  return {};
}

Status RtlRun::rest() {
  if (const char *got = busy())
    return fail("an idle block after the last output beat", got);
  return ended();
}

Status RtlRun::run(RtlTask &given, const RtlStalls &itsStalls, uint64_t cycleLimit) {
  if (Status started = start(given, itsStalls); !started)
    return started;
  while (!done()) {
    if (cycle >= cycleLimit)
      return fail("the last output beat within " + std::to_string(cycleLimit) + " cycles",
                  std::to_string(outputsLeft) + " output beats less");
    if (Status stepped = step(); !stepped)
      return stepped;
  }
  return rest();
}
