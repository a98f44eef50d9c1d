// The state of a channel's banks, groups and wires: from when on each command may go.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/models/dram/dram_timing.h"

#include <algorithm>

namespace accord::sim {

/// A bit for each bank of a channel; no standard has more than 32.
using BankMask = uint32_t;

/// Each distance of the standard is added when its first command goes, so that asking is a maximum of three.
class DramBanks {
public:
  static constexpr uint64_t closed = UINT64_MAX;
  static constexpr int64_t never = -(int64_t(1) << 60); ///< long before clock 0

  static constexpr size_t most = 32, mostGroups = 8; ///< of all standards

  explicit DramBanks(const DramTiming &timing) : t(timing), groupMask(static_cast<uint32_t>(t.groups) - 1) {
    std::fill(std::begin(activated), std::end(activated), never);
  }

  BankMask open() const { return openBanks; }
  uint64_t row(uint32_t bank) const { return banks[bank].row; }

  /// Of any read or write, of any activate, of any precharge: no bank's is earlier.
  int64_t columnFloor(bool write) const { return wires[write]; }
  int64_t activateFloor() const { return std::max(anyActivate, activated[activates % 4] + t.faw); }
  int64_t prechargeFloor() const { return anyPrecharge; }
  /// What the bank and its group add to the floor.
  int64_t columnFrom(uint32_t bank, bool write) const {
    return std::max(banks[bank].column[write], groups[bank & groupMask].column[write]);
  }
  int64_t activateFrom(uint32_t bank) const {
    return std::max(banks[bank].activate, groups[bank & groupMask].activate);
  }
  int64_t prechargeFrom(uint32_t bank) const { return banks[bank].precharge; }
  /// Of a refresh of the bank, which is closed.
  int64_t refreshFrom(uint32_t bank) const { return banks[bank].activate; }
  /// The last activate + tRRD_S.
  int64_t afterActivate() const { return activated[(activates + 3) % 4] + t.rrdS; }

  void column(uint32_t bank, bool write, int64_t clock) {
    Group &group = groups[bank & groupMask];
    int64_t &precharge = banks[bank].precharge;
    if (write) {
      const int64_t written = clock + t.cwl + t.burst;
      wires[1] = clock + t.ccdS, wires[0] = written + t.wtrS;
      group.column[1] = clock + t.ccdLWrite, group.column[0] = written + t.wtrL;
      precharge = std::max(precharge, written + t.wr);
    } else {
      wires[0] = clock + t.ccdS, wires[1] = clock + t.rtw;
      group.column[0] = clock + t.ccdL;
      precharge = std::max(precharge, clock + t.rtp);
    }
  }
  void activate(uint32_t bank, uint64_t row, int64_t clock) {
    Bank &b = banks[bank];
    b.row = row, b.activate = clock + t.rc, b.precharge = clock + t.ras;
    b.column[0] = clock + t.rcdRead, b.column[1] = clock + t.rcdWrite;
    groups[bank & groupMask].activate = clock + t.rrdL;
    anyActivate = std::max(anyActivate, clock + t.rrdS);
    activated[activates++ % 4] = clock;
    openBanks |= BankMask(1) << bank;
  }
  /// `delay`: to the next activate.
  void precharge(uint32_t bank, int64_t clock, int64_t delay) {
    Bank &b = banks[bank];
    b.row = closed, b.activate = std::max(b.activate, clock + delay);
    anyPrecharge = clock + t.ppd;
    openBanks &= ~(BankMask(1) << bank);
  }
  /// A refresh covers the bank: it may be activated `delay` after it.
  void refresh(uint32_t bank, int64_t clock, int64_t delay) { banks[bank].activate = clock + delay; }
  /// No bank is activated before.
  void holdActivates(int64_t clock) { anyActivate = std::max(anyActivate, clock); }

private:
  struct Bank {
    uint64_t row = closed;
    int64_t activate = never, precharge = never;
    int64_t column[2] = {never, never}; ///< of a read, of a write
  };
  struct Group {
    int64_t activate = never;
    int64_t column[2] = {never, never};
  };

  const DramTiming t;
  const uint32_t groupMask;
  Bank banks[most];
  Group groups[mostGroups];
  BankMask openBanks = 0;
  int64_t wires[2] = {never, never};
  int64_t anyActivate = never, anyPrecharge = never;
  int64_t activated[4]; ///< the last four, oldest at `activates % 4`
  uint64_t activates = 0;
};

} // namespace accord::sim
