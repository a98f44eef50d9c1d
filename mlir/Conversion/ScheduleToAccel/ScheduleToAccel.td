// The pass from a scheduled payload to an accel program.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_MLIR_CONVERSION_SCHEDULETOACCEL_TD
#define ACCORD_MLIR_CONVERSION_SCHEDULETOACCEL_TD

include "mlir/Pass/PassBase.td"

def ScheduleToAccel : Pass<"schedule-to-accel", "::mlir::ModuleOp"> {
  let summary = "tiled tensor code becomes buffers, copies and commands with tokens (L2 to L3)";
  let description = [{
    What: every function with a body becomes an accel program of the same name: `accel.program`, arguments in dram with
    `accel.role` and `accel.name` (packed weights as planes or codes, d and min, which `accel.part` says;
    `accel.source` is the type the parameter file holds), on-chip buffers at its top, `scf.for` with tokens as iter_args. Results become trailing arguments.

    Algorithm: Lowering.h.

    Limits: one block a function, lut and nn ops in `scf.for`, static shapes; calls are refused (inline first). A
    tensor that one op makes and another reads, and that is not fused, stays on chip whole; one that the function also
    returns goes through dram.

    Doctest: test/mlir/Conversion/ScheduleToAccel/gemm.mlir.
  }];
  let dependentDialects = ["::accord::accel::AccelDialect", "::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}

#endif
