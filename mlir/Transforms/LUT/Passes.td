// The L1 passes of the `lut` dialect: from a product's meaning to the instruction of a LUT or MAC array.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_MLIR_TRANSFORMS_LUT_PASSES_TD
#define ACCORD_MLIR_TRANSFORMS_LUT_PASSES_TD

include "mlir/Pass/PassBase.td"

def LutSplitPrecompute : Pass<"lut-split-precompute", "::mlir::func::FuncOp"> {
  let summary = "split products into table construction and lookups";
  let description = [{
    What: a `lut.mpgemm` becomes `lut.precompute` and `lut.lookup_gemm`, with full tables {0, 1}.

    Why: tables depend on activations alone. As an op of their own they are made once for all products of the same
    activations (q, k and v; gate and up), and can be placed on another unit.

    Algorithm: in each block, in order, a product takes the tables of an earlier product of this block with the same
    codes, scale group and form, or makes them just before itself. Weights that are stored as planes hold inverted
    indices, so those products take half tables at once.

    Value-preserving: the integer sums are the same numbers. Limits: products in memory, and products whose scale
    group is not a multiple of 4 (a table would cross groups), stay as they are.

    Doctest: test/mlir/Transforms/LUT/split-precompute.mlir.
  }];
  let dependentDialects = ["::accord::lut::LUTDialect", "::mlir::tensor::TensorDialect"];
}

def LutSymmetrize : Pass<"lut-symmetrize", "::mlir::func::FuncOp"> {
  let summary = "halve tables by symmetry: weight bits {0, 1} become {-1, +1}";
  let description = [{
    What: a `lut.precompute` with full tables and its `lut.lookup_gemm` become the same ops with half tables.

    Why: with bits of -1 and +1 a table's second half is the negative of its first: 8 entries instead of 16, a sign
    instead of half of the multiplexer.

    Algorithm: q' = 2u - (2^b - 1), so isum = (isum' + (2^b - 1 - 2 zero) asum) / 2, exactly and in integers; scales
    are untouched. Only the form of the ops changes: the meaning of form = half holds the rest.

    Value-preserving. Limits: tables with a reader other than `lut.lookup_gemm`, or with a reader in another function,
    stay full, and so do their lookups.

    Doctest: test/mlir/Transforms/LUT/symmetrize.mlir.
  }];
  let dependentDialects = ["::accord::lut::LUTDialect", "::mlir::tensor::TensorDialect"];
}

def LutInvertIndices : Pass<"lut-invert-indices", "::mlir::func::FuncOp"> {
  let summary = "repack the weights of half-table lookups to planes with inverted indices";
  let description = [{
    What: each weight of a `lut.lookup_gemm` with half tables goes through a `lut.repack` to storage planes.

    Why: an index whose sign bit is set reads the negative of the entry at the inverted index. Inverted once, when
    weights are packed, it costs the array nothing.

    Algorithm: one repack for each weight value, where the value is defined, shared by all its lookups.

    Value-preserving: storage changes no value. Limits: lookups with full tables read plain indices and stay.

    Doctest: test/mlir/Transforms/LUT/invert-indices.mlir.
  }];
  let dependentDialects = ["::accord::lut::LUTDialect"];
}

def LutCheckInstr : Pass<"lut-check-instr", "::mlir::func::FuncOp"> {
  let summary = "refuse instructions that are wider than the machine's array";
  let description = [{
    What: nothing is changed; a `lut.lmma` (with `mac`, a `lut.mma`) whose `instr` has more m, n or k than the array is an
    error.

    Why: a file of L1 or L2 can be edited, and the shape in it is the machine's. Below L2 a command is a tile of any size
    that the machine's own array works through, so a wider instruction would be timed as the array's: it is refused where it
    can still be named. A narrower one runs on part of the array.

    Value-preserving. Doctest: test/mlir/Transforms/LUT/check-instr.mlir.
  }];
  let options = [Option<"mac", "mac", "bool", "false", "the array is a MAC array: look at lut.mma">,
                 Option<"m", "m", "int64_t", "2", "activation rows a step of the array">,
                 Option<"n", "n", "int64_t", "64", "output lanes a step">,
                 Option<"k", "k", "int64_t", "4", "weights along k a step">];
}

def LutToLMMA : Pass<"lut-to-lmma", "::mlir::func::FuncOp"> {
  let summary = "make lookups the instruction of the hardware's LUT array";
  let description = [{
    What: a `lut.lookup_gemm` with half tables on planes becomes a `lut.lmma` of the given shape.

    Why: from here on the shape of the machine is in the IR: tiles are checked against it, and it is what a backend
    lowers.

    Value-preserving: the same function with an instruction beside it. Limits: lookups with full tables or other
    storages stay; k is 4, the activations of a table, and any other value is refused.

    Doctest: test/mlir/Transforms/LUT/to-lmma.mlir.
  }];
  let dependentDialects = ["::accord::lut::LUTDialect"];
  let options = [
    Option<"m", "m", "int64_t", /*default=*/"2", "rows of the array (activation rows a step)">,
    Option<"n", "n", "int64_t", /*default=*/"64", "columns of the array (weight rows a step)">,
    Option<"k", "k", "int64_t", /*default=*/"4", "products along K that one lookup covers">];
}

def LutToMMA : Pass<"lut-to-mma", "::mlir::func::FuncOp"> {
  let summary = "make products the instruction of the hardware's MAC array";
  let description = [{
    What: a `lut.mpgemm` becomes a `lut.group_sums` and a `lut.mma` of the given shape, its weights through a
    `lut.repack` to storage planes.

    Why: a machine without tables multiplies. It reads the planes that a LUT array reads, so that two machines move the
    same bytes and differ in their arrays only.

    Algorithm: in each block, in order, a product takes the sums of an earlier product of this block with the same codes
    and scale group, or makes them just before itself. One repack for each weight value, where the value is defined.

    Value-preserving: the integer sums are the same numbers. Limits: products in memory, of dynamic K, and those whose
    scale group is not a multiple of 4 (a packed table would cross groups) stay as they are. Codes u - zero that are no
    int8 (8 bits with a minimum) are an error: no cell multiplies them.

    Doctest: test/mlir/Transforms/LUT/to-mma.mlir.
  }];
  let dependentDialects = ["::accord::lut::LUTDialect", "::mlir::tensor::TensorDialect"];
  let options = [
    Option<"m", "m", "int64_t", /*default=*/"4", "activation rows that a step's weights serve">,
    Option<"n", "n", "int64_t", /*default=*/"32", "columns of the array (weight rows a step)">,
    Option<"k", "k", "int64_t", /*default=*/"4", "products along K a step">];
}

def LutHoistRepack : Pass<"lut-hoist-repack", "::mlir::ModuleOp"> {
  let summary = "move repacks of weights into function arguments, for the loader to do";
  let description = [{
    What: a function argument that is only repacked takes the repacked type, and the repack goes. The argument's
    attribute `lut.source` keeps the type that the parameter file holds, so the loader knows what to pack.

    Why: packing is offline work; no step of a model may do it.

    Algorithm: functions in post-order of calls. An argument whose readers are all repacks to one type is retyped, and
    each caller's operand goes through a repack just before its call, which is hoisted in turn when the
    caller is reached. So one weight that several calls read is packed once.

    A repack of what depends on nothing stays where it is: `nn.param` is no argument, but the loader's all the same.

    Value-preserving. Any other repack that remains is an error that says why: its source is no argument, the argument
    has readers of another storage (each is noted), its function is also used other than by a call, or is in a cycle of calls.

    Doctest: test/mlir/Transforms/LUT/hoist-repack.mlir.
  }];
  let dependentDialects = ["::accord::lut::LUTDialect"];
}

#endif // ACCORD_MLIR_TRANSFORMS_LUT_PASSES_TD
