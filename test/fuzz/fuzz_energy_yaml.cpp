// Any bytes as an energy file: an error of one line with its place, or figures that are positive and found
// again by their names.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/energy/energy_model.h"
#include <cstdio>
#include <cstdlib>

using namespace accord;
using namespace accord::energy;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto fail = [](const char *what, const std::string &detail) {
    std::fprintf(stderr, "fuzz_energy_yaml: %s: %s\n", what, detail.c_str());
    std::abort();
  };
  Expected<EnergyModel> model = parseEnergy({reinterpret_cast<const char *>(data), size}, "fuzz");
  if (!model) {
    const std::string &message = model.error().message;
    if (message.rfind("fuzz:", 0) != 0 || message.find('\n') != std::string::npos)
      fail("expected an error of one line with its place, got", message);
    return 0;
  }
  if (model->figures.empty())
    fail("expected figures, got none in", model->name);
  for (const Figure &f : model->figures) {
    if (f.micro <= 0 || f.source.empty())
      fail("expected a figure above 0 with a source, got", f.component + "." + f.action);
    if (model->find(f.component, f.action, f.variant) != &f)
      fail("expected one figure, got another of", f.component + "." + f.action);
  }
  return 0;
}
