// Hooks for whoever wants to see the run: spans of time on named tracks.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>

namespace accord::sim {

/// Takes what happened, in order of `end`. Called from inside the simulation: returns quickly and never
/// throws.
class TraceSink {
public:
  virtual ~TraceSink() = default;
  /// `what` (a command's number, say) occupied `track` from cycle `begin` to cycle `end`.
  virtual void span(const char *track, uint64_t what, uint64_t begin, uint64_t end) = 0;
};

} // namespace accord::sim
