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
    A weight is `w = d·(u − zero)`, with `min` `w = d·u + m`. The code u has `bits` bits; there is one d (and m) for each
    `group` weights along K (a group that does not divide K leaves a shorter last one). d and m are f16 numbers, or with
    `scale = f32` f32 numbers: so are the products of two-level formats, and the one scale of an I2_S matrix.
    `storage` says how codes, scales and minima lie in memory and changes no value; a storage that fixes its codes
    admits no others.

    Examples: `tensor<192x576x!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>>`,
    `!lut.weight<u6, group = 16, zero = 32, scale = f32, storage = gguf_q6_k>`

    * C1: 1 to 8 bits. C2: group at least 1. C3: zero is a code. C4: zero point or minimum, not both.
    * C5: bits, group, zero, min and scale are the storage's, where it fixes them. The group of I2_S is K: whole blocks.
    * C6: scale is f16 (not printed) or f32.
  }];
  let parameters = (ins "unsigned":$bits, "int64_t":$group, "int64_t":$zero, "bool":$hasMin, "::mlir::Type":$scale,
                        "::accord::lut::Storage":$storage);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The type of weights in a storage that fixes their values, in rows of k weights (which only I2_S asks for).
    static WeightType ofStorage(::mlir::MLIRContext *context, Storage storage, int64_t k);
    /// Bytes of one scale or minimum: 2 or 4.
    int64_t getScaleBytes() const { return getScale().isF32() ? 4 : 2; }
    /// Weights along K of one storage block; a matrix must hold whole blocks. 1 where rows may have any length.
    int64_t getBlockLength() const;
    /// Bytes of an [n, k] matrix in this storage; k holds whole blocks.
    int64_t storageBytes(int64_t n, int64_t k) const;
    /// The same values in another storage. Null if that storage cannot hold them.
    WeightType withStorage(Storage storage) const;
  }];
}

#endif // ACCORD_DIALECTS_LUT_LUTTYPES_TD
