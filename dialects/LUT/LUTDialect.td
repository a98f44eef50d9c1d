// The `lut` dialect: products with quantized weights by table lookup.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_DIALECTS_LUT_LUTDIALECT_TD
#define ACCORD_DIALECTS_LUT_LUTDIALECT_TD

include "mlir/IR/OpBase.td"

def LUT_Dialect : Dialect {
  let name = "lut";
  let cppNamespace = "::accord::lut";
  let summary = "products of quantized activations and packed weights, down to table lookups";
  let description = [{
    Holds a quantized matrix product at three distances from the machine: its target-free meaning (`lut.mpgemm`), the
    product split into tables and lookups (`lut.precompute`, `lut.lookup_gemm`), and the instruction of a LUT array
    (`lut.lmma`). All three give the same bits. See README.md of this folder for the constraints and their reasons.
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::tensor::TensorDialect"];
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let hasRegionArgAttrVerify = 1;
}

#endif // ACCORD_DIALECTS_LUT_LUTDIALECT_TD
