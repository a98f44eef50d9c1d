// Any bytes as an energy file: an error of one line with its place, or figures that are positive and found
// again by their names.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/energy/energy_model.h"
#include "test/fuzz/fuzz_target.h"

namespace accord::fuzz {

std::vector<Seed> seeds() { return filesOf("models/energy", ".yaml"); }

std::string outcomeOf(std::string_view bytes) {
  Expected<energy::EnergyModel> model = energy::parseEnergy(bytes, "fuzz");
  if (!model) {
    const std::string &message = model.error().message;
    if (message.rfind("fuzz:", 0) != 0 || message.find('\n') != std::string::npos)
      fail("expected an error of one line with its place, got", message);
    return message;
  }
  if (model->figures.empty())
    fail("expected figures, got none in", model->name);
  for (const energy::Figure &f : model->figures) {
    if (f.micro <= 0 || f.source.empty())
      fail("expected a figure above 0 with a source, got", f.component + "." + f.action);
    if (model->find(f.component, f.action, f.variant) != &f)
      fail("expected one figure, got another of", f.component + "." + f.action);
  }
  return "accepted";
}

} // namespace accord::fuzz
