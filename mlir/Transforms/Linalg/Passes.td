// The pass that brings a user's linalg to the ops of L0.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_MLIR_TRANSFORMS_LINALG_PASSES_TD
#define ACCORD_MLIR_TRANSFORMS_LINALG_PASSES_TD

include "mlir/Pass/PassBase.td"

def LinalgToNN : Pass<"linalg-to-nn", "::mlir::ModuleOp"> {
  let summary = "raise linalg on tensors to the ops of L0, or say which op is none";
  let description = [{
    What: every linalg op becomes an op of `nn`, and every op of the module is one that L0 has. README.md of this folder lists
    the legal ops and what each becomes.

    Why: linalg leaves the order of a sum and the bits of exp open; an op of `nn` has one meaning in every execution. So a model from
    another front end gets its order here, once, and stated.

    Algorithm: ops that only move data (fill, broadcast, transpose, copy, generics that yield an input) are looked through by their
    readers, by composing indexing maps; those that are still read become views, `nn.transpose` or copies at the end.
    A contraction is told by its maps and its body, not by its name: the axes of each operand are rows, columns or k, in
    an order that a view, or at most one transpose, makes a matrix. An elementwise op becomes `nn.map`, its axes grouped in two
    so that every operand is a matrix, a row, a column or a scalar; bodies that are an op of `nn` become that op.

    Limits: f32 (f16 and bf16 for one factor of a product); one result an op; one block a function. All or nothing: it works on a clone,
    and a refusal leaves the module as it was, with one error at the op.

    Doctest: test/mlir/Transforms/Linalg/.
  }];
  let dependentDialects = ["::accord::nn::NNDialect", "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"];
}

def MatrixArguments : Pass<"matrix-arguments", "::mlir::ModuleOp"> {
  let summary = "take arguments and give results as the matrices that ops of L0 read and write";
  let description = [{
    What: an argument whose every use is one view (`tensor.collapse_shape`, `expand_shape`) has the view's type, a result that is a view has
    the type of what it views. The bytes are the same, so whoever calls hands over what he did before.

    Why: other front ends have batches and heads as axes of their own; a program's buffers are matrices, and a view between buffer
    and op would be a command that does nothing.

    Limits: static types; functions that the module does not call.
  }];
}

#endif // ACCORD_MLIR_TRANSFORMS_LINALG_PASSES_TD
