// The contract of an RTL block: a clock, a stream of commands, streams of data in and out.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bench, co-simulation and the running simulation know blocks by this alone. Who makes one (Verilator, a
// class of a test) is a loader's business, which programs hand to whoever needs blocks.
#pragma once
#include "accord/error.h"
#include "sim/core/rtl_pins.h"
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace accord::sim {

/// Which block, and the parameters of its module.
struct RtlSpec {
  std::string block;
  std::vector<std::pair<std::string, int64_t>> parameters;
};

struct RtlStream {
  std::string name;
  uint32_t words = 0; ///< of 32 bits in a beat
  bool output = false;
};
inline bool operator==(const RtlStream &a, const RtlStream &b) {
  return a.name == b.name && a.words == b.words && a.output == b.output;
}

/// What a block is driven by, in the order of its ports.
struct RtlPorts {
  std::vector<std::string> fields; ///< of a command, each of 32 bits at most
  std::vector<RtlStream> streams;

  /// In a line, for messages: `cmd m n; table in 6, out out 16`.
  std::string text() const;
};
inline bool operator==(const RtlPorts &a, const RtlPorts &b) {
  return a.fields == b.fields && a.streams == b.streams;
}

/// One instance of a block, idle after it was made. Not safe for concurrent use; instances are independent of
/// each other.
///
/// It is ready for a command only while idle, and moves no beat while idle. An output stream's last beat says
/// so. In the cycle after the last output beat of all streams it is idle again.
class RtlBlock {
public:
  virtual ~RtlBlock() = default;

  /// As of its RtlSpec.
  virtual const std::string &name() const = 0;
  virtual const RtlPorts &ports() const = 0;
  /// Ends what is under way: the block is idle afterwards, without a failure; a trace goes on.
  virtual void reset() = 0;
  /// One clock cycle. Outputs are those before the edge.
  virtual void step(RtlPins &pins) = 0;
  /// The first assertion that failed since the last reset, as the RTL words it; empty when none did, or when
  /// it was made without assertions.
  virtual std::string failure() const = 0;
  /// Writes a VCD waveform from now on. Fails when it was made without traces, or the file cannot be
  /// written.
  virtual Status openTrace(const std::string &path) = 0;
};

using RtlLoader = std::function<Expected<std::shared_ptr<RtlBlock>>(const RtlSpec &)>;

} // namespace accord::sim
