// The table of speed bins against a second transcription of its sources, and what scaling to other rates
// keeps.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/sim/models/dram_machine.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace accord;
using namespace accord::sim;
using namespace accord::test;

namespace {

/// A preset with the names and in the order of its source (dram_timing.cpp says which), clocks; what the
/// source works out of nanoseconds is given in those, and the turnaround by what stands beside CL + BL - CWL
/// in it.
struct Preset {
  const char *bin, *standard;
  int64_t rate;
  // Organization: of a channel, and of a row on one wire.
  int64_t bankgroup, bank, row, columns;
  // Primary timings.
  int64_t nBL, nCL, nRCDRD, nRCDWR, nRP, nRPab, nRAS, nRC, nWR, nRTP, nCWL, nCCDL, nCCDLWR, nWTRS, nWTRL,
      nPPD;
  int64_t turn;
  // Secondary ones.
  int64_t nRRDS, nRRDL;
  double fawNs, rfcNs, refiNs, rfcSetNs, refiSetNs, rrefdNs;
  int64_t sets;
};

const Preset presets[] = {
    {"DDR4-2400R", "DDR4", 2400, 4, 4, 1 << 16, 1 << 10, 4, 16, 16,       16,  16,   16, 39, 55, 18, 9,
     12,           6,      6,    3, 9, 1,       2,       4, 6,  26 / 1.2, 360, 7800, 0,  0,  0,  0},
    {"DDR4-3200AA",
     "DDR4",
     3200,
     4,
     4,
     1 << 16,
     1 << 10,
     4,
     22,
     22,
     22,
     22,
     22,
     52,
     74,
     24,
     12,
     16,
     8,
     8,
     4,
     12,
     1,
     2,
     4,
     8,
     34 / 1.6,
     360,
     7800,
     0,
     0,
     0,
     0},
    {"DDR5-4800AN", "DDR5", 4800,      8,  4,  1 << 16, 1 << 10, 8,  34, 34, 34, 34, 34, 77,
     111,           72,     18,        32, 12, 48,      6,       24, 2,  4,  8,  12, 20, 295,
     3900,          130,    1950. / 4, 30, 4},
    {"LPDDR5-6400",
     "LPDDR5",
     6400,
     4,
     4,
     1 << 15,
     1 << 10,
     2,
     17,
     15,
     15,
     15,
     17,
     34,
     49,
     28,
     8,
     9,
     4,
     4,
     5,
     10,
     2,
     2,
     4,
     4,
     20,
     210,
     3906,
     120,
     488,
     7.5,
     8},
    {"HBM2-2000", "HBM2", 2000, 4, 4, 1 << 15, 128, 2, 14, 14, 12,  14,   14,  34,         48, 16, 5,
     5,           4,      4,    6, 8, 1,       2,   4, 4,  15, 350, 3900, 160, 3900. / 16, 8,  16},
    {"HBM2-2400", "HBM2", 2400, 4, 4,  1 << 15, 128, 2, 17, 17, 14,  17,   17,  40,         57, 19, 6,
     6,           4,      4,    8, 10, 1,       2,   5, 5,  15, 350, 3900, 160, 3900. / 16, 8,  16},
    {"HBM3-6400", "HBM3", 6400, 4, 4,  1 << 15, 256, 2, 20, 31, 15,  26,   26,  45,         72, 33, 9,
     10,          4,      4,    7, 10, 2,       8,   4, 5,  15, 350, 3900, 200, 3900. / 16, 5,  16},
};

/// Clocks of a dram as a real number.
double clocksOf(double ns, const DramTiming &t, int64_t rate) {
  return ns * double(rate) / 1000 / double(t.transfersPerClock);
}
int64_t roundedUp(double clocks) { return int64_t(std::ceil(clocks - 1e-9)); }
int64_t roundedDown(double clocks) { return int64_t(std::floor(clocks + 1e-9)); }

/// Everything of a bin that takes time.
constexpr int64_t DramTiming::*distances[] = {
    &DramTiming::cl,   &DramTiming::cwl,   &DramTiming::rcdRead, &DramTiming::rcdWrite,
    &DramTiming::rp,   &DramTiming::rpAll, &DramTiming::ras,     &DramTiming::rc,
    &DramTiming::rrdS, &DramTiming::rrdL,  &DramTiming::faw,     &DramTiming::wr,
    &DramTiming::wtrS, &DramTiming::wtrL,  &DramTiming::rtp,     &DramTiming::rrefd};

} // namespace

TEST_CASE("each speed bin is what its source says", "[sim][dram]") {
  for (const Preset &p : presets) {
    INFO(p.bin);
    Dram dram = machineOf(grades[0]).dram;
    dram.standard = p.standard, dram.dataRateMtps = p.rate;
    CHECK(dramBin(dram) == std::string(p.bin));
    CHECK(dramBinRate(dram) == p.rate);
    const DramTiming t = dramTiming(dram);
    CHECK(t.groups == p.bankgroup);
    CHECK(t.banksPerGroup == p.bank);
    CHECK(t.rows == p.row);
    CHECK(t.burstsPerRow * t.burstTransfers == p.columns);
    CHECK(t.burst == p.nBL);
    CHECK(t.ccdS == p.nBL);
    CHECK(t.burst * t.transfersPerClock == t.burstTransfers);
    CHECK(t.cl == p.nCL);
    CHECK(t.cwl == p.nCWL);
    CHECK(t.rcdRead == p.nRCDRD);
    CHECK(t.rcdWrite == p.nRCDWR);
    CHECK(t.rp == p.nRP);
    CHECK(t.rpAll == p.nRPab);
    CHECK(t.ras == p.nRAS);
    CHECK(t.rc == p.nRC);
    CHECK(t.wr == p.nWR);
    CHECK(t.rtp == p.nRTP);
    CHECK(t.ccdL == p.nCCDL);
    CHECK(t.ccdLWrite == p.nCCDLWR);
    CHECK(t.wtrS == p.nWTRS);
    CHECK(t.wtrL == p.nWTRL);
    CHECK(t.ppd == p.nPPD);
    CHECK(t.rtw == p.nCL + p.nBL + p.turn - p.nCWL);
    CHECK(t.rrdS == p.nRRDS);
    CHECK(t.rrdL == p.nRRDL);
    CHECK(t.faw == roundedUp(clocksOf(p.fawNs, t, p.rate)));
    CHECK(t.rfc == roundedUp(clocksOf(p.rfcNs, t, p.rate)));
    CHECK(t.refi == roundedDown(clocksOf(p.refiNs, t, p.rate)));
    CHECK(t.rfcSet == roundedUp(clocksOf(p.rfcSetNs, t, p.rate)));
    CHECK(t.refiSet == roundedDown(clocksOf(p.refiSetNs, t, p.rate)));
    CHECK(t.rrefd == roundedUp(clocksOf(p.rrefdNs, t, p.rate)));
    CHECK(t.refreshSets == p.sets);
  }
  CHECK(std::size(presets) == std::size(grades));
}

TEST_CASE("at another rate what takes time takes no less, and not a clock more", "[sim][dram]") {
  size_t compared = 0;
  for (const Preset &p : presets) {
    Dram dram = machineOf(grades[0]).dram;
    dram.standard = p.standard, dram.dataRateMtps = p.rate;
    const DramTiming own = dramTiming(dram);
    // Not beyond the next bin of the standard.
    for (int64_t rate : {p.rate * 2 / 3, p.rate - 97, p.rate - 1, p.rate + 1, p.rate + 97}) {
      dram.dataRateMtps = rate;
      if (dramBinRate(dram) != p.rate)
        continue;
      INFO(p.bin << " at " << rate);
      const DramTiming t = dramTiming(dram);
      for (const auto member : distances)
        CHECK(t.*member == roundedUp(double(own.*member) * double(rate) / double(p.rate)));
      CHECK(t.burst == own.burst);
      CHECK(t.ccdS == own.ccdS);
      for (const auto member : {&DramTiming::ccdL, &DramTiming::ccdLWrite})
        CHECK(t.*member == std::max(t.ccdS, roundedUp(double(own.*member) * double(rate) / double(p.rate))));
      CHECK(t.rfc == roundedUp(clocksOf(p.rfcNs, t, rate)));
      CHECK(t.refi == roundedDown(clocksOf(p.refiNs, t, rate)));
      CHECK(t.rfcSet == roundedUp(clocksOf(p.rfcSetNs, t, rate)));
      CHECK(t.refiSet == roundedDown(clocksOf(p.refiSetNs, t, rate)));
      ++compared;
    }
  }
  CHECK(compared > 25);
}

TEST_CASE("the wires are free for a clock between what is read and what is written, at any rate",
          "[sim][dram]") {
  size_t compared = 0;
  for (const char *standard : {"DDR4", "DDR5", "LPDDR5", "HBM2", "HBM3"})
    for (int64_t rate = 100; rate <= 20000; rate += 50) {
      Dram dram = machineOf(grades[0]).dram;
      dram.standard = standard, dram.dataRateMtps = rate;
      const DramTiming t = dramTiming(dram);
      if (t.rtw + t.cwl < t.cl + t.burst + 1)
        FAIL_CHECK(standard << " at " << rate << " MT/s: written data begins "
                            << t.rtw + t.cwl - t.cl - t.burst << " clocks after what is read ends");
      ++compared;
    }
  CHECK(compared == 5 * 399);
}

TEST_CASE("the nearest bin is taken, of two as near the slower", "[sim][dram]") {
  auto bin = [](const char *standard, int64_t rate) {
    Dram dram = machineOf(grades[0]).dram;
    dram.standard = standard, dram.dataRateMtps = rate;
    return std::string(dramBin(dram));
  };
  CHECK(bin("DDR4", 100) == "DDR4-2400R");
  CHECK(bin("DDR4", 2799) == "DDR4-2400R");
  CHECK(bin("DDR4", 2800) == "DDR4-2400R");
  CHECK(bin("DDR4", 2801) == "DDR4-3200AA");
  CHECK(bin("HBM2", 2200) == "HBM2-2000");
  CHECK(bin("HBM2", 2201) == "HBM2-2400");
  CHECK(bin("HBM3", 20000) == "HBM3-6400");
}
