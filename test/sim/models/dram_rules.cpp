// A rule is a pair of commands, where they have to meet, and the distance between them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/sim/models/dram_rules.h"

#include <algorithm>
#include <optional>

namespace accord::test {
namespace {

using sim::DramCommand;
using Kind = DramCommand::Kind;

enum class Scope { Bank, Group, Channel };

struct Rule {
  const char *name;
  Kind before, after;
  Scope scope;
  int64_t clocks;
};

std::vector<Rule> rulesOf(const sim::DramTiming &t) {
  using K = DramCommand;
  const Scope bank = Scope::Bank, group = Scope::Group, channel = Scope::Channel;
  const int64_t written = t.cwl + t.burst;
  return {
      {"tRCD_RD", K::Activate, K::Read, bank, t.rcdRead},
      {"tRCD_WR", K::Activate, K::Write, bank, t.rcdWrite},
      {"tRAS", K::Activate, K::Precharge, bank, t.ras},
      {"tRAS", K::Activate, K::PrechargeAll, channel, t.ras},
      {"tRC", K::Activate, K::Activate, bank, t.rc},
      {"tRP", K::Precharge, K::Activate, bank, t.rp},
      {"tRPab", K::PrechargeAll, K::Activate, channel, t.rpAll},
      {"tCCD_S", K::Read, K::Read, channel, t.ccdS},
      {"tCCD_L", K::Read, K::Read, group, t.ccdL},
      {"tCCD_S", K::Write, K::Write, channel, t.ccdS},
      {"tCCD_L_WR", K::Write, K::Write, group, t.ccdLWrite},
      {"tRTW", K::Read, K::Write, channel, t.rtw},
      {"tWTR_S", K::Write, K::Read, channel, written + t.wtrS},
      {"tWTR_L", K::Write, K::Read, group, written + t.wtrL},
      {"tRTP", K::Read, K::Precharge, bank, t.rtp},
      {"tRTP", K::Read, K::PrechargeAll, channel, t.rtp},
      {"tWR", K::Write, K::Precharge, bank, written + t.wr},
      {"tWR", K::Write, K::PrechargeAll, channel, written + t.wr},
      {"tRRD_S", K::Activate, K::Activate, channel, t.rrdS},
      {"tRRD_L", K::Activate, K::Activate, group, t.rrdL},
      {"tPPD", K::Precharge, K::Precharge, channel, t.ppd},
      {"tPPD", K::Precharge, K::PrechargeAll, channel, t.ppd},
      {"tPPD", K::PrechargeAll, K::Precharge, channel, t.ppd},
      {"tRC", K::Activate, K::RefreshAll, channel, t.rc},
      {"tRP", K::Precharge, K::RefreshAll, channel, t.rp},
      {"tRPab", K::PrechargeAll, K::RefreshAll, channel, t.rpAll},
      {"tRFC", K::RefreshAll, K::Activate, channel, t.rfc},
      {"tRFC", K::RefreshAll, K::RefreshAll, channel, t.rfc},
      {"tRC", K::Activate, K::RefreshSet, bank, t.rc},
      {"tRP", K::Precharge, K::RefreshSet, bank, t.rp},
      {"tRRD_S", K::Activate, K::RefreshSet, channel, t.rrdS},
      {"tRFC_SET", K::RefreshSet, K::Activate, bank, t.rfcSet},
      {"tRFC_SET", K::RefreshSet, K::RefreshSet, channel, t.rfcSet},
      {"tRREFD", K::RefreshSet, K::Activate, channel, t.rrefd},
  };
}

/// The last of each kind in one place.
using Last = std::optional<int64_t>;
struct History {
  Last of[7];
};

/// That a command concerns, numbered group after group within a bank of the groups: a set is consecutive.
struct Banks {
  uint32_t begin, end;
};

class Checker {
public:
  Checker(const sim::DramTiming &t, int64_t refi)
      : t(t), refi(refi), rules(rulesOf(t)), banks(size_t(t.banks())), groups(size_t(t.groups)),
        openRow(banks.size()) {}

  void step(const DramCommand &c) {
    ++result.commands;
    const Banks touched = banksOf(c);
    for (const Rule &r : rules)
      if (r.after == c.kind)
        for (uint32_t bank = touched.begin; bank < touched.end; ++bank) {
          const History &h = r.scope == Scope::Bank    ? banks[bank]
                             : r.scope == Scope::Group ? groups[bank % groups.size()]
                                                       : channel;
          if (h.of[r.before])
            expect(r.name, c, *h.of[r.before] + r.clocks <= c.clock);
          if (r.scope != Scope::Bank)
            break;
        }
    if (c.kind == DramCommand::Activate) {
      if (activates.size() >= 4)
        expect("tFAW", c, activates[activates.size() - 4] + t.faw <= c.clock);
      activates.push_back(c.clock);
    }
    if (refi)
      expect("tREFI", c, int64_t(refreshes) + postponable() >= (c.clock - 1) / refi);
    states(c, touched);
    note(c, touched);
  }
  Violations result;

private:
  const sim::DramTiming t;
  const int64_t refi;
  const std::vector<Rule> rules;
  std::vector<History> banks, groups;
  History channel;
  std::vector<std::optional<uint64_t>> openRow;
  std::vector<int64_t> activates;
  int64_t wiresFree = 0;
  uint64_t refreshes = 0, setsOfRound = 0;

  /// Refreshes that may be owed: of tREFI eight, on DDR5 four; so many rounds of sets.
  int64_t postponable() const {
    const int64_t intervals = t.groups == 8 ? 4 : 8;
    return refi == t.refi ? intervals : intervals * t.refreshSets;
  }
  void expect(const char *rule, const DramCommand &c, bool holds) {
    ++result.checks;
    if (holds)
      return;
    auto &entry = result.byRule[rule];
    if (entry.first++ == 0)
      entry.second = "command kind " + std::to_string(c.kind) + " bank " + std::to_string(c.bank) +
                     " at clock " + std::to_string(c.clock);
  }
  Banks banksOf(const DramCommand &c) const {
    const auto all = uint32_t(banks.size());
    if (c.kind == DramCommand::RefreshAll || c.kind == DramCommand::PrechargeAll)
      return {0, all};
    const uint32_t size = c.kind == DramCommand::RefreshSet ? all / uint32_t(t.refreshSets) : 1;
    return {c.bank * size, (c.bank + 1) * size};
  }
  void states(const DramCommand &c, const Banks &touched) {
    switch (c.kind) {
    case DramCommand::Activate:
      expect("activate of a closed bank", c, !openRow[c.bank]);
      openRow[c.bank] = c.row;
      break;
    case DramCommand::Read:
    case DramCommand::Write: {
      expect("data of the open row", c, openRow[c.bank] && *openRow[c.bank] == c.row);
      const bool read = c.kind == DramCommand::Read;
      expect(read ? "tCL" : "tCWL", c, c.dataBegin - c.clock == (read ? t.cl : t.cwl));
      expect("BL", c, c.dataEnd - c.dataBegin == t.burst);
      expect("one burst on the wires", c, c.dataBegin >= wiresFree);
      wiresFree = c.dataEnd;
      break;
    }
    case DramCommand::Precharge:
    case DramCommand::PrechargeAll:
      for (uint32_t b = touched.begin; b < touched.end; ++b)
        openRow[b].reset();
      break;
    default:
      for (uint32_t b = touched.begin; b < touched.end; ++b)
        expect("refresh of closed banks", c, !openRow[b]);
      ++refreshes;
      // None is pulled in by more than may be postponed, and a round takes every set once.
      expect("tREFI", c, int64_t(refreshes) - postponable() <= c.clock / refi);
      if (c.kind == DramCommand::RefreshSet) {
        expect("one refresh of a set in a round", c, !(setsOfRound >> c.bank & 1));
        setsOfRound |= uint64_t(1) << c.bank;
        if (setsOfRound == (uint64_t(1) << t.refreshSets) - 1)
          setsOfRound = 0;
      }
    }
  }
  void note(const DramCommand &c, const Banks &touched) {
    channel.of[c.kind] = c.clock;
    for (uint32_t b = touched.begin; b < touched.end; ++b)
      banks[b].of[c.kind] = groups[b % groups.size()].of[c.kind] = c.clock;
  }
};

} // namespace

Violations checkRules(const std::vector<DramCommand> &commands, const sim::DramTiming &timing,
                      int64_t refiClocks) {
  // They were planned in another order than they happen in.
  std::vector<std::pair<int64_t, size_t>> order;
  for (size_t i = 0; i < commands.size(); ++i)
    order.push_back({commands[i].clock, i});
  std::sort(order.begin(), order.end());
  Checker checker(timing, refiClocks);
  for (const auto &[clock, index] : order)
    checker.step(commands[index]);
  return checker.result;
}

} // namespace accord::test
