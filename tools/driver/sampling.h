// Choosing the next token from logits: the largest, or one drawn by a seed, the same on every machine.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include <cstddef>
#include <cstdint>
#include <vector>

namespace accord::driver {

struct SamplingOptions {
  double temperature = 0; ///< 0: the largest logit, ties to the lowest id; nothing is drawn
  uint64_t topK = 0;      ///< of the largest logits; 0: all
  double topP = 1;        ///< share of the probability that the kept candidates hold; 1: all
  uint64_t seed = 1;
};

/// Error: which option is out of range: `--top-p: expected a number above 0 and up to 1, got 1.5`.
Status checkSampling(const SamplingOptions &options);

/// The same logits, options and seed give the same tokens on every machine and compiler, because each step is
/// one IEEE operation or golden's exp:
///
/// 1. Candidates are all ids whose logit x is no NaN. mx is the largest x.
/// 2. The weight of a candidate is w = exp(float((double(x) - double(mx)) / temperature)), 1 where x = mx.
/// 3. top-k keeps the k candidates that come first by (x descending, id ascending).
/// 4. top-p keeps, in that order, the shortest run whose weights sum to at least topP times the sum of all
///    that step 3 kept. Sums are in double, in that order; the sum of all candidates by id.
/// 5. u is the generator's next 53-bit number in [0, 1). The candidate is the first, in the order of 4 (by id
///    when neither 3 nor 4 apply), at which the running sum of weights exceeds u times the sum of the kept.
class Sampler {
public:
  explicit Sampler(const SamplingOptions &options) : options(options), state(options.seed) {}

  /// The next token of `count` logits. Draws one number, also when only one candidate is left; none at
  /// temperature 0. Error: no logit is a number.
  Expected<int32_t> next(const float *logits, size_t count);

private:
  double uniform();

  SamplingOptions options;
  uint64_t state;
  std::vector<int32_t> order; ///< kept from call to call for its memory
  std::vector<float> weights; ///< by id
};

/// The largest logit's id, the lowest of equal ones, NaN never; -1 when no logit is a number.
int32_t largest(const float *logits, size_t count);

} // namespace accord::driver
