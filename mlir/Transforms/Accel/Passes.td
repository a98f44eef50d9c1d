// Passes on accel programs (L3): addresses, and the check that no command races another.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_MLIR_TRANSFORMS_ACCEL_PASSES_TD
#define ACCORD_MLIR_TRANSFORMS_ACCEL_PASSES_TD

include "mlir/Pass/PassBase.td"

def AccelAssignMemory : Pass<"accel-assign-memory", "::mlir::ModuleOp"> {
  let summary = "give every on-chip buffer an address";
  let description = [{
    What: `accel.address` (bytes, a multiple of 64) on each `memref.alloc` of spm and acc, one after the other in program
    order. Where they do not fit so, buffers take turns: one that no later op of the function's block touches gives its
    place to one whose first use comes later (first fit), and an `accel.barrier` stands before that use, for tokens order
    the commands of one buffer only.

    Limits: an address that is there already is replaced. Over the capacity is an error that lists the buffers, and so
    is a memory that the machine does not have.

    Doctest: test/mlir/Transforms/Accel/assign-memory.mlir.
  }];
  let dependentDialects = ["::accord::accel::AccelDialect"];
  let options = [Option<"hardware", "hardware", "std::string", /*default=*/"", "hardware file, or a name out of models/hardware">];
}

def AccelCheckHazards : Pass<"accel-check-hazards", "::mlir::ModuleOp"> {
  let summary = "refuse programs in which a command races another";
  let description = [{
    What: resolves each program for the given scalars and proves statically that every two commands that touch a common
    byte, one of them writing, are ordered, and that nothing is read that nothing wrote (dialects/Accel/README.md,
    happens-before; the proof is sim/program's). Changes nothing.

    Limits: one set of scalars a run, missing ones are 0. Needs addresses (`accel-assign-memory`). The first 10 races of
    a program are reported.

    Doctest: test/mlir/Transforms/Accel/check-hazards.mlir.
  }];
  let options = [ListOption<"scalars", "scalars", "int64_t", "values of the programs' index arguments">];
}

#endif
