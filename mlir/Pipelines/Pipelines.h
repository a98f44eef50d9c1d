// The levels of the IR ladder and the passes between them: the only place where pass order is written.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "sim/hardware/hardware.h"

#include <optional>

namespace mlir {
class ModuleOp;
}

namespace accord {

/// Levels of the ladder: model, graph, schedule, program.
enum class Level { L0, L1, L2, L3 };

const char *name(Level level);
/// `L0` … `L3`; nothing for any other text.
std::optional<Level> parseLevel(llvm::StringRef text);

/// The level a module stands at. L3: a function has `accel.program`. L2: the module has a schedule, or lut or
/// nn ops stand in loops already. L1: products are tables and lookups, or sums and multiplications. L0:
/// anything else.
Level detectLevel(mlir::ModuleOp module);

/// Adds the passes that bring a file of L0 to the ops that L0 means things by: a user's linalg becomes `nn`,
/// any other op is refused. Changes nothing of a module that has been through it.
void addNormalization(mlir::OpPassManager &pm);

/// Adds the passes that bring a module from one level to another, after normalization where `from` is L0.
/// `pm` is on a module. Fails, with nothing added, when `to` is before `from`, or when the machine has no
/// array for a product to run on: a LUT array, which is taken where there are both, or an int8 MAC array.
llvm::LogicalResult buildPipeline(mlir::OpPassManager &pm, Level from, Level to, const Hardware &hardware);

/// Registers `accord-compile` for accord-opt: from the module's level up, options `hardware`, `from` and
/// `to`.
void registerCompilePipelines();

} // namespace accord
