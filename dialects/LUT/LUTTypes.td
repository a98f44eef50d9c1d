// The weight type of the `lut` dialect.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_DIALECTS_LUT_LUTTYPES_TD
#define ACCORD_DIALECTS_LUT_LUTTYPES_TD

include "dialects/LUT/LUTDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinTypeInterfaces.td"

def LUT_WeightType : TypeDef<LUT_Dialect, "Weight", [MemRefElementTypeInterface]> {
  let mnemonic = "weight";
  let summary = "element of a quantized weight matrix [N, K]: its values, and apart from them its storage";
  let description = [{
    A weight is `w = d·(u − zero)`, with `min` `w = d·u + m`. The code u has `bits` bits; d and m are f16 numbers, one
    for each `group` weights along K (a group that does not divide K leaves a shorter last one). `storage` says how
    codes, scales and minima lie in memory and changes no value; a storage that fixes its codes admits no others.

    Example: `tensor<192x576x!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>>`

    * C1: 1 to 8 bits. C2: group at least 1. C3: zero is a code. C4: zero point or minimum, not both.
    * C5: bits, group, zero and min are the storage's, where it fixes them.
  }];
  let parameters = (ins "unsigned":$bits, "int64_t":$group, "int64_t":$zero, "bool":$hasMin,
                        "::accord::lut::Storage":$storage);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Weights along K of one storage block; a matrix must hold whole blocks. 1 where rows may have any length.
    int64_t getBlockLength() const;
    /// Bytes of an [n, k] matrix in this storage; k holds whole blocks.
    int64_t storageBytes(int64_t n, int64_t k) const;
    /// The same values in another storage. Null if that storage cannot hold them.
    WeightType withStorage(Storage storage) const;
  }];
}

#endif // ACCORD_DIALECTS_LUT_LUTTYPES_TD
