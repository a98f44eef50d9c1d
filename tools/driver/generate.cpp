// Generation, teacher forcing, and the error of inexact sessions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/generate.h"
#include "tools/driver/stopwatch.h"
#include "tools/driver/text_stream.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace accord::driver {

using tokenizer::Tokenizer;

namespace {

/// Positions whose logits are held at once: 32 rows of a vocabulary of 128 Ki tokens are 16 MiB.
constexpr size_t piece = 32;

bool isSet(const std::atomic<bool> *flag) { return flag && flag->load(); }

/// -log softmax(logits)[token], in double, ids ascending.
double negativeLogLikelihood(llvm::ArrayRef<float> logits, int32_t token) {
  double mx = -INFINITY, sum = 0;
  for (float x : logits)
    mx = x > mx ? double(x) : mx;
  for (float x : logits)
    sum += std::exp(double(x) - mx);
  return mx + std::log(sum) - double(logits[size_t(token)]);
}

/// f32 in order as integers, both zeros being 0.
int64_t ordinal(float value) {
  int32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits < 0 ? int64_t(INT32_MIN) - bits : bits;
}

} // namespace

const char *name(Stop stop) {
  switch (stop) {
  case Stop::Length:
    return "length";
  case Stop::End:
    return "end";
  case Stop::Interrupted:
    break;
  }
  return "interrupted";
}

Expected<Generation> generate(Session &session, const Tokenizer &tokenizer, llvm::ArrayRef<int32_t> prompt,
                              const GenerateOptions &options,
                              const std::function<Status(const std::string &)> &emit) {
  Generation result;
  Sampler sampler(options.sampling);
  TextStream stream;
  auto give = [&](const std::string &text) {
    result.text += text;
    return text.empty() ? Status() : emit(text);
  };

  Stopwatch prefill;
  auto logits = session.evaluate(prompt);
  if (!logits)
    return logits.error();
  result.prefillSeconds = prefill.seconds();
  while (true) {
    if (isSet(options.interrupted)) {
      result.stop = Stop::Interrupted;
      break;
    }
    auto token = sampler.next(logits->data(), logits->size());
    if (!token)
      return token.error();
    if (!options.ignoreEnd && tokenizer.isEndOfGeneration(*token)) {
      result.stop = Stop::End;
      break;
    }
    result.tokens.push_back(*token);
    if (!tokenizer.isControl(*token))
      if (Status s = give(stream.push(tokenizer.decode(*token))); !s)
        return s.error();
    if (int64_t(result.tokens.size()) == options.count)
      break;
    Stopwatch step;
    logits = session.evaluate(*token);
    if (!logits)
      return logits.error();
    result.decodeSeconds += step.seconds();
    ++result.steps;
  }
  if (Status s = give(stream.finish()); !s)
    return s.error();
  return result;
}

Expected<Score> score(Session &session, llvm::ArrayRef<int32_t> tokens, const std::atomic<bool> *interrupted,
                      const std::function<Status(llvm::ArrayRef<float>)> &rows) {
  Score result;
  double nll = 0;
  size_t vocabulary = size_t(session.vocabulary());
  session.reset();
  for (size_t begin = 0; begin < tokens.size(); begin += piece) {
    if (isSet(interrupted)) {
      result.interrupted = true;
      break;
    }
    auto now = tokens.slice(begin, std::min(piece, tokens.size() - begin));
    Stopwatch watch;
    auto logits = session.score(now);
    if (!logits)
      return logits.error();
    result.seconds += watch.seconds();
    for (size_t i = 0; i < now.size() && begin + i + 1 < tokens.size(); ++i) {
      llvm::ArrayRef<float> row(logits->data() + i * vocabulary, vocabulary);
      int32_t next = tokens[begin + i + 1];
      nll += negativeLogLikelihood(row, next);
      result.top1 += largest(row.data(), row.size()) == next;
      ++result.predicted;
    }
    result.positions += int64_t(now.size());
    if (Status s = rows(*logits); !s)
      return s.error();
  }
  result.meanNll = result.predicted ? nll / double(result.predicted) : NAN;
  return result;
}

Expected<Deviation> compareSessions(Session &exact, Session &other, llvm::ArrayRef<int32_t> tokens) {
  Deviation result;
  size_t vocabulary = size_t(exact.vocabulary());
  double squares = 0;
  exact.reset();
  other.reset();
  for (size_t begin = 0; begin < tokens.size(); begin += piece) {
    auto now = tokens.slice(begin, std::min(piece, tokens.size() - begin));
    auto a = exact.score(now);
    if (!a)
      return a.error();
    auto b = other.score(now);
    if (!b)
      return b.error();
    for (size_t i = 0; i < a->size(); ++i) {
      float x = (*a)[i], y = (*b)[i];
      if (std::isnan(x) && std::isnan(y))
        continue;
      double difference = std::isnan(x) || std::isnan(y) ? INFINITY
                          : x == y                       ? 0
                                                         : std::fabs(double(x) - double(y));
      result.maxDifference = std::max(result.maxDifference, difference);
      squares += difference * difference;
      result.maxUlp = std::max(result.maxUlp, uint64_t(std::llabs(ordinal(x) - ordinal(y))));
    }
    for (size_t i = 0; i < now.size(); ++i)
      result.sameTop +=
          largest(&(*a)[i * vocabulary], vocabulary) == largest(&(*b)[i * vocabulary], vocabulary);
    result.positions += int64_t(now.size());
    result.logits += int64_t(a->size());
  }
  result.rmsDifference = result.logits ? std::sqrt(squares / double(result.logits)) : 0;
  return result;
}

} // namespace accord::driver
