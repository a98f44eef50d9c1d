// The code of a target for a program.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "tools/driver/toolchain.h"

#include <optional>
#include <vector>

namespace accord::driver {

enum class Target { Llvm, Spirv, Ptx, Program };

/// `llvm`, `spirv`, `ptx` or `program`; nothing for another word.
std::optional<Target> parseTarget(llvm::StringRef word);

/// The code of `target` for a function of a module at L3: text of LLVM and PTX, bytes of SPIR-V and of a
/// program, which is for the values `scalars` of its index arguments. `entry`: empty for the only public one.
Expected<std::string> emitTarget(Target target, Toolchain &toolchain, mlir::ModuleOp module,
                                 const std::string &entry, const std::vector<int64_t> &scalars,
                                 const std::string &path);

} // namespace accord::driver
