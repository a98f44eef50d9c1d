// The trace is read back: slices nest, tracks hold no overlap, calls fill the run.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/core/chrome_trace.h"
#include "test/sim/support/decode.h"
#include "test/sim/support/fork_run.h"
#include "test/sim/support/generator.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace accord;
using namespace accord::test;
using Json = nlohmann::json;

namespace {

struct Folder {
  std::string path = "trace-test-XXXXXX";
  Folder() { REQUIRE(mkdtemp(path.data())); }
  ~Folder() { std::filesystem::remove_all(path); }
};

struct Slice {
  std::string kind, name;
  uint64_t number = 0, begin = 0, end = 0;
  int parent = -1; ///< index on the same track
};

struct Track {
  std::string name;
  std::vector<Slice> slices;
};

/// Reads the events one after the other as a viewer does. Fails where they do not nest.
std::map<int, Track> read(const std::string &path, double nsPerCycle) {
  std::ifstream file(path);
  const Json j = Json::parse(file);
  CHECK(j.at("displayTimeUnit") == "ns");
  std::map<int, Track> tracks;
  std::map<int, std::vector<int>> open;
  std::map<int, double> now;
  size_t processes = 0;
  for (const Json &e : j.at("traceEvents")) {
    const int tid = e.at("tid");
    CHECK(e.at("pid") == 1);
    const std::string phase = e.at("ph");
    if (phase == "M") {
      processes += e.at("name") == "process_name" && e.at("args").at("name") == "lut-edge";
      if (e.at("name") == "thread_name")
        tracks[tid].name = e.at("args").at("name");
      continue;
    }
    const double ts = e.at("ts");
    REQUIRE(ts >= now[tid]); // in order, so nothing overlaps
    now[tid] = ts;
    Track &t = tracks.at(tid);
    if (phase == "B") {
      Slice s{e.at("cat"),
              e.at("name"),
              e.at("args").at("number"),
              e.at("args").at("begin"),
              0,
              open[tid].empty() ? -1 : open[tid].back()};
      CHECK(std::abs(ts * 1000 - static_cast<double>(s.begin) * nsPerCycle) < 1);
      open[tid].push_back(static_cast<int>(t.slices.size()));
      t.slices.push_back(std::move(s));
    } else {
      REQUIRE(phase == "E");
      REQUIRE(!open[tid].empty());
      Slice &s = t.slices[static_cast<size_t>(open[tid].back())];
      s.end = e.at("args").at("end");
      CHECK(std::abs(ts * 1000 - static_cast<double>(s.end) * nsPerCycle) < 1);
      CHECK(s.end >= s.begin);
      open[tid].pop_back();
    }
  }
  for (const auto &[tid, left] : open)
    CHECK(left.empty());
  CHECK(processes == 1);
  return tracks;
}

} // namespace

TEST_CASE("a trace nests calls, ops and commands", "[sim][system][trace]") {
  const Hardware h = lutEdge();
  Folder folder;
  size_t traces = 0, slices = 0, overlapping = 0;
  std::vector<program::Sequence> sequences = {decodeSequence(3, 5)};
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    program::Sequence s = program::sequenceOf(generate(seed).program);
    s.calls.push_back(s.calls[0]);
    s.calls[1].name = "again \"quoted\" \\ \n \xc3\xa4 \xff";
    sequences.push_back(std::move(s));
  }
  for (const program::Sequence &s : sequences) {
    sim::SimOptions options;
    options.commandTimes = true;
    options.tracePath = folder.path + "/trace.json";
    sim::DramImage none;
    const auto r = simulateForked(s, h, none, options);
    REQUIRE((r ? "" : r.error().message) == "");
    const auto tracks = read(options.tracePath, 2); // 500 MHz
    REQUIRE(tracks.size() >= 1 + r->units.size());

    // Calls follow one another from 0 to the end.
    const Track &calls = tracks.at(0);
    CHECK(calls.name == "calls");
    REQUIRE(calls.slices.size() == s.calls.size());
    uint64_t at = 0;
    for (const Slice &c : calls.slices) {
      CHECK(c.begin == at);
      at = c.end;
    }
    CHECK(at == r->cycles);
    if (s.calls.size() == 2)
      CHECK(calls.slices[1].name == "again \"quoted\" \\ \n \xc3\xa4 ?");

    // A unit's tracks: as many as it has copies under way at once.
    uint64_t commands = 0;
    std::map<std::string, std::vector<std::pair<uint64_t, uint64_t>>> stretches;
    for (const auto &[number, t] : tracks) {
      if (number == 0)
        continue;
      const std::string unit = t.name.substr(0, t.name.find(' '));
      if (t.name != unit) {
        CHECK((unit == "load" || unit == "store"));
        ++overlapping;
      }
      uint64_t first = 0;
      for (const Slice &slice : t.slices) {
        ++slices;
        if (slice.kind == "call") {
          CHECK(slice.parent == -1);
          continue;
        }
        const Slice &parent = t.slices.at(static_cast<size_t>(slice.parent));
        CHECK(parent.begin <= slice.begin);
        CHECK(slice.end <= parent.end);
        if (slice.kind == "op") {
          CHECK(parent.kind == "call");
          CHECK(slice.name == r->ops.at(slice.number).op);
          CHECK(r->ops.at(slice.number).call == parent.number);
          continue;
        }
        CHECK(slice.kind == "command");
        CHECK(parent.kind == "op");
        const Slice &call = t.slices.at(static_cast<size_t>(parent.parent));
        first = 0;
        for (size_t c = 0; c < call.number; ++c)
          first += s.bodies[s.calls[c].body].commands.size();
        const sim::CommandTime &time = r->commands.at(first + slice.number);
        CHECK(time.start == slice.begin);
        CHECK(time.end == slice.end);
        const program::Program &body = s.bodies[s.calls[call.number].body];
        const program::Command &command = body.commands[slice.number];
        CHECK(slice.name == isa::name(command.op));
        CHECK(parent.name == body.locations[command.location]); // its op
        CHECK(unit == isa::name(isa::unitOf(command.op)));
        stretches[unit].push_back({slice.begin, slice.end});
        ++commands;
      }
    }
    // Busy is what at least one slice covers.
    for (const sim::UnitRecord &of : r->units) {
      auto &list = stretches[of.name];
      std::sort(list.begin(), list.end());
      uint64_t busy = 0, covered = 0;
      for (auto [begin, end] : list) {
        busy += end > covered ? end - std::max(begin, covered) : 0;
        covered = std::max(covered, end);
      }
      CHECK(busy == of.use.busy);
    }
    uint64_t asked = 0;
    for (const sim::UnitRecord &of : r->units)
      asked += of.use.commands;
    CHECK(commands == asked);
    ++traces;
  }
  std::cout << traces << " traces, " << slices << " slices checked, " << overlapping
            << " tracks of copies beside others\n";
  CHECK(overlapping > 0);
  CHECK(slices > 500);
}

TEST_CASE("a trace that cannot be written is an error and leaves nothing", "[sim][system][trace]") {
  const program::Sequence s = decodeSequence(2, 50);
  sim::SimOptions options;
  options.tracePath = "/nowhere/trace.json";
  sim::DramImage none;
  const auto r = simulateForked(s, lutEdge(), none, options);
  REQUIRE_FALSE(r);
  CHECK(r.error().message == "/nowhere/trace.json: expected to write to it, got: No such file or directory");

  Folder folder;
  options.tracePath = folder.path + "/trace.json";
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) { // a disk that is full after 20 KB
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{20000, 20000};
    setrlimit(RLIMIT_FSIZE, &limit);
    const auto full = sim::simulate(s, lutEdge(), none, options);
    _exit(!full && full.error().message.find(options.tracePath + ": expected to write ") == 0 &&
                  full.error().message.find(" bytes, got: File too large") != std::string::npos
              ? 0
              : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(std::filesystem::is_empty(folder.path));
  // A run that fails leaves no half trace either.
  Hardware tiny = lutEdge();
  tiny.scratchpad.capacityBytes = 64;
  CHECK_FALSE(simulateForked(s, tiny, none, options));
  CHECK(std::filesystem::is_empty(folder.path));
}
