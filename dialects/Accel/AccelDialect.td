// The accel dialect: the program of an accelerator (L3).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_ACCEL_DIALECT_TD
#define ACCORD_ACCEL_DIALECT_TD

include "mlir/IR/DialectBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def Accel_Dialect : Dialect {
  let name = "accel";
  let cppNamespace = "::accord::accel";
  let summary = "asynchronous commands of an accelerator over buffers in named memories";
  let description = [{
    The written ISA is `dialects/Accel/README.md`: per command its operands, layouts, order rules, issue cost and
    golden function. Memories are memref memory spaces (`#accel.mem<spm>`), control is `scf`, commands return tokens.
  }];
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
}

def Accel_Memory : I32EnumAttr<"Memory", "a named memory of the machine", [
  I32EnumAttrCase<"Dram", 0, "dram">, I32EnumAttrCase<"L2", 1, "l2">, I32EnumAttrCase<"Spm", 2, "spm">,
  I32EnumAttrCase<"Acc", 3, "acc">, I32EnumAttrCase<"Reg", 4, "reg">]> {
  let cppNamespace = "::accord::accel";
  let genSpecializedAttr = 0;
}

def Accel_MemoryAttr : EnumAttr<Accel_Dialect, Accel_Memory, "mem"> {
  let assemblyFormat = "`<` $value `>`";
}

// The kinds of accel.vector, in the order of their opcodes (sim/program/isa.h). Shapes, attributes and golden
// functions stand in one table in README.md and in AccelVerify.cpp.
def Accel_VectorKind : I32EnumAttr<"VectorKind", "a macro-operation of the vector unit", [
  I32EnumAttrCase<"Quantize", 0, "quantize">, I32EnumAttrCase<"Dequant", 1, "dequant">,
  I32EnumAttrCase<"RmsNorm", 2, "rms_norm">, I32EnumAttrCase<"Softmax", 3, "softmax">,
  I32EnumAttrCase<"Rope", 4, "rope">, I32EnumAttrCase<"Silu", 5, "silu">,
  I32EnumAttrCase<"SiluMul", 6, "silu_mul">, I32EnumAttrCase<"Add", 7, "add">,
  I32EnumAttrCase<"Relu2Mul", 8, "relu2_mul">, I32EnumAttrCase<"Narrow", 9, "narrow">,
  I32EnumAttrCase<"Widen", 10, "widen">, I32EnumAttrCase<"Expand", 11, "expand">,
  I32EnumAttrCase<"Scores", 12, "scores">, I32EnumAttrCase<"Weigh", 13, "weigh">,
  I32EnumAttrCase<"GroupSums", 14, "group_sums">]> {
  let cppNamespace = "::accord::accel";
  let genSpecializedAttr = 0;
}

def Accel_VectorKindAttr : EnumAttr<Accel_Dialect, Accel_VectorKind, "vector_kind">;

def Accel_TokenType : TypeDef<Accel_Dialect, "Token"> {
  let mnemonic = "token";
  let summary = "the completion of one command";
  let description = [{
    Complete when the command's results are visible to every unit. A token orders; it carries no data.
  }];
}

#endif
