// The pass from a model's graph to code for a team of CPU threads.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_GRAPH_TO_CPU_TD
#define ACCORD_GRAPH_TO_CPU_TD

include "mlir/Pass/PassBase.td"

def GraphToCPU : Pass<"graph-to-cpu", "::mlir::ModuleOp"> {
  let summary = "lower a model's graph to kernels and functions that a team of threads runs";
  let description = [{
    What: every function of a model (L0: ops of `nn`, `lut.quantize_act`, `lut.mpgemm`, `tensor.empty`, `tensor.dim`,
    `tensor.extract_slice`, `tensor.cast`, index arithmetic, calls) becomes straight-line code `@graph_f` that every
    thread runs: calls of kernels on the thread's share, and barriers where one thread reads what another wrote. Each
    distinct op signature is one private function `@kernel_...` on vectors of 16 lanes. A public function @f gets the
    entry `__accord_f(buffers, scalars)` of an rt::Image with a team.

    Why: L1 with a target's own schedule is the fast path; README.md says why it gives golden's bits.

    Limits: control flow, a `lut.mpgemm` that accumulates, dynamic sizes other than the rows of the arguments, and all
    other ops are refused at their place.

    Doctest: test/mlir/Conversion/GraphToCPU/graph-to-cpu.mlir.
  }];
  let options = [
    Option<"dot", "dot", "std::string", "\"plain\"", "products of bytes: vnni512, pairs512, pairs256 or plain">,
    Option<"f16c", "f16c", "bool", "false", "the machine converts f16">,
    Option<"fast", "fast", "bool", "false", "contraction is allowed: not exact">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect", "::mlir::LLVM::LLVMDialect",
                           "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"];
}

#endif
