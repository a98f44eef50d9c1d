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

def CheckAccesses : Pass<"check-accesses", "::mlir::ModuleOp"> {
  let summary = "refuse a graph that may leave its tensors or caches";
  let description = [{
    What: fails at the first slice, cache access or token that lies outside for some call that the entries' callers may make,
    and at a resource that is not as long as its type (`CheckAccesses.h` says it whole). Nothing is changed.

    Why: native code checks none of it again.

    Algorithm: numbers are followed as a + b p + c r of position p and r tokens, through calls; such a number has its least
    and its greatest value at a corner of p >= 0, r >= 1, p + r <= positions.

    Limits: a number that is no such sum is refused where it matters.

    Doctest: test/mlir/Transforms/Model/check-accesses.mlir.
  }];
}

#endif
