// Passes that turn a program in loops form into the gpu form.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_LOOPS_TO_GPU_TD
#define ACCORD_LOOPS_TO_GPU_TD

include "mlir/Pass/PassBase.td"

def LoopsToGPU : Pass<"accord-loops-to-gpu", "::mlir::ModuleOp"> {
  let summary = "run a program's loops form on one workgroup";
  let description = [{
    Each `func.func {accel.program}` in loops form (what `accel-to-loops` leaves: `scf.parallel` for the work of each
    command, `scf.for` around them) becomes a `gpu.module` with one kernel that one workgroup executes. The gpu form is
    shared by SPIR-V and NVVM; README.md in this folder specifies it.

    Every `scf.parallel` (constant bounds, no reductions) becomes a loop over the linear index of its iterations, in
    steps of the workgroup from the invocation's id, followed by `gpu.barrier`. What is outside of them is uniform.
    Every memref is reached through a linear index into a storage buffer of rank 1: the offsets and strides of
    subviews are folded into the index. On-chip allocations are slices of one arena per element type, each aligned to
    64 bytes; a slice is never shared, so types never alias. f16 is stored as i16.

    A store outside of them is done by the first invocation between two barriers.

    A device may end a long dispatch, or silently end its loops: Mesa's lavapipe runs 65,535 loop iterations an
    invocation, of all loops together. A program of more than `step-budget` iterations an invocation is cut into
    steps (README.md); `accord.steps` on the kernel says into how many dispatches.

    Devices bind few buffers: a program that needs more than `max-bindings` gets one binding for all its buffers of an
    element type, one behind the other (`accord.parts`).

    Limits: 128 MiB a binding (a larger one is refused by name); no nested `scf.parallel`.
  }];
  let options = [
    Option<"workgroupSize", "workgroup-size", "unsigned", "64", "invocations of the workgroup, at least 32">,
    Option<"stepBudget", "step-budget", "uint64_t", "32768",
           "loop iterations that an invocation runs in one dispatch, at most">,
    Option<"maxBindings", "max-bindings", "unsigned", "32", "buffers that a kernel binds, at most">
  ];
  let dependentDialects = ["::mlir::gpu::GPUDialect", "::mlir::scf::SCFDialect", "::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect"];
}

#endif
