// Passes that make a model a sequence of programs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_MLIR_TRANSFORMS_MODEL_PASSES_TD
#define ACCORD_MLIR_TRANSFORMS_MODEL_PASSES_TD

include "mlir/Pass/PassBase.td"

def ModelToSequence : Pass<"model-to-sequence", "::mlir::ModuleOp"> {
  let summary = "make functions that call layers sequences of calls";
  let description = [{
    What: a function that calls others comes to hold calls only, and is marked `accel.sequence`. What it computes itself,
    between two calls, becomes a function of its own (`@decode_step0`, ..) that is called in its place. What it takes from
    the parameter file becomes arguments: a weight with `accel.param` (its name) and, where it is repacked, `lut.source`; a
    rotary table with `accel.rope`. A function that calls none has its parameters lifted alike, and stays a program.

    Why: a machine runs one program after the other, each on buffers in dram, and packing is a loader's work. So a
    layer is compiled once for each signature, whatever the number of layers.

    Algorithm: one walk over the block. Constants and `tensor.empty` go along into every step that uses them; slices of
    whole rows stay in the sequence, where they are windows of a buffer.

    Limits: functions of one block. A slice that is no window of consecutive rows is refused.

    Doctest: test/mlir/Transforms/Model/model-to-sequence.mlir.
  }];
  let dependentDialects = ["::mlir::func::FuncDialect", "::mlir::arith::ArithDialect"];
}

#endif
