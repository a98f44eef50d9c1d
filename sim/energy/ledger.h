// The account of a run: actions times the energy of an action, and leakage times time, for each component.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every amount is a whole number of attojoules (1e-6 pJ), so that sums are exact and a broken one is an error
// without a tolerance. A figure is rounded once, after it is scaled to the machine.
#pragma once
#include "sim/energy/energy_model.h"
#include "sim/hardware/hardware.h"
#include "sim/system/sim_result.h"

namespace accord::energy {

/// 64 bits end at 18 J, which a long run passes.
__extension__ using Attojoules = unsigned __int128;

/// For output. Exact to double precision.
double picojoules(Attojoules e);
double joules(Attojoules e);
/// All digits, for messages.
std::string spell(Attojoules e);

/// One kind of action.
struct EnergyRow {
  std::string component, action, variant;
  uint64_t count = 0;
  uint64_t each = 0; ///< attojoules of one, scaled to the machine
  Attojoules total = 0;
  Basis basis = Basis::Assumed; ///< of the figure
};

/// The power that a component draws as long as the run takes.
struct LeakageRow {
  std::string component, variant;
  uint64_t parts = 0;     ///< lanes, cells, KiB or channels of the whole machine
  uint64_t picowatts = 0; ///< of one, scaled to the machine
  double milliwatts = 0;  ///< of all
  Attojoules total = 0;
  Basis basis = Basis::Assumed;
};

/// The dynamic energy of one op in one call.
struct OpEnergy {
  uint32_t call = 0;
  std::string op;
  std::vector<Attojoules> parts; ///< one for each of EnergyReport::rows
  Attojoules dynamic = 0;        ///< their sum
};

struct EnergyReport {
  std::string model;    ///< EnergyModel::name
  std::string hardware; ///< Hardware::name
  double seconds = 0;
  std::vector<EnergyRow> rows; ///< every action of the components that the machine has, also those counted 0
  std::vector<LeakageRow> leakage;
  std::vector<OpEnergy> ops; ///< in the order of SimResult::ops
  OpEnergy idle;             ///< of SimResult::idle; no op, no call
  Attojoules dynamic = 0;    ///< sum over rows, and over ops and idle (checked)
  Attojoules leaked = 0;     ///< sum over leakage
  Attojoules total = 0;      ///< both
};

/// The account of one run on one machine. Errors: a figure that the machine needs and the model lacks, a node
/// or voltage that the figures cannot be scaled to, a count for a component that the machine does not have, a
/// broken sum.
Expected<EnergyReport> account(const EnergyModel &model, const Hardware &hardware,
                               const sim::SimResult &result);

/// Every sum of a report, added up once more: rows, ops, leakage, total. `account` has checked its own.
Status check(const EnergyReport &report);

} // namespace accord::energy
