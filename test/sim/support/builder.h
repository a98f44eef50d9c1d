// Builds small programs by hand: buffers at the next free address, commands with views of whole buffers or
// tiles.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "sim/program/program.h"

#include <algorithm>
#include <cassert>

namespace accord::test {

class Builder {
public:
  program::Program program;

  Builder() {
    program.name = "test";
    program.hardwareHash = "0";
    program.locations = {"unknown"};
  }

  /// A buffer at the next free address of its memory.
  uint32_t buffer(const std::string &name, isa::Memory memory, isa::ElementType type, int64_t elements,
                  program::Role role = program::Role::Internal) {
    int64_t &at = next[static_cast<unsigned>(memory)];
    const uint32_t index = bufferAt(name, memory, type, elements, at, role);
    at += (program.buffers[index].bytes() + 63) / 64 * 64;
    return index;
  }
  /// A buffer over bytes that others may have as well.
  uint32_t bufferAt(const std::string &name, isa::Memory memory, isa::ElementType type, int64_t elements,
                    int64_t address, program::Role role = program::Role::Internal) {
    program.buffers.push_back({name, memory, type, elements, address, role});
    return static_cast<uint32_t>(program.buffers.size() - 1);
  }
  /// Row-major view from `offset` on.
  static program::View view(uint32_t buffer, std::vector<int64_t> sizes, int64_t offset = 0) {
    std::vector<int64_t> strides(sizes.size());
    int64_t step = 1;
    for (size_t i = sizes.size(); i-- > 0;) {
      strides[i] = step;
      step *= sizes[i];
    }
    return {buffer, offset, sizes, strides};
  }
  /// Appends; returns the command's index, its token.
  uint32_t add(isa::Opcode op, program::CompactList<program::View> reads,
               program::CompactList<program::View> writes, program::CompactList<uint32_t> after = {}) {
    program::Command c;
    c.op = op;
    c.reads = std::move(reads), c.writes = std::move(writes), c.after = std::move(after);
    program.locations.push_back("test:" + std::to_string(program.commands.size()));
    c.location = static_cast<uint32_t>(program.locations.size() - 1);
    program.commands.push_back(std::move(c));
    return static_cast<uint32_t>(program.commands.size() - 1);
  }
  /// Appends a map of this body (sim/isa/map_body.h), which stands.
  uint32_t map(const char *body, program::CompactList<program::View> reads, program::View write,
               program::CompactList<uint32_t> after = {}) {
    isa::MapBody steps;
    const std::string broken = isa::parse(body, steps);
    assert(broken.empty() && "a body that is whole");
    (void)broken;
    const auto found = std::find(program.bodies.begin(), program.bodies.end(), steps);
    const auto index = static_cast<uint32_t>(found - program.bodies.begin());
    if (found == program.bodies.end())
      program.bodies.push_back(std::move(steps));
    const uint32_t token = add(isa::Opcode::Map, std::move(reads), {write}, std::move(after));
    last().body = index;
    return token;
  }
  program::Command &last() { return program.commands.back(); }

private:
  int64_t next[isa::numMemories] = {};
};

} // namespace accord::test
