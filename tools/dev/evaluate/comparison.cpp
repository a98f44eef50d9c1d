// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/dev/evaluate/comparison.h"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>

namespace accord::evaluate {
namespace {

/// log of the sum of exp of n values.
double logSumExp(const float *x, int64_t n) {
  const double largest = *std::max_element(x, x + n);
  double sum = 0;
  for (int64_t i = 0; i < n; ++i)
    sum += std::exp(x[i] - largest);
  return largest + std::log(sum);
}

Status check(const Logits &logits, int64_t vocabulary, int64_t positions) {
  const auto rows = static_cast<int64_t>(logits.values.size()) / std::max<int64_t>(logits.vocabulary, 1);
  if (logits.vocabulary != vocabulary)
    return Error{logits.name + ": expected a vocabulary of " + std::to_string(vocabulary) + ", got " +
                 std::to_string(logits.vocabulary)};
  if (rows < positions)
    return Error{logits.name + ": expected " + std::to_string(positions) + " positions, got " +
                 std::to_string(rows)};
  for (int64_t i = 0; i < positions * vocabulary; ++i)
    if (!std::isfinite(logits.values[static_cast<size_t>(i)]))
      return Error{logits.name + ": expected finite logits, got " +
                   std::to_string(logits.values[static_cast<size_t>(i)]) + " at position " +
                   std::to_string(i / vocabulary) + ", token " + std::to_string(i % vocabulary)};
  return {};
}

} // namespace

Expected<Comparison> compare(const Logits &reference, const Logits &candidate,
                             const std::vector<int64_t> &next, int64_t positions) {
  const int64_t vocabulary = reference.vocabulary;
  if (positions < 1 || vocabulary < 1 || static_cast<int64_t>(next.size()) < positions)
    return Error{"expected positions with next tokens, got " + std::to_string(positions) + " with " +
                 std::to_string(next.size())};
  for (const Logits *each : {&reference, &candidate})
    if (Status status = check(*each, vocabulary, positions); !status)
      return status.error();

  Comparison result{positions, 0, 0, 0, 0};
  double surprise = 0;
  for (int64_t p = 0; p < positions; ++p) {
    const int64_t token = next[static_cast<size_t>(p)];
    if (token < 0 || token >= vocabulary)
      return Error{"position " + std::to_string(p) + ": expected a token below " +
                   std::to_string(vocabulary) + ", got " + std::to_string(token)};
    const float *a = reference.values.data() + p * vocabulary, *b = candidate.values.data() + p * vocabulary;
    const double totalA = logSumExp(a, vocabulary), totalB = logSumExp(b, vocabulary);
    double kl = 0;
    for (int64_t i = 0; i < vocabulary; ++i)
      kl += std::exp(a[i] - totalA) * ((a[i] - totalA) - (b[i] - totalB));
    result.agreeing += std::max_element(a, a + vocabulary) - a == std::max_element(b, b + vocabulary) - b;
    result.meanKl += kl / static_cast<double>(positions);
    result.maxKl = std::max(result.maxKl, kl);
    surprise += totalB - b[token];
  }
  result.perplexity = std::exp(surprise / static_cast<double>(positions));
  return result;
}

Expected<Logits> readLogits(const std::string &name, const std::string &path, int64_t rows) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file)
    return Error{path + ": expected a file of logits, got none"};
  const auto bytes = static_cast<int64_t>(file.tellg());
  if (rows < 1 || bytes <= 0 || bytes % (4 * rows) != 0)
    return Error{path + ": expected f32 for " + std::to_string(rows) + " positions, got " +
                 std::to_string(bytes) + " bytes"};
  Logits logits{name, bytes / 4 / rows, std::vector<float>(static_cast<size_t>(bytes / 4))};
  file.seekg(0);
  if (!file.read(reinterpret_cast<char *>(logits.values.data()), bytes))
    return Error{path + ": expected " + std::to_string(bytes) + " bytes, got fewer"};
  return logits;
}

bool checkBounds(const std::string &name, const Comparison &candidate, const std::string &peerName,
                 const Comparison &peer, double referencePerplexity, const Bounds &bounds,
                 std::string &report) {
  const bool near = candidate.meanKl <= bounds.klFactor * peer.meanKl;
  const double part = std::fabs(candidate.perplexity / referencePerplexity - 1);
  const bool even = part <= bounds.perplexityPart;
  char line[256];
  std::snprintf(line, sizeof line, "mean KL of %s %.6f, of %s %.6f: %.2f of it, at most %.2f: %s\n",
                name.c_str(), candidate.meanKl, peerName.c_str(), peer.meanKl, candidate.meanKl / peer.meanKl,
                bounds.klFactor, near ? "holds" : "FAILS");
  report = line;
  std::snprintf(line, sizeof line,
                "perplexity of %s %.4f, of the reference %.4f: %.3f %% apart, at most %.3f: %s\n",
                name.c_str(), candidate.perplexity, referencePerplexity, 100 * part,
                100 * bounds.perplexityPart, even ? "holds" : "FAILS");
  report += line;
  return near && even;
}

} // namespace accord::evaluate
