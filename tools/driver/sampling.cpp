// The sampler. Order of operations: sampling.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/sampling.h"
#include "sim/golden/functions.h"
#include <algorithm>
#include <cmath>
#include <cstdio>

namespace accord::driver {
namespace {

std::string shown(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

} // namespace

Status checkSampling(const SamplingOptions &options) {
  if (!(options.temperature >= 0) || !std::isfinite(options.temperature))
    return Error{"--temperature: expected a number from 0, got " + shown(options.temperature)};
  if (!(options.topP > 0 && options.topP <= 1))
    return Error{"--top-p: expected a number above 0 and up to 1, got " + shown(options.topP)};
  return {};
}

int32_t largest(const float *logits, size_t count) {
  int32_t best = -1;
  for (size_t i = 0; i < count; ++i)
    if (!std::isnan(logits[i]) && (best < 0 || logits[i] > logits[best]))
      best = int32_t(i);
  return best;
}

/// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014), its upper 53 bits.
double Sampler::uniform() {
  state += 0x9e3779b97f4a7c15;
  uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  z ^= z >> 31;
  return double(z >> 11) * 0x1p-53;
}

Expected<int32_t> Sampler::next(const float *logits, size_t count) {
  int32_t best = largest(logits, count);
  if (best < 0)
    return Error{"logits: expected a number among " + std::to_string(count) + " logits, got none"};
  if (options.temperature == 0)
    return best;

  order.clear();
  weights.resize(count);
  double mx = logits[best], total = 0;
  for (size_t i = 0; i < count; ++i) {
    if (std::isnan(logits[i]))
      continue;
    // Where both are infinite their difference is no number.
    bool top = logits[i] == logits[best];
    weights[i] = top ? 1 : golden::exp(float((double(logits[i]) - mx) / options.temperature));
    total += weights[i];
    order.push_back(int32_t(i));
  }

  bool cutK = options.topK && options.topK < order.size();
  if (cutK || options.topP < 1) {
    auto before = [&](int32_t a, int32_t b) {
      return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
    };
    // Few of many are kept as a rule, so they are taken from a heap one by one instead of sorting all.
    auto later = [&](int32_t a, int32_t b) { return before(b, a); };
    std::make_heap(order.begin(), order.end(), later);
    auto end = order.end();
    std::vector<int32_t> kept;
    auto take = [&] {
      std::pop_heap(order.begin(), end, later);
      kept.push_back(*--end);
      return double(weights[size_t(kept.back())]);
    };
    if (cutK) {
      total = 0;
      while (kept.size() < options.topK)
        total += take();
    }
    if (options.topP < 1) {
      double sum = 0, enough = options.topP * total;
      size_t used = 0;
      while (sum < enough && (used < kept.size() || (!cutK && end != order.begin()))) {
        if (used == kept.size())
          take();
        sum += weights[size_t(kept[used++])];
      }
      kept.resize(used);
      total = sum;
    }
    order = std::move(kept);
  }

  double target = uniform() * total, sum = 0;
  for (int32_t id : order) {
    sum += weights[size_t(id)];
    if (sum > target)
      return id;
  }
  // u < 1, but its product with the sum may round up to it.
  return order.back();
}

} // namespace accord::driver
