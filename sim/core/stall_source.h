// When a stream offers or takes beats: one deterministic pattern drives the cycle model and the bench.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <cstdint>

namespace accord::sim {

/// The other side of a valid/ready stream. A producer that has begun to offer a beat keeps offering it until
/// it is taken; a consumer's readiness may come and go.
class StallSource {
public:
  virtual ~StallSource() = default;
  /// The first cycle not before `cycle` in which beat `beat` may begin to be offered (or is taken, of a
  /// consumer). Monotone in `cycle`, and `next(b, next(b, c)) == next(b, c)`.
  virtual uint64_t next(uint64_t beat, uint64_t cycle) const = 0;
};

/// Never stalls.
class NoStalls final : public StallSource {
public:
  uint64_t next(uint64_t, uint64_t cycle) const override { return cycle; }
};

/// Active in about `activePercent` (1 to 100) of all cycles, which ones being a hash of seed and cycle.
class SeededStalls final : public StallSource {
public:
  SeededStalls(uint64_t seed, unsigned activePercent);
  uint64_t next(uint64_t beat, uint64_t cycle) const override;

private:
  bool activeAt(uint64_t cycle) const;

  uint64_t seed;
  uint64_t threshold;
};

} // namespace accord::sim
