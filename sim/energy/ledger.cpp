// Figures scaled to the machine, times counts.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/energy/ledger.h"
#include "sim/energy/components.h"
#include "sim/models/dram/dram_timing.h"
#include <algorithm>
#include <cmath>
#include <optional>

namespace accord::energy {
namespace {

/// Counted refreshes that make up one of all banks of a channel, which the figures are for.
double refreshesOfAllBanks(const Hardware &h) {
  return h.dram.refresh == "per_bank" ? static_cast<double>(sim::dramTiming(h.dram).refreshSets) : 1;
}

/// What a figure is multiplied by on this machine.
Expected<double> factorOf(const Figure &f, const Hardware &h) {
  if (f.scaling == Scaling::None)
    return 1.0;
  if (f.scaling == Scaling::Channel) {
    const double width = static_cast<double>(h.dram.busWidthBits) / f.widthBits;
    return f.action == "refresh" ? width / refreshesOfAllBanks(h) : width;
  }
  Expected<double> node = energyFactor(f.taken, {h.process.nodeNm, h.process.voltageV});
  if (!node || f.scaling == Scaling::Logic)
    return node;
  // The energy of an access is that of the wires to the rows it opens: it grows as the edge of the bank.
  const OnChipMemory &m = f.component == "scratchpad" ? h.scratchpad : h.accumulator;
  const double bankKib = static_cast<double>(m.capacityBytes) / 1024 / static_cast<double>(m.banks);
  return *node * std::sqrt(bankKib / f.bankKib);
}

/// A figure in whole units of 1 / `unitsOfMicro` of its own.
Expected<uint64_t> scaled(const Figure &f, const Hardware &h, double unitsOfMicro) {
  Expected<double> factor = factorOf(f, h);
  if (!factor)
    return Error{"hardware " + h.name + ": " + factor.error().message};
  return static_cast<uint64_t>(std::llround(static_cast<double>(f.micro) * unitsOfMicro * *factor));
}

Error lacking(const EnergyModel &model, const Charge &c, const Hardware &h) {
  return {model.file + ": expected a figure for '" +
          spellAction(c.kind->component, c.kind->action, c.variant) + "', which hardware " + h.name +
          " needs, got none"};
}

/// The place of a unit in the result; none of a run that had no use for it.
std::optional<size_t> placeOf(const std::string &unit, const sim::SimResult &result) {
  for (size_t u = 0; u < result.units.size(); ++u)
    if (result.units[u].name == unit)
      return u;
  return std::nullopt;
}

/// Every action has to be paid for.
Status checkUnits(const sim::SimResult &result, const std::vector<Charge> &charges, const Hardware &h) {
  for (const sim::UnitRecord &unit : result.units)
    if (unit.actions != 0 &&
        std::none_of(charges.begin(), charges.end(), [&](const Charge &c) { return c.unit == unit.name; }))
      return Error{"energy: expected no '" + unit.action + "' on hardware " + h.name +
                   ", which has no such component, got " + std::to_string(unit.actions)};
  return {};
}

Error broken(const std::string &what, Attojoules expected, Attojoules got) {
  return {"energy: " + what + ": expected " + spell(expected) + " aJ, got " + spell(got) + " aJ"};
}

Attojoules sum(const std::vector<Attojoules> &parts) {
  Attojoules all = 0;
  for (const Attojoules part : parts)
    all += part;
  return all;
}

} // namespace

double picojoules(Attojoules e) { return static_cast<double>(e) / 1e6; }
double joules(Attojoules e) { return static_cast<double>(e) / 1e18; }

std::string spell(Attojoules e) {
  std::string digits;
  do
    digits += static_cast<char>('0' + static_cast<int>(e % 10));
  while ((e /= 10) != 0);
  return {digits.rbegin(), digits.rend()};
}

Status check(const EnergyReport &r) {
  Attojoules dynamic = 0, leaked = 0;
  for (const EnergyRow &row : r.rows) {
    if (row.total != Attojoules(row.count) * row.each)
      return broken(spellAction(row.component, row.action, row.variant), Attojoules(row.count) * row.each,
                    row.total);
    dynamic += row.total;
  }
  for (const LeakageRow &row : r.leakage)
    leaked += row.total;
  if (dynamic != r.dynamic)
    return broken("sum over components", r.dynamic, dynamic);
  if (leaked != r.leaked)
    return broken("sum over leakage", r.leaked, leaked);
  if (dynamic + leaked != r.total)
    return broken("total", dynamic + leaked, r.total);
  // Row by row, so that an error says where the counts of the ops went wrong.
  for (size_t i = 0; i < r.rows.size(); ++i) {
    Attojoules ofOps = 0;
    for (const OpEnergy &op : r.ops)
      ofOps += i < op.parts.size() ? op.parts[i] : 0;
    ofOps += i < r.idle.parts.size() ? r.idle.parts[i] : 0;
    if (ofOps != r.rows[i].total)
      return broken("sum over ops of " +
                        spellAction(r.rows[i].component, r.rows[i].action, r.rows[i].variant),
                    r.rows[i].total, ofOps);
  }
  for (const OpEnergy &op : r.ops)
    if (sum(op.parts) != op.dynamic)
      return broken("sum of op '" + op.op + "' in call " + std::to_string(op.call), op.dynamic,
                    sum(op.parts));
  if (sum(r.idle.parts) != r.idle.dynamic)
    return broken("sum of idle time", r.idle.dynamic, sum(r.idle.parts));
  return {};
}

Expected<EnergyReport> account(const EnergyModel &model, const Hardware &h, const sim::SimResult &result) {
  if (result.clockHz == 0)
    return Error{"energy: expected a clock above 0 Hz, got 0"};
  const std::vector<Charge> charges = chargesOf(h);
  if (Status s = checkUnits(result, charges, h); !s)
    return s.error();
  EnergyReport r;
  r.model = model.name;
  r.hardware = h.name;
  r.seconds = result.seconds();
  for (const sim::OpRecord &op : result.ops)
    r.ops.push_back({op.call, op.op, {}, 0});

  for (const Charge &charge : charges) {
    const ActionKind &kind = *charge.kind;
    const Figure *figure = model.find(kind.component, kind.action, charge.variant);
    if (!figure)
      return lacking(model, charge, h);
    if (kind.isLeakage()) {
      Expected<uint64_t> picowatts = scaled(*figure, h, 1000);
      if (!picowatts)
        return picowatts.error();
      LeakageRow l{kind.component, charge.variant, charge.parts, *picowatts, 0, 0, figure->basis};
      const Attojoules power = Attojoules(l.parts) * l.picowatts;
      l.milliwatts = static_cast<double>(power) / 1e9;
      // 1 pW for 1 s is 1e6 aJ. In two steps, as all of it at once can pass 128 bits.
      const Attojoules whole = result.cycles / result.clockHz, rest = result.cycles % result.clockHz;
      l.total = power * 1000000 * whole + power * 1000000 * rest / result.clockHz;
      r.leaked += l.total;
      r.leakage.push_back(std::move(l));
      continue;
    }
    Expected<uint64_t> each = scaled(*figure, h, 1);
    if (!each)
      return each.error();
    const std::optional<size_t> unit = placeOf(charge.unit, result);
    const uint64_t whole = charge.count ? charge.count(result.work) : unit ? result.units[*unit].actions : 0;
    EnergyRow e{kind.component, kind.action, charge.variant, whole, *each, 0, figure->basis};
    e.total = Attojoules(e.count) * e.each;
    r.dynamic += e.total;
    r.rows.push_back(std::move(e));
    auto pay = [&](OpEnergy &op, uint64_t count) {
      op.parts.push_back(Attojoules(count) * *each);
      op.dynamic += op.parts.back();
    };
    for (size_t i = 0; i < result.ops.size(); ++i) {
      const sim::OpRecord &op = result.ops[i];
      pay(r.ops[i], charge.count                      ? charge.count(op.work)
                    : unit && *unit < op.units.size() ? op.units[*unit].actions
                                                      : 0);
    }
    pay(r.idle, charge.count ? charge.count(result.idle) : 0);
  }
  r.total = r.dynamic + r.leaked;
  if (Status s = check(r); !s)
    return s.error();
  return r;
}

} // namespace accord::energy
