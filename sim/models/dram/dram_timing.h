// What a dram is made of and how long its commands take, in clocks of its own.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/hardware/hardware.h"

namespace accord::sim {

/// One channel's organization and timing. Distances are between commands, in clocks, unless a line says
/// otherwise; names are JEDEC's. `Set` is what one per-bank (LPDDR5, HBM) or same-bank (DDR5) refresh covers.
struct DramTiming {
  int64_t groups = 0, banksPerGroup = 0; ///< powers of two, at least 2 groups
  int64_t rows = 0;                      ///< of a bank
  int64_t burstsPerRow = 0;              ///< a power of two
  int64_t burstTransfers = 0;            ///< transfers of a burst on each wire
  int64_t transfersPerClock = 0;
  int64_t refreshSets = 0; ///< 0: the standard refreshes all banks at once only

  int64_t cl = 0, cwl = 0;           ///< read, write command to its first data
  int64_t burst = 0;                 ///< data of a burst
  int64_t rcdRead = 0, rcdWrite = 0; ///< activate to read, write of its bank
  int64_t rp = 0, rpAll = 0;         ///< precharge of a bank, of all banks, to activate
  int64_t ras = 0, rc = 0;           ///< activate to precharge, to activate, of a bank
  int64_t ccdS = 0;                  ///< read to read, write to write
  int64_t ccdL = 0, ccdLWrite = 0;   ///< the same within a bank group
  int64_t rrdS = 0, rrdL = 0;        ///< activate to activate, within a bank group
  int64_t faw = 0;                   ///< activate to the fourth after it
  int64_t wr = 0;                    ///< end of written data to precharge
  int64_t wtrS = 0, wtrL = 0;        ///< end of written data to read, within a bank group
  int64_t rtp = 0;                   ///< read to precharge
  int64_t rtw = 0;                   ///< read to write: the wires turn around
  int64_t ppd = 0;                   ///< precharge to precharge
  int64_t rfc = 0, rfcSet = 0;       ///< refresh of all banks, of a set, to activate of its banks
  int64_t rrefd = 0;                 ///< refresh of a set to activate of any other bank
  int64_t refi = 0, refiSet = 0;     ///< between two refreshes of all banks, of a set

  int64_t banks() const { return groups * banksPerGroup; }
  /// Bursts that a channel holds.
  int64_t burstsOfChannel() const { return banks() * rows * burstsPerRow; }
};

/// The timing of `dram`, from the speed bin that is nearest to its data rate. At another rate than the bin's,
/// what takes time keeps its nanoseconds (rounded up to clocks), and bursts keep their clocks.
/// \pre the standard is one of the five (the reader's check)
DramTiming dramTiming(const Dram &dram);

/// Of the bin that dramTiming takes, "LPDDR5-6400", say.
const char *dramBin(const Dram &dram);
/// The data rate that this bin is for, MT/s.
int64_t dramBinRate(const Dram &dram);

/// Transfers of one burst: all that is needed to count bursts.
int64_t burstTransfers(const std::string &standard);

} // namespace accord::sim
