// The `nn` dialect: the f32 operations of a network whose order of summation is part of their meaning.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_DIALECTS_NN_NNDIALECT_TD
#define ACCORD_DIALECTS_NN_NNDIALECT_TD

include "mlir/IR/OpBase.td"

def NN_Dialect : Dialect {
  let name = "nn";
  let cppNamespace = "::accord::nn";
  let summary = "norms, softmax, rotations and activations of a network, with a stated order of summation";
  let description = [{
    linalg leaves the order of a reduction and the roundings of exp or rsqrt open; here both are fixed, so that every
    execution gives the same bits. See README.md of this folder.
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::tensor::TensorDialect"];
  let useDefaultAttributePrinterParser = 1;
}

#endif // ACCORD_DIALECTS_NN_NNDIALECT_TD
