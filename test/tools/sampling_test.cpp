// The sampler: its order of operations against a plain restatement, its distribution, and pinned draws.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/functions.h"
#include "test/sim/golden/random.h"
#include "tools/driver/sampling.h"
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

using namespace accord;
using namespace accord::driver;

namespace {

const float Nan = std::numeric_limits<float>::quiet_NaN();
const float Inf = std::numeric_limits<float>::infinity();

int32_t pick(Sampler &sampler, const std::vector<float> &logits) {
  Expected<int32_t> id = sampler.next(logits.data(), logits.size());
  REQUIRE(id);
  return *id;
}

/// The generator's numbers, from its definition.
std::vector<double> uniforms(uint64_t seed, size_t count) {
  std::vector<double> numbers;
  while (numbers.size() < count) {
    uint64_t z = seed += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    numbers.push_back(double((z ^ (z >> 31)) >> 11) / 9007199254740992.0);
  }
  return numbers;
}

/// sampling.h, steps 1 to 5, by sorting everything. No infinities.
int32_t plain(const std::vector<float> &logits, const SamplingOptions &o, double u) {
  std::vector<int32_t> ids(logits.size());
  std::iota(ids.begin(), ids.end(), 0);
  ids.erase(std::remove_if(ids.begin(), ids.end(), [&](int32_t i) { return std::isnan(logits[size_t(i)]); }),
            ids.end());
  float mx = logits[size_t(ids[0])];
  for (int32_t i : ids)
    mx = std::max(mx, logits[size_t(i)]);
  auto weight = [&](int32_t i) {
    return double(golden::exp(float((double(logits[size_t(i)]) - double(mx)) / o.temperature)));
  };
  auto sum = [&](const std::vector<int32_t> &list) {
    double s = 0;
    for (int32_t i : list)
      s += weight(i);
    return s;
  };
  double total = sum(ids);
  bool cutK = o.topK && o.topK < ids.size();
  if (cutK || o.topP < 1)
    std::stable_sort(ids.begin(), ids.end(),
                     [&](int32_t a, int32_t b) { return logits[size_t(a)] > logits[size_t(b)]; });
  if (cutK) {
    ids.resize(o.topK);
    total = sum(ids);
  }
  if (o.topP < 1) {
    size_t n = 1;
    while (n < ids.size() && sum({ids.begin(), ids.begin() + long(n)}) < o.topP * total)
      ++n;
    ids.resize(n);
    total = sum(ids);
  }
  double run = 0;
  for (int32_t i : ids)
    if ((run += weight(i)) > u * total)
      return i;
  return ids.back();
}

} // namespace

TEST_CASE("temperature 0 takes the largest logit, the lowest id of equals, and never a NaN", "[tools]") {
  Sampler sampler(SamplingOptions{});
  CHECK(pick(sampler, {1, 3, 2}) == 1);
  CHECK(pick(sampler, {3, 1, 3}) == 0);
  CHECK(pick(sampler, {Nan, -1, Nan, -2}) == 1);
  CHECK(pick(sampler, {-Inf, -Inf}) == 0);
  CHECK(pick(sampler, {1, Inf, Inf}) == 1);
  CHECK(pick(sampler, {-0.0f, 0.0f}) == 0);
}

TEST_CASE("logits without a number are told", "[tools]") {
  for (double temperature : {0.0, 1.0}) {
    Sampler sampler(SamplingOptions{temperature, 0, 1, 1});
    std::vector<float> logits = {Nan, Nan};
    Expected<int32_t> id = sampler.next(logits.data(), logits.size());
    REQUIRE(!id);
    CHECK(id.error().message == "logits: expected a number among 2 logits, got none");
  }
}

TEST_CASE("options out of range are told", "[tools]") {
  CHECK(checkSampling({}));
  CHECK(checkSampling({2.5, 40, 0.9, 7}));
  CHECK(checkSampling({-1, 0, 1, 1}).error().message == "--temperature: expected a number from 0, got -1");
  CHECK(checkSampling({double(Nan), 0, 1, 1}).error().message ==
        "--temperature: expected a number from 0, got nan");
  CHECK(!checkSampling({double(Inf), 0, 1, 1}));
  for (double p : {0.0, -0.5, 1.5, double(Nan)})
    CHECK(!checkSampling({1, 0, p, 1}));
  CHECK(checkSampling({1, 0, 1.5, 1}).error().message ==
        "--top-p: expected a number above 0 and up to 1, got 1.5");
}

TEST_CASE("infinite and missing logits are drawn from as defined", "[tools]") {
  Sampler sampler(SamplingOptions{1, 0, 1, 3});
  int counts[4] = {};
  for (int i = 0; i < 400; ++i)
    ++counts[pick(sampler, {Inf, 5, Inf, Nan})];
  CHECK(counts[0] + counts[2] == 400);
  CHECK(counts[0] > 150);
  CHECK(counts[2] > 150);
  CHECK(pick(sampler, {-Inf, 0, -Inf}) == 1);
}

TEST_CASE("the sampler draws what a plain restatement draws", "[tools]") {
  golden::test::Random random("sampler");
  auto below = [&](int64_t n) { return random.integer(0, n - 1); };
  size_t compared = 0, unlikely = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<float> logits(size_t(1 + below(200)));
    for (float &x : logits)
      // Quarters, so that equal logits are common; now and then none at all.
      x = below(20) == 0 ? Nan : float(below(80) - 40) * 0.25f;
    logits[size_t(below(int64_t(logits.size())))] = 1;
    SamplingOptions options;
    options.temperature = 0.1 + double(below(20)) * 0.1;
    options.topK = below(3) == 0 ? 0 : uint64_t(below(50));
    options.topP = below(3) == 0 ? 1 : 0.05 + double(below(19)) * 0.05;
    options.seed = uint64_t(below(1 << 30));
    Sampler sampler(options);
    for (double u : uniforms(options.seed, 20)) {
      int32_t id = pick(sampler, logits);
      REQUIRE(id == plain(logits, options, u));
      unlikely += id != largest(logits.data(), logits.size());
      ++compared;
    }
  }
  WARN(compared << " draws compared, " << unlikely << " of them not the most likely token");
  CHECK(compared == 6000);
  CHECK(unlikely > 500);
}

TEST_CASE("draws follow the softmax of the logits", "[tools]") {
  std::vector<float> logits = {0, 1, 2, -1};
  double sum = 0;
  for (float x : logits)
    sum += std::exp(double(x) / 0.8);
  Sampler sampler(SamplingOptions{0.8, 0, 1, 11});
  const int draws = 40000;
  std::vector<int> counts(logits.size());
  for (int i = 0; i < draws; ++i)
    ++counts[size_t(pick(sampler, logits))];
  // Chi square with 3 degrees of freedom: above 16.3 in one of 1,000 runs; the seed is fixed.
  double chi = 0;
  for (size_t i = 0; i < logits.size(); ++i) {
    double expected = draws * std::exp(double(logits[i]) / 0.8) / sum;
    chi += (counts[i] - expected) * (counts[i] - expected) / expected;
  }
  CHECK(chi < 16.3);
}

TEST_CASE("top-k 1 and a tiny top-p leave the largest", "[tools]") {
  std::vector<float> logits = {0.5f, 2, 2, 1.75f};
  Sampler one(SamplingOptions{1, 1, 1, 5}), nucleus(SamplingOptions{1, 0, 1e-9, 5});
  for (int i = 0; i < 50; ++i) {
    CHECK(pick(one, logits) == 1);
    CHECK(pick(nucleus, logits) == 1);
  }
}

TEST_CASE("top-p keeps no more than it needs", "[tools]") {
  // Half of the probability is that of one of two equals, exactly.
  Sampler half(SamplingOptions{1, 0, 0.5, 5});
  for (int i = 0; i < 50; ++i)
    CHECK(pick(half, {2, 2}) == 0);
}

TEST_CASE("a seed's draws are pinned", "[tools]") {
  std::vector<float> logits(1000);
  for (size_t i = 0; i < logits.size(); ++i)
    logits[i] = float(int(i * 7919 % 1000)) * 0.01f;
  Sampler sampler(SamplingOptions{0.7, 40, 0.95, 42});
  std::vector<int32_t> ids;
  for (int i = 0; i < 8; ++i)
    ids.push_back(pick(sampler, logits));
  // The same ids come from a restatement in Python with its own exp.
  CHECK(ids == std::vector<int32_t>{667, 605, 889, 531, 642, 272, 247, 309});
}
