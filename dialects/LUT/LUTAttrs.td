// Attributes of the `lut` dialect: storage encodings, table forms and the arrays' instruction.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_DIALECTS_LUT_LUTATTRS_TD
#define ACCORD_DIALECTS_LUT_LUTATTRS_TD

include "dialects/LUT/LUTDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def LUT_Storage : I32EnumAttr<"Storage", "how weights lie in memory (table: Encoding.cpp)", [
    I32EnumAttrCase<"GGUFQ4_0", 0, "gguf_q4_0">,
    I32EnumAttrCase<"GGUFQ4_1", 1, "gguf_q4_1">,
    I32EnumAttrCase<"GGUFQ5_0", 2, "gguf_q5_0">,
    I32EnumAttrCase<"GGUFQ5_1", 3, "gguf_q5_1">,
    I32EnumAttrCase<"GGUFQ8_0", 4, "gguf_q8_0">,
    I32EnumAttrCase<"GGUFQ2_K", 5, "gguf_q2_k">,
    I32EnumAttrCase<"GGUFQ3_K", 6, "gguf_q3_k">,
    I32EnumAttrCase<"GGUFQ4_K", 7, "gguf_q4_k">,
    I32EnumAttrCase<"GGUFQ5_K", 8, "gguf_q5_k">,
    I32EnumAttrCase<"GGUFQ6_K", 9, "gguf_q6_k">,
    I32EnumAttrCase<"GGUFTQ1_0", 10, "gguf_tq1_0">,
    I32EnumAttrCase<"GGUFTQ2_0", 11, "gguf_tq2_0">,
    I32EnumAttrCase<"I2S_X86", 12, "i2_s_x86">,
    I32EnumAttrCase<"I2S_ARM", 13, "i2_s_arm">,
    I32EnumAttrCase<"Planes", 14, "planes">]> {
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
  let summary = "the instruction of a LUT or MAC array: shape and the four types";
  let description = [{
    One step of the array multiplies `m` rows (of tables, or of codes) by `n` weight columns over `k` products; the
    operation that carries it covers a whole tile and the unit sequences its steps. `weight = u4` counts the planes of a
    weight.

    Example: `#lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>`
  }];
  let parameters = (ins "int64_t":$m, "int64_t":$n, "int64_t":$k, "::mlir::Type":$act, "unsigned":$weightBits,
                        "::mlir::Type":$accum, "::mlir::Type":$out);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

#endif // ACCORD_DIALECTS_LUT_LUTATTRS_TD
