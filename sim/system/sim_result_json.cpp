// Results as JSON: the worker's answer. Each record is described once for both directions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/system/counters.h"
#include "sim/system/json_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace accord::sim {

/// R is T, or T that only is read.
template <typename R, typename T> using If = std::enable_if_t<std::is_same_v<std::remove_const_t<R>, T>>;

/// An array, its elements by name.
template <typename Enum, typename Array> struct ByName {
  Array &values;
};

template <typename Io, typename Enum, typename Array>
static void members(Io &io, const ByName<Enum, Array> &named) {
  for (unsigned i = 0; i < named.values.size(); ++i)
    io(name(Enum(i)), named.values[i]);
}

template <typename Enum, typename Io, typename Array>
static void namedMember(Io &io, const char *key, Array &values) {
  const ByName<Enum, Array> named{values};
  io(key, named);
}

template <typename Io, typename R> static If<R, UnitUse> members(Io &io, R &u) {
  io("commands", u.commands);
  io("busy", u.busy);
  io("stall", u.stall);
  io("idle", u.idle);
}

template <typename Io, typename R> static If<R, Traffic> members(Io &io, R &t) {
  io("readBytes", t.readBytes);
  io("writtenBytes", t.writtenBytes);
}

template <typename Io, typename R> static If<R, Work> members(Io &io, R &w) {
  for (const Counter &c : counters)
    io(c.key, w.*c.value);
}

template <typename Io, typename R> static If<R, UnitShare> members(Io &io, R &u) {
  io("commands", u.commands);
  io("busy", u.busy);
  io("actions", u.actions);
  io("shape", u.shape);
}

template <typename Io, typename R> static If<R, UnitRecord> members(Io &io, R &u) {
  io("name", u.name);
  io("action", u.action);
  io("use", u.use);
  io("actions", u.actions);
}

template <typename Io, typename R> static If<R, Floors> members(Io &io, R &f) {
  io("peak", f.peak);
  io("shape", f.shape);
}

template <typename Io, typename R> static If<R, CallRecord> members(Io &io, R &c) {
  io("name", c.name);
  io("start", c.start);
  io("end", c.end);
  io("floors", c.floors);
  io("doubled", c.doubled);
}

template <typename Io, typename R> static If<R, OpRecord> members(Io &io, R &o) {
  io("call", o.call);
  io("op", o.op);
  io("start", o.start);
  io("end", o.end);
  io("units", o.units);
  io("work", o.work);
  io("floors", o.floors);
  io("doubled", o.doubled);
}

template <typename Io, typename R> static If<R, Replayed> members(Io &io, R &r) {
  io("call", r.call);
  io("cycles", r.cycles);
  io("replayedCycles", r.replayedCycles);
}

template <typename Io, typename R> static If<R, CommandTime> members(Io &io, R &c) {
  io("issued", c.issued);
  io("start", c.start);
  io("end", c.end);
}

template <typename Io, typename R> static If<R, SimResult> members(Io &io, R &r) {
  io.always("cycles", r.cycles);
  io("clockHz", r.clockHz);
  io("dramBusCycles", r.dramBusCycles);
  io("dramBursts", r.dram.bursts);
  io("dramRowHits", r.dram.rowHits);
  io("dramRowMisses", r.dram.rowMisses);
  io("dramRowConflicts", r.dram.rowConflicts);
  io("dramActivates", r.dram.activates);
  io("dramPrecharges", r.dram.precharges);
  io("dramRefreshes", r.dram.refreshes);
  io("bytesChecked", r.bytesChecked);
  io("rtlCommands", r.rtlCommands);
  io("rtlCycles", r.rtlCycles);
  io("modelCyclesOfRtlCommands", r.modelCyclesOfRtlCommands);
  io("units", r.units);
  io("resources", r.resources);
  io("processor", r.processor);
  namedMember<isa::Memory>(io, "memories", r.memories);
  io("work", r.work);
  io("idle", r.idle);
  io("calls", r.calls);
  io("ops", r.ops);
  io("floors", r.floors);
  io("doubled", r.doubled);
  io("replays", r.replays);
  io("commands", r.commands);
}

namespace {

/// Between quotes it is what it is.
bool isPlain(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

} // namespace

bool JsonWriter::put(const std::string &text) {
  using Json = nlohmann::json;
  if (std::all_of(text.begin(), text.end(), isPlain))
    out.append(1, '"').append(text).append(1, '"');
  else // Names come from files: what is no UTF-8 in them is replaced.
    out += Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  return !text.empty();
}

void JsonReader::get(std::string &text) {
  const char *const quote = at;
  take('"');
  bool plain = true;
  while (good && at != end && *at != '"') {
    plain = plain && isPlain(*at);
    at += *at == '\\' && end - at > 1 ? 2 : 1;
  }
  take('"');
  if (!good)
    return;
  if (plain) {
    text.assign(quote + 1, at - 1);
    return;
  }
  const nlohmann::json value = nlohmann::json::parse(quote, at, nullptr, false);
  good = value.is_string();
  if (good)
    text = value.get<std::string>();
}

std::string toJson(const SimResult &r) { return JsonWriter::write(r); }

Expected<SimResult> fromJson(const std::string &text, const std::string &name) {
  SimResult r;
  JsonReader reader(text);
  if (!reader.read(r))
    return Error{name + ": expected a simulation result, got something else at byte " +
                 std::to_string(reader.offset())};
  // What was all zeros was left out.
  auto fit = [&](Floors &floors, ByResource &doubled) {
    for (ByResource *cycles : {&floors.peak, &floors.shape, &doubled})
      cycles->resize(r.resources.size());
  };
  fit(r.floors, r.doubled);
  for (CallRecord &call : r.calls)
    fit(call.floors, call.doubled);
  for (OpRecord &op : r.ops) {
    fit(op.floors, op.doubled);
    op.units.resize(r.units.size());
  }
  return r;
}

} // namespace accord::sim
