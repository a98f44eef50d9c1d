// The L1 passes of the `lut` dialect, and the pipeline that runs them in order.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassOptions.h"

namespace mlir {
class ModuleOp;
namespace func {
class FuncOp;
}
} // namespace mlir

namespace accord::lut {

#define GEN_PASS_DECL
#include "mlir/Transforms/LUT/Passes.h.inc"

/// The shape of the LUT array that products are brought to.
struct LutGraphOptions : mlir::PassPipelineOptions<LutGraphOptions> {
  Option<int64_t> m{*this, "m", llvm::cl::desc("rows of the array"), llvm::cl::init(2)};
  Option<int64_t> n{*this, "n", llvm::cl::desc("columns of the array"), llvm::cl::init(64)};
  Option<int64_t> k{*this, "k", llvm::cl::desc("products along K that one lookup covers"), llvm::cl::init(4)};
};

/// The shape of the MAC array that products are brought to.
struct MacGraphOptions : mlir::PassPipelineOptions<MacGraphOptions> {
  Option<int64_t> m{*this, "m", llvm::cl::desc("activation rows that a step's weights serve"),
                    llvm::cl::init(4)};
  Option<int64_t> n{*this, "n", llvm::cl::desc("columns of the array (weight rows a step)"),
                    llvm::cl::init(32)};
  Option<int64_t> k{*this, "k", llvm::cl::desc("products along K a step"), llvm::cl::init(4)};
};

/// L0 to L1 for `lut` on a machine without tables: every product a `lut.mma` on hoisted planes. Runs on a
/// module.
void buildMacGraphPipeline(mlir::OpPassManager &pm, const MacGraphOptions &options);

/// L0 to L1 for `lut`: every product a `lut.lmma` on hoisted planes. Runs on a module.
void buildLutGraphPipeline(mlir::OpPassManager &pm, const LutGraphOptions &options);

#define GEN_PASS_REGISTRATION
#include "mlir/Transforms/LUT/Passes.h.inc"

/// Registers the pipelines as `lut-graph` and `mac-graph`; the passes are registered by registerLUTPasses.
void registerLutGraphPipeline();
void registerMacGraphPipeline();

} // namespace accord::lut
