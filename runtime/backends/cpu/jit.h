// Compilation of LLVM bitcode to callable machine code.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace accord::rt {

/// The packed entry of a program: its buffers, then its scalars, each in the order of the arguments.
using PackedEntry = void (*)(void **buffers, int64_t *scalars);

/// Machine code in memory; the entry lives as long as the object.
class JitProgram {
public:
  virtual ~JitProgram() = default;
  virtual PackedEntry entry() const = 0;
};

/// Compiles `bitcode` at -O3 for `target` ("host", "avx2", "portable") without contraction of a multiply and
/// an add. Code may call malloc, free, memcpy, memmove and memset and nothing else. Errors name the missing
/// symbol, the malformed bitcode or the unknown target.
Expected<std::unique_ptr<JitProgram>> compileBitcode(const std::vector<uint8_t> &bitcode,
                                                     const std::string &entry, std::string_view target);

/// Success when `target` is a word that compileBitcode knows and this machine can run.
Status checkTarget(std::string_view target);

/// The CPU's model from the operating system, or LLVM's name of it.
std::string cpuModel();

} // namespace accord::rt
