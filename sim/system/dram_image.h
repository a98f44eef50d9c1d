// The bytes of a program's dram buffers, in memory and as one file.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "sim/program/program.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace accord::sim {

/// Contents by index into Program::buffers. Before a run: every argument and inout buffer. After it: every
/// dram buffer.
struct DramImage {
  std::map<uint32_t, std::vector<uint8_t>> buffers;
};

/// The buffers of `image` whose role is in `roles`, as a container: magic `ACCDRAM\0`, u32 version, u32
/// count, then per buffer u32 index, u64 bytes, the bytes. Little endian.
std::string writeImage(const program::Program &program, const DramImage &image,
                       const std::vector<program::Role> &roles);

/// Reads a container; every index has to be a dram buffer of `program`, of its size, and to come once.
/// Errors: `name: byte N: expected X, got Y`.
Expected<DramImage> readImage(const program::Program &program, std::string_view bytes,
                              const std::string &name);

/// Fails unless all contents are of dram buffers and of their sizes, and every argument and inout buffer has
/// one.
Status checkImage(const program::Program &program, const DramImage &image);

} // namespace accord::sim
