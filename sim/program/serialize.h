// The file form of a program: how the compiler hands it to a simulator in another process.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "sim/program/program.h"

#include <string>
#include <string_view>

namespace accord::program {

/// Most that a file may hold; parse refuses more before it allocates.
struct Limits {
  static constexpr uint64_t stringBytes = uint64_t(1) << 16;
  static constexpr uint64_t buffers = uint64_t(1) << 20;
  static constexpr uint64_t commands = uint64_t(1) << 28;
  static constexpr uint64_t locations = uint64_t(1) << 24;
  static constexpr uint64_t ops = uint64_t(1) << 20;
  static constexpr uint64_t views = 32; ///< reads or writes of one command
  static constexpr uint64_t rank = 4;
  static constexpr uint64_t bodies = uint64_t(1) << 16;
  static constexpr uint64_t mapBodies = uint64_t(1) << 16;
  static constexpr uint64_t calls = uint64_t(1) << 20;
};

/// The bytes of `program` (layout: README.md). One program has one form: equal bytes, equal programs.
std::string serialize(const Program &program);

/// The program in `bytes`; `name` stands for the file in messages. Checks the form only (every count,
/// enumerator and index of a buffer, token or location); what commands mean is verify's. Never allocates more
/// than a small multiple of `bytes`. Errors: `name: byte N: expected X, got Y`.
Expected<Program> parse(std::string_view bytes, const std::string &name);

} // namespace accord::program
