// A whole model on several executions, each compared to the bit with golden.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "tools/driver/imported_model.h"
#include "tools/driver/table.h"

namespace accord::driver {

struct ModelParity {
  std::string path;
  model::OpenOptions open;
  std::vector<std::string> devices; ///< native[:host|:avx2|:portable]
  int64_t tokens = 0;               ///< at least 2
  uint64_t seed = 0;                ///< of the tokens
};

/// The name of a device's target, if this is the CPU's own backend: `native` is `host`.
std::optional<std::string> nativeTarget(const std::string &device);

/// Random tokens go through each entry: half of them by @prefill, the others one by one by @decode, and all
/// again by
/// @score. One row for each device and entry; false in `agree` after a difference.
Expected<Table> compareModel(const ModelParity &parity, bool &agree, Listener &listener = Listener::silent());

} // namespace accord::driver
