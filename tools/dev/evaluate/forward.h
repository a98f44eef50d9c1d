// The forward pass of llama and BitNet models in plain f32, all positions at once.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "tools/dev/evaluate/reference_model.h"

namespace accord::evaluate {

/// Logits [ids][vocabulary] after each id, given the ids before it. `threads` share the rows of each product;
/// the result does not depend on their number. Error: an id out of range, or what the model lacks.
Expected<std::vector<float>> forward(ReferenceModel &model, const std::vector<int64_t> &ids, int threads);

} // namespace accord::evaluate
