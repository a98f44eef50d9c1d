// accord dram: a trace of requests through the model of a dram.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/energy/ledger.h"
#include "sim/hardware/model_files.h"
#include "sim/models/dram/dram_replay.h"
#include "tools/accord/machines.h"
#include "tools/accord/output.h"
#include "tools/accord/scaled_bin.h"

#include <cmath>

namespace accord::cli {
namespace {

/// The usual channel of each standard, for what the command line leaves open.
const Dram usual[] = {
    {"DDR4", 1, 3200, 64, "row-bank-column-group-channel", "all_bank", 32},
    {"DDR5", 1, 4800, 32, "row-bank-column-group-channel", "all_bank", 32},
    {"LPDDR5", 1, 6400, 16, "row-bank-column-group-channel", "all_bank", 32},
    {"HBM2", 1, 2000, 64, "row-bank-column-group-channel", "all_bank", 32},
    {"HBM3", 1, 6400, 32, "row-bank-column-group-channel", "all_bank", 32},
};

void addOptions(po::options_description &options) {
  const auto text = [](const char *name) { return po::value<std::string>()->value_name(name); };
  const auto count = [] { return po::value<Count>()->value_name("N"); };
  options.add_options()("trace", po::value<std::string>());
  options.add_options()("standard", text("NAME"), "DDR4, DDR5, LPDDR5, HBM2 or HBM3");
  addHardwareOption(options, "the machine whose dram it is, in the place of --standard");
  options.add_options()("data-rate", count(), "MT/s; default: 3200, 4800, 6400, 2000, 6400 by standard");
  options.add_options()("channels", count(), "independent channels; default 1");
  options.add_options()("bus-width", count(), "wires of a channel; default: 64, 32, 16, 64, 32 by standard");
  options.add_options()("mapping", text("ORDER"), "as dram.mapping; default row-bank-column-group-channel");
  options.add_options()("refresh", text("MODE"), "none, all_bank or per_bank; default all_bank");
  options.add_options()("queue-depth", count(), "reads, and writes, that a controller sees; default 32");
  options.add_options()("request-bytes", po::value<Count>()->default_value({64})->value_name("N"),
                        "of a request: the aligned block around its address, a power of two up to 4096");
  options.add_options()(
      "energy", text("FILE"),
      "figures: a file, or a name out of models/energy; default: the machine's, or edge-28nm");
  options.add_options()("output,o", po::value<std::string>()->default_value("-")->value_name("FILE"),
                        "where the result goes; - is stdout");
  addFormatOption(options);
}

/// Brings the machine, `given` by --hardware, to what the other options say. Without --hardware everything
/// but its dram and process is empty.
Status bend(Machine &machine, bool given, const po::variables_map &values) {
  if (given && values.count("standard"))
    return Error{"expected --standard or --hardware, got both"};
  if (!given) {
    if (!values.count("standard"))
      return Error{"expected --standard or --hardware, got neither"};
    Hardware &h = machine.hardware;
    h.name = h.dram.standard = values["standard"].as<std::string>();
    h.process = {28, 0.9, "edge-28nm"};
    for (const Dram &d : usual)
      if (h.dram.standard == d.standard)
        h.dram = d;
  }
  Dram &d = machine.hardware.dram;
  const auto take = [&](const char *option, int64_t &member) {
    if (values.count(option))
      member = int64_t(std::min<uint64_t>(values[option].as<Count>().value, INT64_MAX));
  };
  take("data-rate", d.dataRateMtps), take("channels", d.channels), take("bus-width", d.busWidthBits);
  take("queue-depth", d.queueDepth);
  if (values.count("mapping"))
    d.mapping = values["mapping"].as<std::string>();
  if (values.count("refresh"))
    d.refresh = values["refresh"].as<std::string>();
  return checkDram(d);
}

/// The dram's part of an account of the trace.
Expected<energy::EnergyReport> energyOf(const sim::DramReplayReport &r, Machine &machine,
                                        const po::variables_map &values) {
  Hardware &h = machine.hardware;
  const bool given = values.count("energy") || h.process.energyFile.empty();
  const Expected<std::string> file =
      given ? findEnergy(values.count("energy") ? values["energy"].as<std::string>() : "edge-28nm")
            : findEnergy(h, machine.path);
  if (!file)
    return file.error();
  const Expected<energy::EnergyModel> model = energy::loadEnergy(*file);
  if (!model)
    return model.error();
  const sim::DramTiming t = sim::dramTiming(h.dram);
  sim::SimResult run;
  run.cycles = uint64_t(r.end - r.begin);
  run.clockHz = uint64_t(h.dram.dataRateMtps * 1000000 / t.transfersPerClock);
  const auto burstBytes = uint64_t(h.dram.busWidthBits / 8 * t.burstTransfers);
  run.work.dramReadMovedBytes = r.bursts[0] * burstBytes;
  run.work.dramWrittenMovedBytes = r.bursts[1] * burstBytes;
  run.work.dramBursts = r.use.bursts;
  run.work.dramActivates = r.use.activates, run.work.dramRefreshes = r.use.refreshes;
  sim::OpRecord all;
  all.op = "trace", all.work = run.work;
  run.ops.push_back(all);
  return energy::account(*model, h, run);
}

/// What the figures are, for a table; in JSON and CSV each has its unit beside it.
const char *const legend =
    "reads, writes: requests of the trace; time: the first request to the last data; useful: the bytes\n"
    "     that requests asked for; moved: those of whole bursts, also where a request is less than one; "
    "of_peak: of\n"
    "     all wires' data rate; latency: a request's arrival (without cycles: its way into the queue) to its "
    "last\n"
    "     data, p50 to p99.9 the percentiles; row: bursts whose row was open (hits), whose bank was closed "
    "(misses),\n"
    "     whose bank had another row open (conflicts); commands: of all channels; energy: the actions' and "
    "the\n"
    "     standby's part, and their sum";

Table tableOf(const std::string &path, const sim::DramReplayReport &r, uint64_t requestBytes,
              const Machine &machine, const energy::EnergyReport &energy) {
  const Dram &d = machine.hardware.dram;
  const sim::DramTiming t = sim::dramTiming(d);
  const double clockNs = double(t.transfersPerClock) * 1000 / double(d.dataRateMtps);
  const double timeNs = double(r.end - r.begin) * clockNs;
  const uint64_t useful = (r.requests[0] + r.requests[1]) * requestBytes,
                 moved = r.use.bursts * uint64_t(d.busWidthBits / 8 * t.burstTransfers);
  const auto perSecond = [&](double amount) { return timeNs > 0 ? amount / timeNs : 0; };
  Table table;
  table.columns = {"figure", "value", "unit"};
  const auto count = [&](const std::string &name, uint64_t value) {
    table.rows.push_back({name, int64_t(value), std::string()});
  };
  const auto measure = [&](const std::string &name, double value, const char *unit) {
    table.rows.push_back({name, value, std::string(unit)});
  };
  count("reads", r.requests[0]);
  count("writes", r.requests[1]);
  measure("time", timeNs, "ns");
  measure("time_clocks", double(r.end - r.begin), "clocks");
  table.rows.push_back({std::string("bytes_useful"), int64_t(useful), std::string("B")});
  table.rows.push_back({std::string("bytes_moved"), int64_t(moved), std::string("B")});
  for (const auto &[name, bytes] : {std::pair<std::string, uint64_t>("useful", useful), {"moved", moved}}) {
    measure("bandwidth_" + name, perSecond(double(bytes)), "GB/s");
    measure("bandwidth_" + name + "_of_peak", perSecond(double(bytes)) * 1e9 / d.peakBytesPerSecond(), "");
  }
  const char *const who[] = {"read", "write", "all"};
  for (int i : {2, 0, 1}) {
    const sim::LatencyHistogram &l = r.latency[i];
    if (i != 2 && l.count() == 0)
      continue;
    const std::string name = std::string("latency_") + who[i];
    measure(name + "_mean", l.mean() * clockNs, "ns");
    for (const auto &[suffix, percent] :
         {std::pair<const char *, double>{"_p50", 50}, {"_p90", 90}, {"_p99", 99}, {"_p99.9", 99.9}})
      measure(name + suffix, double(l.percentile(percent)) * clockNs, "ns");
    measure(name + "_max", double(l.max()) * clockNs, "ns");
  }
  count("row_hits", r.use.rowHits);
  count("row_misses", r.use.rowMisses);
  count("row_conflicts", r.use.rowConflicts);
  count("commands_read", r.bursts[0]);
  count("commands_write", r.bursts[1]);
  count("commands_activate", r.use.activates);
  count("commands_precharge", r.use.precharges);
  count("commands_refresh", r.use.refreshes);
  energy::Attojoules total = 0;
  for (const energy::EnergyRow &row : energy.rows)
    if (row.component == "dram") {
      measure("energy_" + row.action, energy::picojoules(row.total) / 1e3, "nJ");
      total += row.total;
    }
  for (const energy::LeakageRow &row : energy.leakage)
    if (row.component == "dram") {
      measure("energy_standby", energy::picojoules(row.total) / 1e3, "nJ");
      total += row.total;
    }
  measure("energy", energy::picojoules(total) / 1e3, "nJ");
  table.about = {{"trace", path},
                 {"request_bytes", std::to_string(requestBytes)},
                 {"dram", std::string(sim::dramBin(d)) + ", " + std::to_string(d.channels) + " x " +
                              std::to_string(d.busWidthBits) + " bits at " + std::to_string(d.dataRateMtps) +
                              " MT/s, " + d.mapping + ", refresh " + d.refresh + ", queue depth " +
                              std::to_string(d.queueDepth)},
                 {"energy figures", energy.model}};
  return table;
}

/// The result; a table says what its figures are.
std::string textOf(const Table &table, Format format) {
  if (format != Format::Table)
    return render(table, format);
  Table body = table;
  body.about.clear();
  std::string text;
  for (const auto &[key, value] : table.about)
    text += key + ": " + value + "\n";
  return text + "\nfigures: " + legend + "\n" + render(body, format);
}

} // namespace

int runDram(const std::vector<std::string> &arguments) {
  const Usage usage = {
      "dram", "FILE [options]",
      "replay a trace of requests, 0xADDR READ|WRITE cycle or LD|ST 0xADDR a line, on a dram",
      "accord dram models/traces/mixed.trace --standard DDR4"};
  po::options_description options;
  addOptions(options);
  po::positional_options_description positional;
  positional.add("trace", 1);
  po::variables_map values;
  if (std::optional<int> exit = parseOptions(usage, options, positional, arguments, values))
    return *exit;
  const Expected<Format> format = formatOf(values);
  if (!format)
    return misuse("dram: " + format.error().message);
  if (!values.count("trace"))
    return misuse("dram: expected a trace, got none");
  const uint64_t requestBytes = values["request-bytes"].as<Count>().value;
  if (requestBytes == 0 || requestBytes > 4096 || (requestBytes & (requestBytes - 1)))
    return misuse("dram: --request-bytes: expected a power of two from 1 to 4096, got " +
                  std::to_string(requestBytes));
  const bool given = values.count("hardware") != 0;
  Expected<Machine> machine = given ? openMachine(values["hardware"].as<std::string>()) : Machine();
  if (!machine)
    return fail(machine.error().message);
  if (Status s = bend(*machine, given, values); !s)
    return misuse("dram: " + s.error().message);
  noteScaledBin(machine->hardware.dram);
  const std::string path = values["trace"].as<std::string>();
  Expected<sim::DramReplayReport> report =
      sim::replayTrace(path, machine->hardware.dram, int64_t(requestBytes));
  if (!report)
    return fail(report.error().message);
  Expected<energy::EnergyReport> energy = energyOf(*report, *machine, values);
  if (!energy)
    return fail(energy.error().message);
  const Table table = tableOf(path, *report, requestBytes, *machine, *energy);
  if (Status s = writeOutput(values["output"].as<std::string>(), textOf(table, *format)); !s)
    return fail(s.error().message);
  return Done;
}

} // namespace accord::cli
