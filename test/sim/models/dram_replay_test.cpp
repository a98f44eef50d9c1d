// Traces: what is no trace is refused by its line; what is one takes the time that closed forms say, whatever
// the widths, depths and channels.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/dram/dram_replay.h"
#include "sim/models/dram/dram_trace_writer.h"
#include "test/sim/models/dram_machine.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <unistd.h>

using namespace accord;
using namespace accord::sim;
using namespace accord::test;

namespace {

/// A file of its own, which goes with it.
struct TraceFile {
  std::string path = "dram-trace-XXXXXX";
  explicit TraceFile(const std::string &text) {
    const int fd = mkstemp(path.data());
    REQUIRE(fd >= 0);
    close(fd);
    std::ofstream(path) << text;
  }
  ~TraceFile() { std::remove(path.c_str()); }
};

Dram dramOf(const Grade &grade, const char *refresh = "all_bank", int64_t depth = 32) {
  return {grade.standard, 1, grade.rate, grade.width, mappings[0], refresh, depth};
}

std::string errorOf(const std::string &text) {
  const TraceFile file(text);
  const auto report = replayTrace(file.path, dramOf(grades[0]), 64);
  if (report)
    return "accepted";
  REQUIRE(report.error().message.substr(0, file.path.size()) == file.path);
  return report.error().message.substr(file.path.size());
}

DramReplayReport replay(const Dram &dram, const std::vector<DramAccess> &accesses, bool timed,
                        int64_t requestBytes = 64, bool burstByBurst = false) {
  DramReplay replay(dram, requestBytes, timed);
  for (DramChannel &channel : replay.channels())
    channel.burstByBurst = burstByBurst;
  replay.feed(accesses);
  return replay.finish();
}

std::vector<DramAccess> randomReads(const Dram &dram, size_t count, uint64_t seed) {
  Random random(seed);
  std::vector<DramAccess> accesses(count);
  for (DramAccess &a : accesses)
    a.address = random.below(DramReplay::capacityBytes(dram));
  return accesses;
}
std::vector<DramAccess> stream(size_t count, bool write = false, uint64_t step = 64) {
  std::vector<DramAccess> accesses(count);
  for (size_t i = 0; i < count; ++i)
    accesses[i] = {i * step, 0, write};
  return accesses;
}
double clocks(const DramReplayReport &r) { return double(r.end - r.begin); }

} // namespace

TEST_CASE("a line that is no request is told", "[sim][dram]") {
  CHECK(errorOf("0x40 READ 0\n0x80 WRITE 7\n") == "accepted");
  CHECK(errorOf("LD 0x40\nST 0X80\r\n# so\n\n  LD\t0xffffffff\n") == "accepted");
  CHECK(errorOf("") == ":1: expected a request, got the end of the file");
  CHECK(errorOf("0x40 READ 0") == "accepted"); // no end of line
  const std::string forms = "expected 0xADDR READ|WRITE cycle or LD|ST 0xADDR, got ";
  CHECK(errorOf("garbage\n") == ":1: " + forms + "'garbage'");
  CHECK(errorOf("\n\n0x READ 0\n") == ":3: " + forms + "'0x READ 0'");
  CHECK(errorOf("0x4g READ 0\n") == ":1: " + forms + "'0x4g READ 0'");
  CHECK(errorOf("40 READ 0\n") == ":1: " + forms + "'40 READ 0'");
  CHECK(errorOf("0x40 read 0\n") == ":1: " + forms + "'0x40 read 0'");
  CHECK(errorOf("0x40 READ 0 1\n") == ":1: " + forms + "'0x40 READ 0 1'");
  CHECK(errorOf(std::string("0x40\0READ", 9)) == ":1: " + forms + "'0x40?READ'");
  CHECK(errorOf("LD 0x40 7\n") == ":1: expected LD|ST 0xADDR, got 'LD 0x40 7'");
  CHECK(errorOf("LD\n") == ":1: expected LD|ST 0xADDR, got 'LD'");
  const std::string cycle = "expected a cycle from 0 to 1000000000000000, got ";
  CHECK(errorOf("0x40 READ\n") == ":1: " + cycle + "''");
  CHECK(errorOf("0x40 READ -1\n") == ":1: " + cycle + "'-1'");
  CHECK(errorOf("0x40 READ -0\n") == ":1: " + cycle + "'-0'");
  CHECK(errorOf("0x40 READ 1000000000000001\n") == ":1: " + cycle + "'1000000000000001'");
  CHECK(errorOf("0x40 READ 1000000000000000\n") == "accepted");
  CHECK(errorOf("0x40 READ 1.5\n") == ":1: " + cycle + "'1.5'");
  CHECK(errorOf("0x40 READ 99999999999999999999\n") == ":1: " + cycle + "'99999999999999999999'");
  CHECK(errorOf("0x40 READ 5\n0x40 READ 4\n") ==
        ":2: expected a cycle that is not below the one before, 5, got 4");
  CHECK(errorOf("0x40 READ 5\nLD 0x40\n") ==
        ":2: expected 0xADDR READ|WRITE cycle as on the lines before, got 'LD 0x40'");
  CHECK(errorOf("LD 0x40\n0x40 READ 5\n") ==
        ":2: expected LD|ST 0xADDR as on the lines before, got '0x40 READ 5'");
  // DDR4 of 8 Gb x8, eight of them.
  CHECK(errorOf("LD 0x1ffffffff\nLD 0x200000000\n") ==
        ":2: expected an address below 0x200000000, the device's 8589934592 bytes, got 0x200000000");
  CHECK(errorOf("LD 0x11111111111111111\n") == ":1: expected LD|ST 0xADDR, got 'LD 0x11111111111111111'");
  CHECK(errorOf(std::string(3 << 20, 'x')).substr(0, 70) == ":1: " + forms + "'xxxxxxxxxxx");
  const auto none = replayTrace("no/such.trace", dramOf(grades[0]), 64);
  REQUIRE_FALSE(none);
  CHECK(none.error().message == "no/such.trace: expected a readable trace, got: No such file or directory");
}

TEST_CASE("an empty trace, one request, and one after a long time", "[sim][dram]") {
  for (const Grade &grade : grades) {
    const DramTiming t = dramTiming(dramOf(grade));
    const DramReplayReport empty = replay(dramOf(grade), {}, false);
    CHECK(clocks(empty) == 0);
    CHECK(empty.use == DramUse());
    const int64_t burst = grade.width / 8 * t.burstTransfers, answer = t.rcdRead + t.cl + t.burst;
    for (bool timed : {false, true}) {
      const DramReplayReport one = replay(dramOf(grade), {{0, 0, false}}, timed, burst);
      CHECK(clocks(one) == answer);
      CHECK(one.latency[0].mean() == answer);
      CHECK(one.latency[2].percentile(99) == answer);
      CHECK(one.use.activates == 1);
      const DramReplayReport written = replay(dramOf(grade), {{0, 0, true}}, timed, burst);
      CHECK(clocks(written) == t.rcdWrite + t.cwl + t.burst);
      CHECK(written.latency[1].mean() == t.rcdWrite + t.cwl + t.burst);
    }
    // Refreshes of an idle channel are counted and not walked through.
    const int64_t late = 1000000000000000;
    for (const char *refresh : {"all_bank", "per_bank"}) {
      if (refresh == std::string("per_bank") && t.refreshSets == 0)
        continue;
      const DramReplayReport r =
          replay(dramOf(grade, refresh), {{0, 5, false}, {0, late, false}}, true, burst);
      const int64_t interval = refresh == std::string("all_bank") ? t.refi : t.refiSet;
      CHECK(r.use.refreshes >= uint64_t(late / interval) - 1);
      CHECK(r.use.refreshes <= uint64_t((r.end - 1) / interval));
      CHECK(r.end >= late + t.cl + t.burst);
      CHECK(r.end <= late + t.rfc + t.rpAll + answer);
    }
  }
}

TEST_CASE("an excerpt that starts late counts what happens in it", "[sim][dram]") {
  int compared = 0;
  for (const Grade &grade : grades)
    for (const char *refresh : {"all_bank", "per_bank"}) {
      if (std::string(grade.standard) == "DDR4" && std::string(refresh) == "per_bank")
        continue;
      const Dram dram = dramOf(grade, refresh);
      std::vector<DramAccess> accesses = stream(20000);
      const DramReplayReport early = replay(dram, accesses, true);
      for (DramAccess &a : accesses)
        a.cycle = 1000000000;
      const DramReplayReport late = replay(dram, accesses, true);
      CAPTURE(grade.standard, grade.rate, refresh, early.use.refreshes, late.use.refreshes);
      CHECK(late.begin == 1000000000);
      CHECK(late.use.bursts == early.use.bursts);
      CHECK(early.use.refreshes > 0);
      CHECK(std::abs(double(late.use.refreshes) - double(early.use.refreshes)) <= 2);
      CHECK(clocks(late) == Approx(clocks(early)).epsilon(0.02));
      ++compared;
    }
  std::printf("%d late excerpts compared\n", compared);
  REQUIRE(compared > 0);
}

TEST_CASE("a request is never served before its cycle", "[sim][dram]") {
  Random random(7);
  size_t compared = 0;
  for (const Grade &grade : grades) {
    const DramTiming t = dramTiming(dramOf(grade));
    std::vector<DramAccess> accesses(4000);
    int64_t cycle = 0;
    for (DramAccess &a : accesses)
      a = {random.below(1 << 20), cycle += int64_t(random.below(12)), random.below(3) == 0};
    const DramReplayReport r = replay(dramOf(grade), accesses, true);
    CHECK(r.latency[0].percentile(0) >= t.cl + t.burst);
    CHECK(r.latency[1].percentile(0) >= t.cwl + t.burst);
    CHECK(r.end >= cycle + std::min(t.cl, t.cwl) + t.burst);
    compared += r.latency[2].count();
  }
  std::cout << "seed 7: " << compared << " latencies\n";
  CHECK(compared == 7 * 4000);
}

TEST_CASE("random reads come at the rate of activates, less refresh", "[sim][dram]") {
  std::cout << "random 64-byte reads, depth 32, all-bank refresh: clocks a request, closed form, share\n";
  for (const Grade &grade : grades) {
    const Dram dram = dramOf(grade);
    const DramTiming t = dramTiming(dram);
    const double bursts = std::max(1.0, 64.0 / double(grade.width / 8 * t.burstTransfers));
    const double bound = bursts * std::max({double(t.faw) / 4, double(t.rrdS), double(t.ccdS)});
    const double form = bound / (1 - double(t.rpAll + t.rfc + t.rcdRead) / double(t.refi));
    const double each = clocks(replay(dram, randomReads(dram, 30000, 3), false)) / 30000;
    std::cout << "  " << dramBin(dram) << " " << each << " " << form << " " << form / each << "\n";
    CHECK(each >= form * 0.995);
    CHECK(each <= form * 1.05);
  }
}

TEST_CASE("streams of requests take the fast path's time burst by burst, too", "[sim][dram]") {
  Cases cases;
  uint64_t compared = 0;
  for (const Grade &grade : grades)
    for (const char *refresh : {"none", "all_bank", "per_bank"})
      for (const char *mapping : mappings)
        for (int64_t depth : {1, 3, 32, 100}) {
          if (refresh == std::string("per_bank") && dramTiming(dramOf(grade)).refreshSets == 0)
            continue;
          Dram dram = dramOf(grade, refresh, depth);
          if (!cases.take({dramBin(dram), refresh, mapping, "depth " + std::to_string(depth)}))
            continue;
          dram.mapping = mapping, dram.channels = 2;
          // Reads, then writes, then both from far apart, then single ones.
          std::vector<DramAccess> accesses = stream(3000);
          for (const DramAccess &a : stream(2000, true))
            accesses.push_back(a);
          for (size_t i = 0; i < 2000; ++i)
            accesses.push_back({i / 200 % 2 * (1 << 22) + i * 64, 0, i / 100 % 2 == 1});
          const DramReplayReport fast = replay(dram, accesses, false),
                                 slow = replay(dram, accesses, false, 64, true);
          INFO(dramBin(dram) << " " << refresh << " " << mapping << " depth " << depth);
          CHECK(fast.end == slow.end);
          CHECK(fast.use == slow.use);
          for (int i = 0; i < 3; ++i) {
            CHECK(fast.latency[i].mean() == Approx(slow.latency[i].mean()).epsilon(1e-12));
            for (double p : {0.0, 50.0, 90.0, 99.0, 100.0})
              CHECK(fast.latency[i].percentile(p) == slow.latency[i].percentile(p));
          }
          ++compared;
        }
  std::cout << compared << " traces equal both ways\n";
  CHECK(compared == Cases::of((5 * 3 + 2 * 2) * 3 * 4));
  CHECK(cases.missed() == std::set<std::string>());
}

TEST_CASE("more of the dram is never slower", "[sim][dram]") {
  Cases cases;
  size_t pairs = 0;
  double worst = 0;
  for (const Grade &grade : grades)
    for (const char *refresh : {"all_bank", "per_bank"}) {
      if (grade.rate == 2400)
        continue; // one bin a standard
      if (refresh == std::string("per_bank") && dramTiming(dramOf(grade)).refreshSets == 0)
        continue;
      for (int pattern = 0; pattern < 4; ++pattern) {
        const auto accesses = [&](const Dram &dram) {
          std::vector<DramAccess> a = pattern == 0 ? stream(6000) : randomReads(dram, 6000, 11);
          for (size_t i = 0; i < a.size(); ++i) {
            a[i].address %= uint64_t(1) << 27;
            a[i].write = pattern == 2 ? i % 3 == 0 : pattern == 3;
          }
          return a;
        };
        const auto slower = [&](const std::string &what, const Dram &less, const Dram &more) {
          if (!cases.take({grade.standard, refresh, "pattern " + std::to_string(pattern), what}))
            return;
          const auto a = accesses(less); // addresses that both have
          const auto ns = [&](const Dram &d) {
            return clocks(replay(d, a, false, 256)) / double(d.dataRateMtps);
          };
          const double ratio = ns(more) / ns(less);
          INFO(dramBin(less) << " " << refresh << " pattern " << pattern << ": " << what);
          CHECK(ratio <= 1.02);
          worst = std::max(worst, ratio), ++pairs;
        };
        for (int64_t depth : {1, 2, 4, 8, 16, 32, 64, 128, 256})
          slower("queue depth " + std::to_string(depth), dramOf(grade, refresh, depth),
                 dramOf(grade, refresh, 2 * depth));
        for (int64_t channels : {1, 2, 4}) {
          Dram less = dramOf(grade, refresh), more = less;
          less.channels = channels, more.channels = 2 * channels;
          slower("channels " + std::to_string(channels), less, more);
        }
        Dram less = dramOf(grade, refresh), more = less;
        more.busWidthBits *= 2;
        slower("bus width", less, more);
        // HBM2 at 4000 MT/s is scaled from the bin of 2400, whose tRRD and tFAW are longer than 2000's.
        more = less, more.dataRateMtps *= 2;
        if (grade.standard != std::string("HBM2"))
          slower("data rate", less, more);
      }
    }
  std::cout << pairs << " pairs, at most " << worst << " times the time\n";
  CHECK(pairs == Cases::of((5 + 4) * 4 * 14 - 2 * 4));
  CHECK(cases.missed() == std::set<std::string>());
}

TEST_CASE("requests narrower and wider than a burst, on any bus", "[sim][dram]") {
  size_t traces = 0;
  for (const char *standard : {"DDR4", "DDR5", "LPDDR5", "HBM2", "HBM3"})
    for (int64_t width : {8, 16, 128, 1024})
      for (int64_t request : {1, 64, 256, 4096}) {
        const Dram dram = {standard, 2, 3200, width, mappings[0], "all_bank", 32};
        const int64_t burst = width / 8 * burstTransfers(standard);
        // Every request once, each at an address inside of its block.
        std::vector<DramAccess> accesses = stream(400, false, uint64_t(request));
        Random random(uint64_t(width + request));
        for (DramAccess &a : accesses)
          a.address += random.below(uint64_t(request));
        const DramReplayReport r = replay(dram, accesses, false, request);
        CHECK(r.latency[0].count() == 400);
        CHECK(r.use.bursts == 400 * uint64_t(std::max<int64_t>(1, request / burst)));
        CHECK(r.bursts[0] == r.use.bursts);
        ++traces;
      }
  CHECK(traces == 5 * 4 * 4);
}

TEST_CASE("neither direction starves the other", "[sim][dram]") {
  // Writes without end, and a read now and then; the reverse. All arrive when the wires are full.
  for (const Grade &grade : grades)
    for (bool flood : {true, false}) {
      const Dram dram = dramOf(grade);
      const DramTiming t = dramTiming(dram);
      std::vector<DramAccess> accesses;
      for (uint64_t i = 0; i < 40000; ++i) {
        accesses.push_back({i * 64 % (1 << 26), int64_t(i) * t.ccdS / 2, flood});
        if (i % 400 == 0)
          accesses.push_back({(1 << 27) + i * 4096, int64_t(i) * t.ccdS / 2, !flood});
      }
      const DramReplayReport r = replay(dram, accesses, true, grade.width / 8 * t.burstTransfers);
      CHECK(r.latency[!flood].count() == 100);
      // A turn of 4 depths, the wires both ways, a refresh that comes between.
      const int64_t most = 5 * 32 * t.ccdS + t.rfc + t.rpAll + 200;
      CHECK(r.latency[!flood].max() <= most);
    }
}

TEST_CASE("a written trace is read back in the order of its cycles", "[sim][dram]") {
  const TraceFile file("");
  auto writer = DramTraceWriter::open(file.path);
  REQUIRE(writer);
  (*writer)->add(0x40, false, 9);
  (*writer)->add(0x80, true, 5);
  (*writer)->add(0xc0, false, 9);
  (*writer)->writeBelow(6);
  (*writer)->add(0x100, true, 6);
  REQUIRE((*writer)->finish());
  auto reader = DramTraceReader::open(file.path, 1 << 20);
  REQUIRE(reader);
  std::vector<DramAccess> got;
  REQUIRE(reader->read(got, 100));
  REQUIRE(got.size() == 4);
  CHECK((got[0].address == 0x80 && got[0].write && got[0].cycle == 5));
  CHECK((got[1].address == 0x100 && got[1].cycle == 6));
  CHECK((got[2].address == 0x40 && !got[2].write && got[2].cycle == 9));
  CHECK(got[3].address == 0xc0);
  const auto nowhere = DramTraceWriter::open("/nowhere/trace");
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error().message == "/nowhere/trace: expected to write to it, got: No such file or directory");
}
