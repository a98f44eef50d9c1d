// Layers of a model on several executions of their L3 programs, compared op by op with golden.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "tools/driver/executions.h"
#include "tools/driver/imported_model.h"
#include "tools/driver/table.h"

namespace accord::driver {

struct LayerParity {
  std::string path;
  ModelOptions model;
  std::vector<std::string> devices; ///< what Executor runs: cpu, vulkan, sim, rtl
  Hardware hardware;
  int64_t layers = 1;
  int64_t prompt = 8; ///< tokens of the prefill; one decode step follows
  uint64_t seed = 0;  ///< of the tokens
};

/// A prefill and a decode step of the first layers, each with the file's weights and what golden gave for the
/// layer before. A layer is compiled once to L3, with every op's result stored, and that program runs on each
/// device. One row for each phase, layer and op (and cache); false in `agree` after a difference.
Expected<Table> compareLayers(const LayerParity &parity, bool &agree,
                              Listener &listener = Listener::silent());

} // namespace accord::driver
