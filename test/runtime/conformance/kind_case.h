// Single commands on random and boundary operands with golden's answers, for every execution of a program.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "test/runtime/cpu/compare.h"
#include "test/runtime/cpu/l3_text.h"

namespace accord::test {

/// A program of one command between loads and a store, a barrier behind each, and what its result must be.
struct KindCase {
  std::string name; ///< kind and extents, for messages
  L3Text l3;
  std::vector<Bytes> arguments; ///< in the order of the program's buffers
  std::vector<int64_t> scalars; ///< in the order of its index arguments
  Bytes want;                   ///< of the result, the last buffer
  bool floats = true;           ///< f32: NaNs are one value; else bits

  /// Compares a result with `want`; returns how many values were compared, and how many differ in `differ`.
  uint64_t compare(const Bytes &got, uint64_t &differ) const;
};

/// Cases of relu2_mul, map, contract, transpose, narrow, widen, expand, scores, softmax over live positions,
/// weigh, dequant with scales of several spans, mma, group_sums, and gather.
std::vector<KindCase> kindCases(Random &random);

} // namespace accord::test
