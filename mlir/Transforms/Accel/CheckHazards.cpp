// accel-check-hazards: the static race check of sim/program on every program of a module.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Accel/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Target/AccelProgram/EmitProgram.h"
#include "sim/program/hazards.h"
#include "sim/program/verify.h"

using namespace mlir;

namespace accord {
#define GEN_PASS_DEF_ACCELCHECKHAZARDS
#include "mlir/Transforms/Accel/Passes.h.inc"

namespace {

struct CheckHazards : impl::AccelCheckHazardsBase<CheckHazards> {
  using impl::AccelCheckHazardsBase<CheckHazards>::AccelCheckHazardsBase;

  LogicalResult check(func::FuncOp function) {
    SmallVector<int64_t> values(scalars.begin(), scalars.end());
    values.resize(llvm::count_if(function.getArgumentTypes(), [](Type t) { return t.isIndex(); }), 0);
    FailureOr<program::Program> resolved = emitProgram(function, values);
    if (failed(resolved))
      return failure();
    if (Status status = program::verify(*resolved); !status)
      return function.emitOpError() << status.error().message;
    LogicalResult ok = success();
    for (const program::Race &race : program::findRaces(*resolved, /*limit=*/10))
      ok = function.emitOpError() << program::describe(*resolved, race);
    return ok;
  }

  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr("accel.program") && failed(check(function)))
        signalPassFailure();
    markAllAnalysesPreserved();
  }
};

} // namespace
} // namespace accord
