// The pins of an RTL block in one clock cycle.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Plain data and nothing included but integers: a Verilated block's library compiles this very text
// (rtl/cosim/rtl_abi.h), so that a cycle crosses into it without a copy.
#pragma once
#include <stdint.h>

namespace accord::sim {

/// A beat of one stream. It moves when `valid` and `ready` are both high in the cycle.
struct RtlBeat {
  /// Of an input the caller's, and once high it stays, with its words, until `ready`; of an output the
  /// block's.
  bool valid = false;
  bool ready = false;
  /// Of an output: the command's last beat of it. Told while `valid`.
  bool last = false;
  /// The caller's, as many as the stream has, lowest bits first. Of an input read while `valid`, bits beyond
  /// its width 0; of an output written while `valid`.
  uint32_t *words = nullptr;
};

struct RtlPins {
  bool cmdValid = false, cmdReady = false;
  /// Read while `cmdValid`: one of each field, each no wider than its port.
  const uint32_t *fields = nullptr;
  /// One of each stream.
  RtlBeat *streams = nullptr;
};

} // namespace accord::sim
