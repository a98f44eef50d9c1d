// Is each instruction one that the machine's array has? See Passes.td.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/LUT/LUT.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Transforms/LUT/Passes.h"

using namespace mlir;

namespace accord::lut {
#define GEN_PASS_DEF_LUTCHECKINSTR
#include "mlir/Transforms/LUT/Passes.h.inc"

namespace {

struct CheckInstr : impl::LutCheckInstrBase<CheckInstr> {
  using impl::LutCheckInstrBase<CheckInstr>::LutCheckInstrBase;

  void runOnOperation() override {
    WalkResult result = getOperation().walk([&](Operation *op) {
      InstrAttr instr;
      if (auto lmma = dyn_cast<LMMAOp>(op); lmma && !mac)
        instr = lmma.getInstr();
      else if (auto mma = dyn_cast<MMAOp>(op); mma && mac)
        instr = mma.getInstr();
      if (!instr || (instr.getM() <= m && instr.getN() <= n && instr.getK() <= k))
        return WalkResult::advance();
      op->emitOpError() << "expected an instr of at most m = " << m.getValue() << ", n = " << n.getValue()
                        << ", k = " << k.getValue() << ", the " << (mac ? "mac_array" : "lut_array")
                        << " of the machine, got m = " << instr.getM() << ", n = " << instr.getN()
                        << ", k = " << instr.getK();
      return WalkResult::interrupt();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace
} // namespace accord::lut
