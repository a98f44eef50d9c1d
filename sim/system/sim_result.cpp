// Results as JSON: the worker's answer.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/sim_result.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

namespace accord::sim {
namespace {

using Json = nlohmann::ordered_json;

/// The counters of Work, once for whatever is done with them.
struct Counter {
  const char *key;
  uint64_t Work::*value;
};
constexpr Counter counters[] = {{"lookups", &Work::lookups},
                                {"macs", &Work::macs},
                                {"vectorSteps", &Work::vectorSteps},
                                {"tables", &Work::tables},
                                {"dramReadBytes", &Work::dramReadBytes},
                                {"dramWrittenBytes", &Work::dramWrittenBytes},
                                {"dramBursts", &Work::dramBursts},
                                {"dramActivates", &Work::dramActivates},
                                {"dramRefreshes", &Work::dramRefreshes},
                                {"spmReadBytes", &Work::spmReadBytes},
                                {"spmWrittenBytes", &Work::spmWrittenBytes},
                                {"accReadBytes", &Work::accReadBytes},
                                {"accWrittenBytes", &Work::accWrittenBytes}};
static_assert(sizeof(Work) == std::size(counters) * sizeof(uint64_t), "every counter has its row");

/// The same of Needs.
struct NeedCounter {
  const char *key;
  uint64_t Needs::*value;
};
constexpr NeedCounter needCounters[] = {
    {"lutCycles", &Needs::lutCycles},     {"macCycles", &Needs::macCycles},
    {"tableCycles", &Needs::tableCycles}, {"vectorCycles", &Needs::vectorCycles},
    {"multiplied", &Needs::multiplied},   {"wireBytes", &Needs::wireBytes}};
static_assert(sizeof(Needs) == std::size(needCounters) * sizeof(uint64_t), "every counter has its row");

/// The plain counters, once for both directions.
template <typename Result, typename Visit> void forEachCounter(Result &r, Visit visit) {
  visit("cycles", r.cycles);
  visit("clockHz", r.clockHz);
  visit("dramBusCycles", r.dramBusCycles);
  visit("dramBursts", r.dram.bursts);
  visit("dramRowHits", r.dram.rowHits);
  visit("dramRowMisses", r.dram.rowMisses);
  visit("dramRowConflicts", r.dram.rowConflicts);
  visit("dramActivates", r.dram.activates);
  visit("dramPrecharges", r.dram.precharges);
  visit("dramRefreshes", r.dram.refreshes);
  visit("bytesChecked", r.bytesChecked);
  visit("rtlCommands", r.rtlCommands);
  visit("rtlCycles", r.rtlCycles);
  visit("modelCyclesOfRtlCommands", r.modelCyclesOfRtlCommands);
}

Json useToJson(const UnitUse &u) {
  return {{"commands", u.commands}, {"busy", u.busy}, {"stall", u.stall}, {"idle", u.idle}};
}

UnitUse useFromJson(const Json &j) {
  return {j.at("commands").get<uint64_t>(), j.at("busy").get<uint64_t>(), j.at("stall").get<uint64_t>(),
          j.at("idle").get<uint64_t>()};
}

Json workToJson(const Work &w) {
  Json j;
  for (const Counter &c : counters)
    j[c.key] = w.*c.value;
  return j;
}

Work workFromJson(const Json &j) {
  Work w;
  for (const Counter &c : counters)
    w.*c.value = j.at(c.key).get<uint64_t>();
  return w;
}

/// By unit's name.
Json unitsToJson(const std::array<uint64_t, isa::numUnits> &counts) {
  Json j;
  for (unsigned u = 0; u < isa::numUnits; ++u)
    j[isa::name(isa::Unit(u))] = counts[u];
  return j;
}

std::array<uint64_t, isa::numUnits> unitsFromJson(const Json &j) {
  std::array<uint64_t, isa::numUnits> counts;
  for (unsigned u = 0; u < isa::numUnits; ++u)
    counts[u] = j.at(isa::name(isa::Unit(u))).get<uint64_t>();
  return counts;
}

Json needsToJson(const Needs &n) {
  Json j;
  for (const NeedCounter &c : needCounters)
    j[c.key] = n.*c.value;
  return j;
}

Needs needsFromJson(const Json &j) {
  Needs n;
  for (const NeedCounter &c : needCounters)
    n.*c.value = j.at(c.key).get<uint64_t>();
  return n;
}

Json floorsToJson(const Floors &f) { return {{"peak", f.peak}, {"shape", f.shape}}; }

Floors floorsFromJson(const Json &j) {
  return {j.at("peak").get<ByResource>(), j.at("shape").get<ByResource>()};
}

} // namespace

Needs &Needs::operator+=(const Needs &other) {
  for (const NeedCounter &c : needCounters)
    this->*c.value += other.*c.value;
  return *this;
}

Floors &Floors::operator+=(const Floors &other) {
  for (unsigned r = 0; r < numResources; ++r)
    peak[r] += other.peak[r], shape[r] += other.shape[r];
  return *this;
}

std::optional<Resource> Floors::largest() const {
  const auto *const at = std::max_element(shape.begin(), shape.end());
  return *at ? std::optional(Resource(at - shape.begin())) : std::nullopt;
}

uint64_t Floors::largestPeak() const { return *std::max_element(peak.begin(), peak.end()); }
uint64_t Floors::largestShape() const { return *std::max_element(shape.begin(), shape.end()); }

Work &Work::operator+=(const Work &other) {
  for (const Counter &c : counters)
    this->*c.value += other.*c.value;
  return *this;
}

Status checkEqual(const Work &expected, const Work &got) {
  for (const Counter &c : counters)
    if (expected.*c.value != got.*c.value)
      return Error{std::string("expected ") + c.key + " " + std::to_string(expected.*c.value) + ", got " +
                   std::to_string(got.*c.value)};
  return {};
}

std::optional<Resource> boundOf(uint64_t cycles, const ByResource &doubled) {
  const auto *const best = std::min_element(doubled.begin(), doubled.end());
  // Twenty times the gain: at least the whole.
  if (cycles == 0 || *best >= cycles || (cycles - *best) * 20 < cycles)
    return std::nullopt;
  return Resource(best - doubled.begin());
}

std::string toJson(const SimResult &r) {
  Json j;
  forEachCounter(r, [&](const char *key, uint64_t value) { j[key] = value; });
  for (unsigned u = 0; u < isa::numUnits; ++u)
    j["units"][isa::name(isa::Unit(u))] = useToJson(r.units[u]);
  j["processor"] = useToJson(r.processor);
  for (unsigned m = 0; m < isa::numMemories; ++m)
    j["memories"][isa::name(isa::Memory(m))] = {{"readBytes", r.memories[m].readBytes},
                                                {"writtenBytes", r.memories[m].writtenBytes}};
  j["work"] = workToJson(r.work);
  j["idle"] = workToJson(r.idle);
  j["calls"] = Json::array();
  for (const CallRecord &c : r.calls)
    j["calls"].push_back({{"name", c.name},
                          {"start", c.start},
                          {"end", c.end},
                          {"floors", floorsToJson(c.floors)},
                          {"doubled", c.doubled}});
  j["ops"] = Json::array();
  for (const OpRecord &o : r.ops)
    j["ops"].push_back({{"call", o.call},
                        {"op", o.op},
                        {"start", o.start},
                        {"end", o.end},
                        {"busy", unitsToJson(o.busy)},
                        {"commands", unitsToJson(o.commands)},
                        {"work", workToJson(o.work)},
                        {"needs", needsToJson(o.needs)},
                        {"floors", floorsToJson(o.floors)},
                        {"doubled", o.doubled}});
  j["floors"] = floorsToJson(r.floors);
  j["doubled"] = r.doubled;
  j["replays"] = Json::array();
  for (const Replayed &c : r.replays)
    j["replays"].push_back({c.call, c.cycles, c.replayedCycles});
  j["commands"] = Json::array();
  for (const CommandTime &c : r.commands)
    j["commands"].push_back({c.issued, c.start, c.end});
  // Names come from files: what is no UTF-8 in them is replaced.
  return j.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Expected<SimResult> fromJson(const std::string &text, const std::string &name) try {
  const Json j = Json::parse(text);
  SimResult r;
  forEachCounter(r, [&](const char *key, uint64_t &value) { value = j.at(key).get<uint64_t>(); });
  for (unsigned u = 0; u < isa::numUnits; ++u)
    r.units[u] = useFromJson(j.at("units").at(isa::name(isa::Unit(u))));
  r.processor = useFromJson(j.at("processor"));
  for (unsigned m = 0; m < isa::numMemories; ++m) {
    const Json &t = j.at("memories").at(isa::name(isa::Memory(m)));
    r.memories[m] = {t.at("readBytes").get<uint64_t>(), t.at("writtenBytes").get<uint64_t>()};
  }
  r.work = workFromJson(j.at("work"));
  r.idle = workFromJson(j.at("idle"));
  for (const Json &c : j.at("calls"))
    r.calls.push_back({c.at("name").get<std::string>(), c.at("start").get<uint64_t>(),
                       c.at("end").get<uint64_t>(), floorsFromJson(c.at("floors")),
                       c.at("doubled").get<ByResource>()});
  for (const Json &o : j.at("ops"))
    r.ops.push_back({o.at("call").get<uint32_t>(), o.at("op").get<std::string>(),
                     o.at("start").get<uint64_t>(), o.at("end").get<uint64_t>(), unitsFromJson(o.at("busy")),
                     unitsFromJson(o.at("commands")), workFromJson(o.at("work")),
                     needsFromJson(o.at("needs")), floorsFromJson(o.at("floors")),
                     o.at("doubled").get<ByResource>()});
  r.floors = floorsFromJson(j.at("floors"));
  r.doubled = j.at("doubled").get<ByResource>();
  for (const Json &c : j.at("replays"))
    r.replays.push_back({c.at(0).get<uint32_t>(), c.at(1).get<uint64_t>(), c.at(2).get<uint64_t>()});
  for (const Json &c : j.at("commands"))
    r.commands.push_back({c.at(0).get<uint64_t>(), c.at(1).get<uint64_t>(), c.at(2).get<uint64_t>()});
  return r;
} catch (const nlohmann::json::exception &e) {
  return Error{name + ": expected a simulation result, got " + e.what()};
}

} // namespace accord::sim
