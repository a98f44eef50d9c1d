// Comparing logits: equal ones, permuted ones, a case by hand, and what is refused.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/dev/evaluate/comparison.h"
#include "tools/dev/evaluate/token_file.h"
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <random>

using namespace accord;
using namespace accord::evaluate;

namespace {

constexpr int64_t vocabulary = 512, positions = 16;

struct Case {
  Logits logits{"reference", vocabulary, std::vector<float>(vocabulary *positions)};
  std::vector<int64_t> next;
};

Case randomCase() {
  const char *given = std::getenv("ACCORD_TEST_SEED");
  const uint64_t seed = given ? std::stoull(given) : std::random_device{}();
  std::printf("ACCORD_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 engine(seed);
  std::normal_distribution<float> normal(0, 3);
  Case made;
  for (float &value : made.logits.values)
    value = normal(engine);
  for (int64_t p = 0; p < positions; ++p)
    made.next.push_back(static_cast<int64_t>(engine() % vocabulary));
  return made;
}

} // namespace

TEST_CASE("equal logits agree everywhere, with no divergence", "[evaluate]") {
  const Case made = randomCase();
  Expected<Comparison> same = compare(made.logits, made.logits, made.next, positions);
  REQUIRE(same);
  CHECK(same->positions == positions);
  CHECK(same->agreeing == positions);
  CHECK(same->meanKl == 0);
  CHECK(same->maxKl == 0);
  CHECK(same->perplexity > 1);
}

TEST_CASE("a constant added to a row changes nothing that is compared", "[evaluate]") {
  const Case made = randomCase();
  Logits shifted = made.logits;
  for (float &value : shifted.values)
    value += 4;
  Expected<Comparison> moved = compare(made.logits, shifted, made.next, positions);
  Expected<Comparison> still = compare(made.logits, made.logits, made.next, positions);
  REQUIRE(moved);
  REQUIRE(still);
  CHECK(moved->agreeing == positions);
  CHECK(std::fabs(moved->meanKl) < 1e-6);
  CHECK(std::fabs(moved->perplexity / still->perplexity - 1) < 1e-6);
}

TEST_CASE("permuted logits neither agree nor keep a bound", "[evaluate]") {
  const Case made = randomCase();
  Logits permuted = made.logits, near = made.logits;
  for (int64_t p = 0; p < positions; ++p)
    std::rotate(permuted.values.begin() + p * vocabulary, permuted.values.begin() + p * vocabulary + 1,
                permuted.values.begin() + (p + 1) * vocabulary);
  for (size_t i = 0; i < near.values.size(); ++i)
    near.values[i] += i % 2 ? 0.05F : -0.05F;
  Expected<Comparison> reference = compare(made.logits, made.logits, made.next, positions);
  Expected<Comparison> wrong = compare(made.logits, permuted, made.next, positions);
  Expected<Comparison> peer = compare(made.logits, near, made.next, positions);
  REQUIRE(reference);
  REQUIRE(wrong);
  REQUIRE(peer);
  CHECK(wrong->agreeing == 0);
  CHECK(wrong->meanKl > 1);
  CHECK(peer->meanKl > 0);
  std::string report;
  CHECK_FALSE(checkBounds("wrong", *wrong, "near", *peer, reference->perplexity, {}, report));
  CHECK(report.find("FAILS") != std::string::npos);
  CHECK(checkBounds("near", *peer, "near", *peer, peer->perplexity, {}, report));
  CHECK(report.find("FAILS") == std::string::npos);
  // Each bound alone, and a comparison that gave no number.
  Comparison candidate = *peer;
  candidate.perplexity *= 1.011;
  CHECK_FALSE(checkBounds("near", candidate, "near", *peer, peer->perplexity, {}, report));
  candidate = *peer;
  candidate.meanKl *= 1.51;
  CHECK_FALSE(checkBounds("near", candidate, "near", *peer, peer->perplexity, {}, report));
  candidate.meanKl = std::nan("");
  CHECK_FALSE(checkBounds("near", candidate, "near", *peer, peer->perplexity, {}, report));
}

TEST_CASE("divergence and perplexity by hand", "[evaluate]") {
  // p = (1/2, 1/2) and q = (1/4, 3/4): KL = log(2/sqrt(3)); the next token 1 has q = 3/4.
  const Logits p{"p", 2, {0, 0}}, q{"q", 2, {0, std::log(3.0F)}};
  Expected<Comparison> result = compare(p, q, {1}, 1);
  REQUIRE(result);
  CHECK(result->meanKl == Approx(std::log(2 / std::sqrt(3.0))).epsilon(1e-6));
  CHECK(result->perplexity == Approx(4.0 / 3).epsilon(1e-6));
  CHECK(result->agreeing == 0); // of equal logits the first counts
}

TEST_CASE("nothing to compare, and logits that cannot be, are refused", "[evaluate]") {
  const Case made = randomCase();
  const auto refused = [&](const Logits &candidate, std::vector<int64_t> next, int64_t count) {
    Expected<Comparison> result = compare(made.logits, candidate, next, count);
    return result ? std::string("accepted") : result.error().message;
  };
  CHECK(refused(made.logits, made.next, 0) == "expected positions with next tokens, got 0 with 16");
  CHECK(refused(made.logits, {}, 1) == "expected positions with next tokens, got 1 with 0");
  std::vector<int64_t> beyond = made.next;
  beyond[3] = vocabulary;
  CHECK(refused(made.logits, beyond, positions) == "position 3: expected a token below 512, got 512");
  Logits other = made.logits;
  other.vocabulary = 256;
  CHECK(refused(other, made.next, positions) == "reference: expected a vocabulary of 512, got 256");
  other = made.logits;
  other.values.resize(vocabulary);
  CHECK(refused(other, made.next, positions) == "reference: expected 16 positions, got 1");
  other = made.logits;
  other.values[vocabulary + 7] = std::nanf("");
  CHECK(refused(other, made.next, positions) ==
        "reference: expected finite logits, got nan at position 1, token 7");
}

TEST_CASE("token files hold decimal ids and nothing else", "[evaluate]") {
  const std::string path = std::tmpnam(nullptr);
  const auto read = [&](const char *text) {
    std::ofstream(path) << text;
    Expected<std::vector<int64_t>> ids = readTokens(path);
    return ids ? std::to_string(ids->size()) : ids.error().message;
  };
  CHECK(read("1 2\n3\n") == "3");
  CHECK(read("1 -2") == path + ": expected token ids of 0 or more, got -2");
  CHECK(read("1 2 x 3") == path + ": expected decimal token ids, got something else after 2");
  CHECK(read("") == path + ": expected token ids, got none");
  std::remove(path.c_str());
  CHECK(readTokens(path).error().message == path + ": expected a file of token ids, got none");
}
