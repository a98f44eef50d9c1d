// Passes between the gpu form and a SPIR-V binary.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_SPIRV_PASSES_TD
#define ACCORD_SPIRV_PASSES_TD

include "mlir/Pass/PassBase.td"

def PrepareSpirv : Pass<"accord-prepare-spirv", "::mlir::ModuleOp"> {
  let summary = "name the SPIR-V target, give each kernel its entry point ABI, and guard loops that may not run";
  let description = [{
    SPIR-V 1.5 (Vulkan 1.2) with 8- and 16-bit storage buffers and their arithmetic. What a program does not use is
    not required of the device: `spirv-update-vce` leaves only the capabilities that are needed. The workgroup is
    the kernel's `known_block_size`.

    MLIR 19 lowers the results of an `scf.for` to variables that only its body stores to, so a loop that runs no
    iteration would return what happens to be there. Unless its bounds are constants with an iteration between them, each
    result is replaced by `lower < upper ? result : initial value`.
  }];
  let dependentDialects = ["::mlir::spirv::SPIRVDialect", "::mlir::arith::ArithDialect"];
}

def SpirvExact : Pass<"accord-spirv-exact", "::mlir::spirv::ModuleOp"> {
  let summary = "make a SPIR-V module keep the numerics contract";
  let description = [{
    Decorates every f32 add, subtract, multiply and negate with NoContraction (without it a driver may fuse or fold
    them; lavapipe folds the magic add away), makes every ControlBarrier order storage buffers as well (the stock
    lowering of `gpu.barrier` orders workgroup memory only), and refuses, by name, every operation on floats that
    devices do not round alike: division, square root, fma, extended instructions, conversions between float widths.

    `without-no-contraction` leaves out the decoration. It exists for the tests that show that the device self-test
    catches its absence.
  }];
  let options = [
    Option<"withoutNoContraction", "without-no-contraction", "bool", "false", "leave out the decoration (tests only)">
  ];
}

#endif
