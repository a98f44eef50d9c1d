// Names the input when a library crashes on it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <array>
#include <csignal>
#include <string>

namespace accord::tools {

/// While one lives, a crash (SIGSEGV, SIGABRT, SIGILL, SIGFPE) is an error that names the file which a
/// library works on, with exit code 1: parsers and compilers of others crash on some inputs, and a signal
/// says nothing. One at a time, on the thread that works; a stack that ran out is told too. Outputs are
/// written after such work, so nothing is left behind. Under AddressSanitizer it does nothing: that one's
/// report says more.
class Blame {
public:
  /// `step` is what is done to the file, after "expected to": a literal.
  Blame(const std::string &path, const char *step);
  ~Blame();
  Blame(const Blame &) = delete;
  Blame &operator=(const Blame &) = delete;

  /// Says it and ends the process; nothing without a Blame. For handlers of others.
  static void tell();

private:
  static constexpr std::array<int, 4> signals = {SIGSEGV, SIGABRT, SIGILL, SIGFPE};
  const std::string path;
  const char *const step;
  struct sigaction before[signals.size()];
  stack_t stackBefore;
  char stack[1 << 14]; ///< of the handler: what is below may have run out
};

} // namespace accord::tools
