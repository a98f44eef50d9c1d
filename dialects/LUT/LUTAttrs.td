// Attributes of the `lut` dialect: storage encodings, table forms and the LUT array's instruction.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_DIALECTS_LUT_LUTATTRS_TD
#define ACCORD_DIALECTS_LUT_LUTATTRS_TD

include "dialects/LUT/LUTDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def LUT_Storage : I32EnumAttr<"Storage", "how weights lie in memory (table: Encoding.cpp)", [
    I32EnumAttrCase<"GGUFQ4_1", 0, "gguf_q4_1">,
    I32EnumAttrCase<"GGUFQ8_0", 1, "gguf_q8_0">,
    I32EnumAttrCase<"Planes", 2, "planes">]> {
  let cppNamespace = "::accord::lut";
  let genSpecializedAttr = 0;
}

def LUT_TableForm : I32EnumAttr<"TableForm", "tables of weight bits {0,1} (16 entries) or {-1,+1} (8 entries)", [
    I32EnumAttrCase<"Full", 0, "full">,
    I32EnumAttrCase<"Half", 1, "half">]> {
  let cppNamespace = "::accord::lut";
  let genSpecializedAttr = 0;
}
def LUT_TableFormAttr : EnumAttr<LUT_Dialect, LUT_TableForm, "form">;

def LUT_InstrAttr : AttrDef<LUT_Dialect, "Instr"> {
  let mnemonic = "instr";
  let summary = "the lookup instruction of a LUT array: shape and the four types";
  let description = [{
    One step of the array multiplies `m` rows of tables by `n` weight columns over `k` products; the operation that
    carries it covers a whole tile and the unit sequences its steps. `weight = u4` counts the planes of a weight.

    Example: `#lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>`
  }];
  let parameters = (ins "int64_t":$m, "int64_t":$n, "int64_t":$k, "::mlir::Type":$act, "unsigned":$weightBits,
                        "::mlir::Type":$accum, "::mlir::Type":$out);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

#endif // ACCORD_DIALECTS_LUT_LUTATTRS_TD
