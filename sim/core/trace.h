// Hooks for whoever wants to see the run: slices of time that nest, on named tracks.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>
#include <string_view>

namespace accord::sim {

/// Takes what happened. On each track slices nest: the one that began last ends first, and cycles never go
/// back; between tracks there is no order. Called from inside the simulation: never throws.
class TraceSink {
public:
  virtual ~TraceSink() = default;
  /// Names a track, before its first slice.
  virtual void track(uint32_t track, std::string_view name) = 0;
  /// `kind` says what a slice is ("command"), `number` which one of them.
  virtual void begin(uint32_t track, std::string_view kind, std::string_view name, uint64_t number,
                     uint64_t cycle) = 0;
  virtual void end(uint32_t track, uint64_t cycle) = 0;
};

} // namespace accord::sim
