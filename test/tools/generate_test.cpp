// The loops around a session, on one whose answers are known.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/support/tiny_model.h"
#include "tools/driver/generate.h"
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

using namespace accord;
using namespace accord::driver;
using Tokens = std::vector<int32_t>;

namespace {

/// After token t comes next[t], or t + 1, by the largest logit.
class Script : public Session {
public:
  std::map<int32_t, int32_t> next;
  float bias = 0; ///< added to the logit that wins
  int64_t at = 0, room = 64;
  Tokens seen;
  std::vector<size_t> calls; ///< tokens of each

  int64_t position() const override { return at; }
  int64_t context() const override { return room; }
  int64_t vocabulary() const override { return test::tinyVocab; }
  const Costs &costs() const override { return none; }
  Caches caches() const override { return {}; }
  void reset() override { at = 0; }

  Expected<llvm::ArrayRef<float>> evaluate(llvm::ArrayRef<int32_t> tokens) override {
    auto rows = score(tokens);
    if (!rows)
      return rows.error();
    last.assign(rows->end() - test::tinyVocab, rows->end());
    return llvm::ArrayRef<float>(last);
  }
  Expected<std::vector<float>> score(llvm::ArrayRef<int32_t> tokens) override {
    if (at + int64_t(tokens.size()) > room)
      return Error{"session: full"};
    at += int64_t(tokens.size());
    calls.push_back(tokens.size());
    std::vector<float> rows;
    for (int32_t token : tokens) {
      seen.push_back(token);
      std::vector<float> row(test::tinyVocab, 0);
      auto rule = next.find(token);
      row[size_t(rule == next.end() ? token + 1 : rule->second)] = 3 + bias;
      rows.insert(rows.end(), row.begin(), row.end());
    }
    return rows;
  }

private:
  std::vector<float> last;
  Costs none;
};

struct Fixture {
  Fixture() {
    bytes = test::tinyModel().bytes();
    auto file = model::GgufFile::parse(bytes, "tiny");
    REQUIRE(file);
    auto loaded = tokenizer::Tokenizer::load(**file);
    REQUIRE(loaded);
    tokenizer = std::move(*loaded);
  }
  /// The token of one byte.
  static int32_t byte(uint8_t b) { return 3 + b; }

  Generation run(const Tokens &prompt, GenerateOptions options) {
    auto made = generate(session, *tokenizer, prompt, options, [&](const std::string &text) {
      pieces.push_back(text);
      return Status();
    });
    REQUIRE(made);
    return *made;
  }

  std::string bytes;
  std::unique_ptr<tokenizer::Tokenizer> tokenizer;
  Script session;
  std::vector<std::string> pieces;
};

} // namespace

TEST_CASE_METHOD(Fixture, "a prompt is evaluated at once, then token by token", "[tools]") {
  Generation g = run({byte('x'), byte('a')}, {4, {}});
  CHECK(g.text == "bcde");
  CHECK(g.tokens == Tokens{byte('b'), byte('c'), byte('d'), byte('e')});
  CHECK(g.stop == Stop::Length);
  CHECK(pieces == std::vector<std::string>{"b", "c", "d", "e"});
  // The last token's logits are nobody's.
  CHECK(session.seen == Tokens{byte('x'), byte('a'), byte('b'), byte('c'), byte('d')});
  CHECK(session.calls == std::vector<size_t>{2, 1, 1, 1});
  CHECK(g.steps == 3);
}

TEST_CASE_METHOD(Fixture, "a token that ends an answer ends it, unless it is to be ignored", "[tools]") {
  session.next[byte('b')] = 0;
  session.next[0] = byte('z');
  Generation g = run({byte('a')}, {10, {}});
  CHECK(g.text == "b");
  CHECK(g.tokens == Tokens{byte('b')});
  CHECK(g.stop == Stop::End);
  session.reset();
  GenerateOptions on{4, {}};
  on.ignoreEnd = true;
  g = run({byte('a')}, on);
  // A control token gives no text.
  CHECK(g.text == "bz{");
  CHECK(g.tokens == Tokens{byte('b'), 0, byte('z'), byte('{')});
  CHECK(g.stop == Stop::Length);
}

TEST_CASE_METHOD(Fixture, "text comes in whole characters, and a cut one as a replacement", "[tools]") {
  session.next = {{byte('a'), byte(0xe2)}, {byte(0xe2), byte(0x82)}, {byte(0x82), byte(0xac)}};
  CHECK(run({byte('a')}, {3, {}}).text == "\xe2\x82\xac");
  CHECK(pieces == std::vector<std::string>{"\xe2\x82\xac"});
  session.reset();
  CHECK(run({byte('a')}, {2, {}}).text == "\xef\xbf\xbd");
}

TEST_CASE_METHOD(Fixture, "a signal, a full context and a failing reader end a generation", "[tools]") {
  std::atomic<bool> flag{true};
  GenerateOptions options{5, {}};
  options.interrupted = &flag;
  Generation g = run({byte('a')}, options);
  CHECK(g.stop == Stop::Interrupted);
  CHECK(g.tokens.empty());

  session.reset();
  session.room = 3;
  auto full =
      generate(session, *tokenizer, Tokens{byte('a')}, {9, {}}, [](const std::string &) { return Status(); });
  REQUIRE(!full);
  CHECK(full.error().message == "session: full");

  session.reset();
  auto closed = generate(session, *tokenizer, Tokens{byte('a')}, {9, {}},
                         [](const std::string &) { return Status(Error{"closed"}); });
  REQUIRE(!closed);
  CHECK(closed.error().message == "closed");
}

TEST_CASE_METHOD(Fixture, "a score is the mean of the predicted tokens, whatever the pieces", "[tools]") {
  Tokens tokens;
  for (int i = 0; i < 60; ++i)
    tokens.push_back(10 + i + (i >= 40)); // one token that comes unexpected
  std::vector<float> logits;
  auto scored = score(session, tokens, nullptr, [&](llvm::ArrayRef<float> rows) {
    logits.insert(logits.end(), rows.begin(), rows.end());
    return Status();
  });
  REQUIRE(scored);
  CHECK(scored->positions == 60);
  CHECK(scored->predicted == 59);
  CHECK(scored->top1 == 58);
  double sum = std::log(std::exp(3.0) + double(test::tinyVocab) - 1);
  CHECK(scored->meanNll == Approx((58 * (sum - 3) + sum) / 59));
  CHECK(session.seen == tokens);
  REQUIRE(logits.size() == 60u * test::tinyVocab);
  CHECK(logits[59 * test::tinyVocab + 71] == 3);

  std::atomic<bool> flag{true};
  auto none = score(session, tokens, &flag, [](llvm::ArrayRef<float>) { return Status(); });
  REQUIRE(none);
  CHECK(none->interrupted);
  CHECK(none->positions == 0);
}

TEST_CASE_METHOD(Fixture, "the error of a session is its largest over all positions", "[tools]") {
  Script twin, other;
  other.bias = 0.5f;
  other.next[30] = 2;
  Tokens tokens;
  for (int i = 0; i < 40; ++i)
    tokens.push_back(i);
  auto same = compareSessions(session, twin, tokens);
  REQUIRE(same);
  CHECK(same->maxUlp == 0);
  CHECK(same->maxDifference == 0);
  CHECK(same->sameTop == 40);
  session.at = other.at = 60; // what was before is no part of it
  auto apart = compareSessions(session, other, tokens);
  REQUIRE(apart);
  CHECK(apart->positions == 40);
  CHECK(apart->logits == 40 * test::tinyVocab);
  CHECK(apart->sameTop == 39);
  CHECK(apart->maxDifference == 3.5);
  CHECK(apart->rmsDifference == Approx(std::sqrt((39 * 0.25 + 9 + 12.25) / double(apart->logits))));
  CHECK(apart->maxUlp == 0x40600000); // from 0 to 3.5
}
