// The table of coefficients, and the line between its rows.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/energy/scaling.h"
#include "sim/hardware/yaml_values.h"

namespace accord::energy {
namespace {

struct Row {
  double nodeNm;
  double a, b, c;
  double at(double v) const { return a * v * v + b * v + c; }
};

// As coded in accelergy-library-plug-in, scaling.py at commit ba4e9da, and in hwcomponents,
// hwcomponents/scaling/techscaling.py at commit 373ccd9.
constexpr Row rows[] = {
    {130, 7.171, -6.709, 2.904},    {90, 4.762, -4.781, 2.092},      {65, 3.755, -4.398, 1.975},
    {45, 1.103, -0.362, 0.2767},    {32, 0.9559, -0.7823, 0.471},    {20, 0.373, -0.1582, 0.04104},
    {16, 0.2958, -0.1241, 0.03024}, {14, 0.2363, -0.09675, 0.02239}, {10, 0.2068, -0.09311, 0.02375},
    {7, 0.1776, -0.09097, 0.02447},
};

Error outside(const char *what, double min, double max, const char *unit, double got) {
  return {"scaling: expected a " + std::string(what) + " from " + yaml::decimal(min) + " to " +
          yaml::decimal(max) + " " + unit + ", the range of the equations, got " + yaml::decimal(got)};
}

} // namespace

Expected<double> switchingEnergy(const Technology &at) {
  if (!(at.nodeNm >= MinNodeNm && at.nodeNm <= MaxNodeNm))
    return outside("node", MinNodeNm, MaxNodeNm, "nm", at.nodeNm);
  if (!(at.voltageV >= MinVoltageV && at.voltageV <= MaxVoltageV))
    return outside("voltage", MinVoltageV, MaxVoltageV, "V", at.voltageV);
  const Row *below = rows; // the first row that is not above the node
  while (below->nodeNm > at.nodeNm)
    ++below;
  if (below->nodeNm == at.nodeNm)
    return below->at(at.voltageV);
  const Row *above = below - 1;
  const double share = (at.nodeNm - below->nodeNm) / (above->nodeNm - below->nodeNm);
  return share * above->at(at.voltageV) + (1 - share) * below->at(at.voltageV);
}

Expected<double> energyFactor(const Technology &from, const Technology &to) {
  Expected<double> taken = switchingEnergy(from);
  if (!taken)
    return taken;
  Expected<double> wanted = switchingEnergy(to);
  if (!wanted)
    return wanted;
  return *wanted / *taken;
}

} // namespace accord::energy
