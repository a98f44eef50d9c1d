// SPIR-V as words; numbers are those of the SPIR-V 1.5 specification.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/backends/vulkan/spirv_words.h"
#include <cstring>

namespace accord::rt {
namespace {

constexpr uint32_t magic = 0x07230203, headerWords = 5;
constexpr uint32_t opEntryPoint = 15, opExecutionMode = 16, opCapability = 17;

uint32_t lengthAt(const std::vector<uint32_t> &words, size_t at) { return words[at] >> 16; }
uint32_t opcodeAt(const std::vector<uint32_t> &words, size_t at) { return words[at] & 0xffff; }

/// A literal string: characters from the lowest byte of each word on, ended by a zero.
std::string stringAt(const std::vector<uint32_t> &words, size_t at, size_t end) {
  std::string text;
  for (; at < end; ++at)
    for (int shift = 0; shift < 32; shift += 8) {
      char c = char(words[at] >> shift & 0xff);
      if (!c)
        return text;
      text += c;
    }
  return text;
}

} // namespace

Expected<std::vector<uint32_t>> readSpirv(const std::vector<uint8_t> &bytes, const std::string &entry) {
  if (bytes.size() % 4 != 0 || bytes.size() < headerWords * 4)
    return Error{"SPIR-V: expected a header and whole words, got " + std::to_string(bytes.size()) + " bytes"};
  std::vector<uint32_t> words(bytes.size() / 4);
  std::memcpy(words.data(), bytes.data(), bytes.size());
  if (words[0] != magic)
    return Error{"SPIR-V: expected the magic number, got " + std::to_string(words[0])};
  bool found = false;
  for (size_t at = headerWords; at < words.size(); at += lengthAt(words, at)) {
    uint32_t length = lengthAt(words, at);
    if (length == 0 || length > words.size() - at)
      return Error{"SPIR-V: word " + std::to_string(at) +
                   ": expected an instruction inside the module, got " + std::to_string(length) + " words"};
    if (opcodeAt(words, at) == opEntryPoint && length > 3)
      found |= stringAt(words, at + 3, at + length) == entry;
  }
  if (!found)
    return Error{"SPIR-V: expected an entry point '" + entry + "', got none"};
  return words;
}

std::vector<uint32_t> capabilitiesOf(const std::vector<uint32_t> &words) {
  std::vector<uint32_t> found;
  for (size_t at = headerWords; at < words.size() && opcodeAt(words, at) == opCapability;
       at += lengthAt(words, at))
    found.push_back(words[at + 1]);
  return found;
}

std::string capabilityName(uint32_t capability) {
  switch (capability) {
  case 1:
    return "Shader";
  case 9:
    return "Float16";
  case 10:
    return "Float64";
  case 11:
    return "Int64";
  case 22:
    return "Int16";
  case 39:
    return "Int8";
  case 4433:
    return "StorageBuffer16BitAccess";
  case 4448:
    return "StorageBuffer8BitAccess";
  case 4464:
    return "DenormPreserve";
  case 4466:
    return "SignedZeroInfNanPreserve";
  case 4467:
    return "RoundingModeRTE";
  default:
    return "capability " + std::to_string(capability);
  }
}

void declareFloatModes(std::vector<uint32_t> &words, const FloatModes &modes) {
  struct Mode {
    bool wanted;
    uint32_t mode, capability;
  };
  std::vector<uint32_t> entries;
  size_t afterEntries = 0;
  for (size_t at = headerWords; at < words.size(); at += lengthAt(words, at))
    if (opcodeAt(words, at) == opEntryPoint) {
      entries.push_back(words[at + 2]);
      afterEntries = at + lengthAt(words, at);
    }
  std::vector<uint32_t> capabilities, executionModes;
  for (Mode m : {Mode{modes.denormPreserve, 4459, 4464}, Mode{modes.signedZeroInfNanPreserve, 4461, 4466},
                 Mode{modes.roundingRte, 4462, 4467}}) {
    if (!m.wanted)
      continue;
    capabilities.insert(capabilities.end(), {2u << 16 | opCapability, m.capability});
    for (uint32_t entry : entries)
      executionModes.insert(executionModes.end(), {4u << 16 | opExecutionMode, entry, m.mode, 32u});
  }
  // The later place first, so that the earlier one stays where it is.
  words.insert(words.begin() + afterEntries, executionModes.begin(), executionModes.end());
  words.insert(words.begin() + headerWords, capabilities.begin(), capabilities.end());
}

} // namespace accord::rt
