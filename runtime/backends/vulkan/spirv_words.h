// Reading and amending a SPIR-V module as words: what it needs of a device, and the float modes it is run in.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include <cstdint>
#include <string>
#include <vector>

namespace accord::rt {

/// The binary as words in host order, checked for its header, the lengths of its instructions, and an entry
/// point `entry`. Fails naming what is wrong.
Expected<std::vector<uint32_t>> readSpirv(const std::vector<uint8_t> &bytes, const std::string &entry);

/// Every capability the module declares, in order.
std::vector<uint32_t> capabilitiesOf(const std::vector<uint32_t> &words);

/// Names for messages: the SPIR-V capability, or its number.
std::string capabilityName(uint32_t capability);

/// Float controls of f32 (SPIR-V 1.4): each is a promise of the device, and makes the module rely on it.
struct FloatModes {
  bool denormPreserve = false;
  bool signedZeroInfNanPreserve = false;
  bool roundingRte = false;
};

/// Declares the modes for the entry points of a module that `readSpirv` accepted.
void declareFloatModes(std::vector<uint32_t> &words, const FloatModes &modes);

} // namespace accord::rt
