// Compilation of LLVM bitcode to callable machine code.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "runtime/backends/cpu/code_cache.h"
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace accord::rt {

/// The packed entry of a program: its buffers, then its scalars, each in the order of the arguments.
using PackedEntry = void (*)(void **buffers, int64_t *scalars);

/// Machine code in memory; its entries live as long as the object.
class JitProgram {
public:
  virtual ~JitProgram() = default;
  /// The entry that was asked for when the program was compiled.
  virtual PackedEntry entry() const = 0;
  /// Another one of the same bitcode.
  virtual Expected<PackedEntry> entry(const std::string &name) = 0;
  /// Where the code came from.
  virtual const CodeOrigin &origin() const = 0;
};

struct CompileOptions {
  /// A product and a sum may be contracted: results are not exact.
  bool fast = false;
  /// The code is made of vectors already (graph-to-cpu): clean-up without vectorizers, in a fraction of the
  /// time.
  bool vectorized = false;
  /// Where code is looked for, and left when it had to be made; may be null.
  const CodeCache *cache = nullptr;
};

/// Compiles `bitcode` at -O3 for `target` ("host", "avx2", "portable") without contraction of a multiply and
/// an add, unless `options` allow it. Code may call malloc, free, memcpy, memmove, memset and
/// accord_team_barrier and nothing else. Errors name the missing symbol, the malformed bitcode or the unknown
/// target.
Expected<std::unique_ptr<JitProgram>> compileBitcode(const std::vector<uint8_t> &bitcode,
                                                     const std::string &entry, std::string_view target,
                                                     const CompileOptions &options = {});

/// Success when `target` is a word that compileBitcode knows and this machine can run.
Status checkTarget(std::string_view target);

/// Whether code for `target` may use a feature by LLVM's name of it ("avx512vnni"). False for unknown words.
bool targetHasFeature(std::string_view target, std::string_view feature);

/// The CPU's model from the operating system, or LLVM's name of it.
std::string cpuModel();

} // namespace accord::rt
