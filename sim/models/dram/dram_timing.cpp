// The table of standards and speed bins.
//
// Numbers are those of the JEDEC standards as Ramulator 2.1 states them (github.com/CMU-SAFARI/ramulator2,
// commit c5b1c3a, python/ramulator/dram/{ddr4,ddr5,lpddr5,hbm2,hbm3}.py): presets DDR4_2400R and DDR4_3200AA
// with DDR4_8Gb_x8, DDR5_4800AN with DDR5_16Gb_x8, LPDDR5_6400 with LPDDR5_8Gb_x16, HBM2_2000Mbps and
// HBM2_2400Mbps with HBM2_8Gb, HBM3_6400Mbps with a channel of 8 Gb. What differs or is not there, says so.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/models/dram/dram_timing.h"

#include <algorithm>
#include <cstdlib>

namespace accord::sim {
namespace {

struct Standard {
  const char *name;
  int64_t groups, banksPerGroup;
  int64_t rows;    ///< of a bank
  int64_t columns; ///< transfers of a row on each wire
  int64_t burstTransfers, transfersPerClock;
  double rfcNs, refiNs;
  int64_t refreshSets;
  double rfcSetNs, refiSetNs;
};

// LPDDR5 counts in CK at a ratio of 4:1 to WCK. A channel of HBM is a pseudo channel.
// Sets: LPDDR5 refreshes two banks at once in bank-group mode, eight times in tREFI (lpddr5.py, tREFIpb
// 488 ns). DDR5 refreshes a bank of every group, four times in tREFI2 = 1950 ns, tRFCsb 130 ns (JESD79-5 for
// 16 Gb; not in ramulator). HBM: one bank, tREFI over its 16 banks.
const Standard standards[] = {
    {"DDR4", 4, 4, 65536, 1024, 8, 2, 360, 7800, 0, 0, 0},
    {"DDR5", 8, 4, 65536, 1024, 16, 2, 295, 3900, 4, 130, 487.5},
    {"LPDDR5", 4, 4, 32768, 1024, 16, 8, 210, 3906, 8, 120, 488},
    {"HBM2", 4, 4, 32768, 128, 4, 2, 350, 3900, 16, 160, 243.75},
    {"HBM3", 4, 4, 32768, 256, 8, 4, 350, 3900, 16, 200, 243.75},
};

struct Bin {
  const char *name, *standard;
  int64_t rate; ///< MT/s
  int64_t cl, cwl, rcdRead, rcdWrite, rp, rpAll, ras, rc, ccdL, ccdLWrite, rrdS, rrdL, faw, wr, wtrS, wtrL,
      rtp, rtw, ppd, rrefd;
};

// rtw is CL + BL + 2 - CWL (DDR5: + 4), HBM3's is given. ppd 1: the standard has none, and a clock holds one
// command. rrefd: DDR5 tREFSBRD 30 ns (JESD79-5), LPDDR5 tpbR2act 7.5 ns (JESD209-5), both not in ramulator;
// HBM tRREFD 8 ns, HBM3's as given. HBM2 tFAW is 15 ns, tRRD 4 ns: vendors differ. DDR5's ccdLWrite is that
// of a write that reads before it (tCCD_L_WR).
const Bin bins[] = {
    // name, standard, rate, cl, cwl, rcd r/w, rp one/all, ras, rc, ccdL r/w, rrd S/L, faw, wr, wtr S/L, rtp,
    // rtw, ppd, rrefd
    {"DDR4-2400R", "DDR4", 2400, 16, 12, 16, 16, 16, 16, 39, 55, 6, 6, 4, 6, 26, 18, 3, 9, 9, 10, 1, 0},
    {"DDR4-3200AA", "DDR4", 3200, 22, 16, 22, 22, 22, 22, 52, 74, 8, 8, 4, 8, 34, 24, 4, 12, 12, 12, 1, 0},
    {"DDR5-4800AN",
     "DDR5",
     4800,
     34,
     32,
     34,
     34,
     34,
     34,
     77,
     111,
     12,
     48,
     8,
     12,
     48,
     72,
     6,
     24,
     18,
     14,
     2,
     72},
    {"LPDDR5-6400", "LPDDR5", 6400, 17, 9, 15, 15, 15, 17, 34, 49, 4, 4, 4, 4, 16, 28, 5, 10, 8, 12, 2, 6},
    {"HBM2-2000", "HBM2", 2000, 14, 5, 14, 12, 14, 14, 34, 48, 4, 4, 4, 4, 15, 16, 6, 8, 5, 13, 1, 8},
    {"HBM2-2400", "HBM2", 2400, 17, 6, 17, 14, 17, 17, 40, 57, 4, 4, 5, 5, 18, 19, 8, 10, 6, 15, 1, 10},
    {"HBM3-6400", "HBM3", 6400, 20, 10, 31, 15, 26, 26, 45, 72, 4, 4, 4, 5, 24, 33, 7, 10, 9, 20, 2, 8},
};

const Standard &standardOf(const std::string &name) {
  for (const Standard &s : standards)
    if (name == s.name)
      return s;
  return standards[0];
}

const Bin &binOf(const Dram &dram) {
  const Bin *best = nullptr;
  for (const Bin &b : bins)
    if (dram.standard == b.standard &&
        (!best || std::llabs(b.rate - dram.dataRateMtps) < std::llabs(best->rate - dram.dataRateMtps)))
      best = &b;
  return best ? *best : bins[0];
}

} // namespace

int64_t burstTransfers(const std::string &standard) { return standardOf(standard).burstTransfers; }
const char *dramBin(const Dram &dram) { return binOf(dram).name; }
int64_t dramBinRate(const Dram &dram) { return binOf(dram).rate; }

DramTiming dramTiming(const Dram &dram) {
  const Standard &s = standardOf(dram.standard);
  const Bin &b = binOf(dram);
  // Times of the table are whole quarters of a nanosecond.
  auto clocks = [&](double ns, bool roundUp) {
    const int64_t quarters = static_cast<int64_t>(ns * 4);
    const int64_t unit = 4000 * s.transfersPerClock;
    return (quarters * dram.dataRateMtps + (roundUp ? unit - 1 : 0)) / unit;
  };
  auto scaled = [&](int64_t n) { return (n * dram.dataRateMtps + b.rate - 1) / b.rate; };
  DramTiming t;
  t.groups = s.groups, t.banksPerGroup = s.banksPerGroup;
  t.rows = s.rows, t.burstsPerRow = s.columns / s.burstTransfers;
  t.burstTransfers = s.burstTransfers, t.transfersPerClock = s.transfersPerClock;
  t.refreshSets = s.refreshSets;
  t.burst = t.ccdS = s.burstTransfers / s.transfersPerClock;
  t.cl = scaled(b.cl), t.cwl = scaled(b.cwl);
  t.rcdRead = scaled(b.rcdRead), t.rcdWrite = scaled(b.rcdWrite);
  t.rp = scaled(b.rp), t.rpAll = scaled(b.rpAll);
  t.ras = scaled(b.ras), t.rc = scaled(b.rc);
  t.ccdL = std::max(t.ccdS, scaled(b.ccdL)), t.ccdLWrite = std::max(t.ccdS, scaled(b.ccdLWrite));
  t.rrdS = scaled(b.rrdS), t.rrdL = scaled(b.rrdL), t.faw = scaled(b.faw);
  t.wr = scaled(b.wr), t.wtrS = scaled(b.wtrS), t.wtrL = scaled(b.wtrL);
  t.rtp = scaled(b.rtp);
  // The burst on the wires keeps its clocks, so the turnaround has at least them.
  t.rtw = std::max(scaled(b.rtw), t.cl + t.burst + 1 - t.cwl);
  t.ppd = b.ppd, t.rrefd = scaled(b.rrefd);
  t.rfc = clocks(s.rfcNs, true), t.refi = clocks(s.refiNs, false);
  t.rfcSet = clocks(s.rfcSetNs, true), t.refiSet = clocks(s.refiSetNs, false);
  return t;
}

} // namespace accord::sim
