// A block by Verilator, stepped cycle by cycle by a bench or by one SC_METHOD of a running simulation.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "rtl/cosim/rtl_abi.h"
#include "rtl/cosim/rtl_build.h"

namespace accord::rtl {

class VerilatedBlock final : public sim::RtlBlock {
public:
  /// Builds the library if the cache has none (see buildRtl), loads it and resets the block.
  static Expected<std::shared_ptr<VerilatedBlock>> load(const sim::RtlSpec &spec, const RtlOptions &options);
  ~VerilatedBlock() override;
  VerilatedBlock(const VerilatedBlock &) = delete;
  VerilatedBlock &operator=(const VerilatedBlock &) = delete;

  const std::string &name() const override { return itsName; }
  const sim::RtlPorts &ports() const override { return itsPorts; }
  void reset() override { functions.reset(instance); }
  void step(sim::RtlPins &pins) override { functions.step(instance, &pins); }
  std::string failure() const override { return functions.failure(instance); }
  Status openTrace(const std::string &path) override;

  /// Where the library came from.
  const RtlLibrary &library() const { return origin; }

private:
  struct Functions {
    decltype(&accordRtlInfo) info = nullptr;
    decltype(&accordRtlCreate) create = nullptr;
    decltype(&accordRtlDestroy) destroy = nullptr;
    decltype(&accordRtlReset) reset = nullptr;
    decltype(&accordRtlStep) step = nullptr;
    decltype(&accordRtlFailure) failure = nullptr;
    decltype(&accordRtlTrace) trace = nullptr;
  };
  VerilatedBlock() = default;
  Status bind();

  std::string itsName;
  sim::RtlPorts itsPorts;
  RtlLibrary origin;
  Functions functions;
  void *handle = nullptr;
  AccordRtl instance = nullptr;
};

/// Loads blocks with these options: what a program hands to the simulation.
sim::RtlLoader rtlLoader(const RtlOptions &options);

} // namespace accord::rtl
