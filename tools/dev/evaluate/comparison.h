// How far one set of next-token predictions is from another.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include <cstdint>
#include <string>
#include <vector>

namespace accord::evaluate {

/// Logits [positions][vocabulary] under the name that tables print.
struct Logits {
  std::string name;
  int64_t vocabulary;
  std::vector<float> values;
};

struct Comparison {
  int64_t positions; ///< compared, of each
  int64_t agreeing;  ///< positions where both have the same most likely token (the first, of equals)
  double meanKl;     ///< of KL(reference || candidate), in nats
  double maxKl;
  double perplexity; ///< of the candidate: exp of the mean -log p(next token)
};

/// The first `positions` rows of both, whose next tokens are next[0..positions). Softmax and sums in double.
/// Error: nothing to compare, unequal vocabularies, too few rows, a next token beyond the vocabulary, or
/// logits that are not finite.
Expected<Comparison> compare(const Logits &reference, const Logits &candidate,
                             const std::vector<int64_t> &next, int64_t positions);

/// `rows` rows of little-endian f32; the size of the file tells the vocabulary. Error: `<path>: expected X,
/// got Y`.
Expected<Logits> readLogits(const std::string &name, const std::string &path, int64_t rows);

/// What is asked of a candidate: its mean KL against that of another candidate, its perplexity against the
/// reference's.
struct Bounds {
  double klFactor = 1.5;
  double perplexityPart = 0.01;
};

/// A line per bound, ending in `holds` or `FAILS`. Returns whether all hold; a KL or perplexity that is NaN
/// fails.
bool checkBounds(const std::string &name, const Comparison &candidate, const std::string &peerName,
                 const Comparison &peer, double referencePerplexity, const Bounds &bounds,
                 std::string &report);

} // namespace accord::evaluate
