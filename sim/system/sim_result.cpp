// Results as JSON: the worker's answer.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/sim_result.h"

#include <nlohmann/json.hpp>

namespace accord::sim {
namespace {

using Json = nlohmann::ordered_json;

/// The plain counters, once for both directions.
template <typename Result, typename Visit> void forEachCounter(Result &r, Visit visit) {
  visit("cycles", r.cycles);
  visit("clockHz", r.clockHz);
  visit("dramBursts", r.dramBursts);
  visit("dramBusCycles", r.dramBusCycles);
  visit("macs", r.macs);
  visit("lookups", r.lookups);
  visit("vectorSteps", r.vectorSteps);
  visit("tables", r.tables);
  visit("floorCycles", r.floorCycles);
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

} // namespace

std::string toJson(const SimResult &r) {
  Json j;
  forEachCounter(r, [&](const char *key, uint64_t value) { j[key] = value; });
  for (unsigned u = 0; u < isa::numUnits; ++u)
    j["units"][isa::name(isa::Unit(u))] = useToJson(r.units[u]);
  j["processor"] = useToJson(r.processor);
  for (unsigned m = 0; m < isa::numMemories; ++m)
    j["memories"][isa::name(isa::Memory(m))] = {{"readBytes", r.memories[m].readBytes},
                                                {"writtenBytes", r.memories[m].writtenBytes}};
  j["floors"] = Json::array();
  for (const Floor &f : r.floors)
    j["floors"].push_back({{"resource", f.resource}, {"cycles", f.cycles}});
  j["commands"] = Json::array();
  for (const CommandTime &c : r.commands)
    j["commands"].push_back({c.issued, c.start, c.end});
  return j.dump();
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
  for (const Json &f : j.at("floors"))
    r.floors.push_back({f.at("resource").get<std::string>(), f.at("cycles").get<uint64_t>()});
  for (const Json &c : j.at("commands"))
    r.commands.push_back({c.at(0).get<uint64_t>(), c.at(1).get<uint64_t>(), c.at(2).get<uint64_t>()});
  return r;
} catch (const nlohmann::json::exception &e) {
  return Error{name + ": expected a simulation result, got " + e.what()};
}

} // namespace accord::sim
