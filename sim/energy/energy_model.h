// The energy of actions in one technology, read from a file of models/energy.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "sim/core/action_kind.h"
#include "sim/energy/scaling.h"
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace accord::energy {

using sim::Scaling;

/// What a figure rests on, so that no report shows an assumption as a measurement.
enum class Basis {
  Measured, ///< taken from this project's own circuits
  Paper,    ///< printed in the named paper
  Tool,     ///< computed by the named tool, or in its files
  Derived,  ///< computed from printed figures by the formula in `source`
  Assumed,  ///< chosen for the reason in `source`; nothing printed says it
};

const char *name(Scaling scaling);
const char *name(Basis basis);

struct Figure {
  std::string component, action, variant;
  /// Energy of one action in attojoules (1e-6 pJ), or the power of one part in nanowatts (1e-6 mW).
  int64_t micro = 0;
  Technology taken;     ///< `nodeNm` is 0 where the scaling does not ask for it.
  double bankKib = 0;   ///< Sram only: capacity of the bank that the figure is of.
  double widthBits = 0; ///< Channel only: width of the channel that the figure is of.
  Scaling scaling = Scaling::None;
  Basis basis = Basis::Assumed;
  std::string source;
  int line = 0; ///< Of the file.
};

struct EnergyModel {
  std::string name;
  std::string file; ///< For messages.
  std::vector<Figure> figures;

  /// The one figure of this action and variant, or null.
  const Figure *find(std::string_view component, std::string_view action, std::string_view variant) const;
};

/// Reads a file. Errors: `path:line:column: 'figures[i].key' must be ..., got ...`; a file that cannot be
/// read, YAML that cannot be parsed, an unknown, missing, duplicate, mistyped or impossible key or figure.
Expected<EnergyModel> loadEnergy(const std::string &path);

/// The same from text; `file` stands for the path in messages.
Expected<EnergyModel> parseEnergy(std::string_view text, const std::string &file);

} // namespace accord::energy
