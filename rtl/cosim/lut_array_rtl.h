// The Verilated LUT array, stepped cycle by cycle by a bench or by one SC_METHOD of a running simulation.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "rtl/cosim/rtl_build.h"
#include "rtl/lut_array/lut_array_abi.h"
#include "sim/models/lut_array/lut_array_model.h"
#include <memory>
#include <string>

namespace accord::rtl {

using LutArrayIn = AccordLutArrayIn;
using LutArrayOut = AccordLutArrayOut;

/// One instance of the array. Not safe for concurrent use; instances are independent of each other.
class LutArrayRtl {
public:
  /// Builds the library if the cache has none (see buildRtl), loads it and resets the array.
  static Expected<std::shared_ptr<LutArrayRtl>> load(const sim::LutArrayConfig &config,
                                                     const RtlOptions &options);
  ~LutArrayRtl();
  LutArrayRtl(const LutArrayRtl &) = delete;
  LutArrayRtl &operator=(const LutArrayRtl &) = delete;

  /// Two cycles of reset; the array is idle afterwards and a trace goes on.
  void reset();
  /// One clock cycle. `out.out` points to outLanes() words of the caller. Outputs are those before the edge.
  void step(const LutArrayIn &in, LutArrayOut &out) { functions.step(instance, &in, &out); }
  /// The first assertion that failed, as the RTL words it; empty when none did, or without
  /// RtlOptions::assertions.
  std::string failure() const;
  /// Writes a VCD waveform from now on. Needs RtlOptions::trace.
  Status openTrace(const std::string &path);

  const sim::LutArrayConfig &config() const { return parameters; }
  /// Where the library came from.
  const RtlLibrary &library() const { return origin; }
  /// 32-bit words of a table beat and of a weight beat; lanes of an output beat.
  uint32_t tableWords() const { return info.tableWords; }
  uint32_t weightWords() const { return info.weightWords; }
  uint32_t outLanes() const { return info.outLanes; }

private:
  struct Functions {
    decltype(&accordLutArrayInfo) info = nullptr;
    decltype(&accordLutArrayCreate) create = nullptr;
    decltype(&accordLutArrayDestroy) destroy = nullptr;
    decltype(&accordLutArrayReset) reset = nullptr;
    decltype(&accordLutArrayStep) step = nullptr;
    decltype(&accordLutArrayFailure) failure = nullptr;
    decltype(&accordLutArrayTrace) trace = nullptr;
  };
  LutArrayRtl() = default;

  sim::LutArrayConfig parameters;
  RtlLibrary origin;
  Functions functions;
  AccordLutArrayInfo info = {};
  void *handle = nullptr;
  AccordLutArray instance = nullptr;
};

/// Packs one table beat: entries [rows][2^(kDim-1)] of int16, rows <= mDim, absent rows zero, into the
/// `words` (LutArrayRtl::tableWords) of a beat. An entry beyond tableBits is cut (asserted).
void packTableBeat(const sim::LutArrayConfig &config, const int16_t *const *rows, int64_t rowCount,
                   uint32_t *words);

} // namespace accord::rtl
