// From a prompt's tokens to text, and what a text costs a model: the loops around a session.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "runtime/tokenizer/tokenizer.h"
#include "tools/driver/sampling.h"
#include "tools/driver/session.h"

#include <atomic>
#include <functional>

namespace accord::driver {

/// Why a generation ended: all tokens that were asked for; a token that ends an answer; a signal.
enum class Stop { Length, End, Interrupted };
const char *name(Stop stop);

struct GenerateOptions {
  int64_t count = 0; ///< tokens to generate, at least 1
  SamplingOptions sampling;
  bool ignoreEnd = false; ///< go on after a token that ends an answer
  const std::atomic<bool> *interrupted = nullptr;
};

struct Generation {
  std::vector<int32_t> tokens; ///< without the one that ended the answer
  std::string text;            ///< whole UTF-8 characters; control tokens give none
  Stop stop = Stop::Length;
  /// Time in Session::evaluate: of the prompt, and of `steps` single tokens after it.
  double prefillSeconds = 0, decodeSeconds = 0;
  int64_t steps = 0;
};

/// Continues `prompt` (at least 1 token) from the session's position; `emit` gets the text as it comes. Fails
/// as the session and `emit` fail.
Expected<Generation> generate(Session &session, const tokenizer::Tokenizer &tokenizer,
                              llvm::ArrayRef<int32_t> prompt, const GenerateOptions &options,
                              const std::function<Status(const std::string &)> &emit);

/// Teacher forcing: how well a model foretells each token of a text from those before it.
struct Score {
  int64_t positions = 0; ///< whose logits were computed: all tokens
  int64_t predicted = 0; ///< tokens that have one before them
  double meanNll = 0;    ///< natural logarithm, negated, of the probability of each predicted token, averaged
  int64_t top1 = 0;      ///< predicted tokens that were the most likely
  double seconds = 0;
  bool interrupted = false;
};

/// Runs `tokens` (at least 2) from an empty session. `rows` gets the logits [positions][vocabulary] in
/// pieces, in order.
Expected<Score> score(Session &session, llvm::ArrayRef<int32_t> tokens, const std::atomic<bool> *interrupted,
                      const std::function<Status(llvm::ArrayRef<float>)> &rows);

/// How far a session that is not exact is from one that is.
struct Deviation {
  int64_t positions = 0, logits = 0; ///< compared
  int64_t sameTop = 0;               ///< positions with the same largest logit
  double rmsDifference = 0;          ///< root of the mean square of a - b
  double maxDifference = 0;          ///< |a - b| of logits; infinite where only one is a number
  uint64_t maxUlp = 0;               ///< f32 values between a and b
};

/// Runs `tokens` on both, from empty sessions.
Expected<Deviation> compareSessions(Session &exact, Session &other, llvm::ArrayRef<int32_t> tokens);

} // namespace accord::driver
