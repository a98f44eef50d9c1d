// Images by a program's own buffers, as tests write them down, and by the parameters that a sequence has.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/system/dram_image.h"

namespace accord::test {

/// From index into Program::buffers to index into sequenceOf(program).buffers.
inline sim::DramImage toParameters(const program::Program &program, const sim::DramImage &image) {
  const std::vector<uint32_t> parameters = program::parametersOf(program);
  sim::DramImage result;
  for (uint32_t i = 0; i < parameters.size(); ++i)
    if (auto content = image.buffers.find(parameters[i]); content != image.buffers.end())
      result.buffers[i] = content->second;
  return result;
}
/// And back.
inline sim::DramImage toBuffers(const program::Program &program, const sim::DramImage &image) {
  const std::vector<uint32_t> parameters = program::parametersOf(program);
  sim::DramImage result;
  for (const auto &[index, content] : image.buffers)
    result.buffers[parameters[index]] = content;
  return result;
}

} // namespace accord::test
