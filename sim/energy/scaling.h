// Energy of switching at one node and voltage, against another: Stillmaker and Baas, "Scaling equations for
// the accurate prediction of CMOS device performance from 180 nm to 7 nm", Integration 58 (2017), 74-81.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"

namespace accord::energy {

/// The nodes that the table covers, and the voltages in which every row of it grows with the voltage.
constexpr double MinNodeNm = 7, MaxNodeNm = 130;
constexpr double MinVoltageV = 0.6, MaxVoltageV = 1.3;

/// A technology: where a figure was taken, or what a machine is built in.
struct Technology {
  double nodeNm = 0, voltageV = 0;
};

/// Energy of a switching gate, in the unit of the paper's table: a V^2 + b V + c of the node's row. Between
/// two rows it is linear in the node (the table has no 28 nm: 2/3 of the 32 nm and 1/3 of the 20 nm value).
/// Error: a technology outside of the ranges above.
Expected<double> switchingEnergy(const Technology &at);

/// What an energy taken at `from` is multiplied by to be one at `to`.
Expected<double> energyFactor(const Technology &from, const Technology &to);

} // namespace accord::energy
