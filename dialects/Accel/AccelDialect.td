// The accel dialect: the program of an accelerator (L3).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_ACCEL_DIALECT_TD
#define ACCORD_ACCEL_DIALECT_TD

include "mlir/IR/DialectBase.td"
include "mlir/IR/AttrTypeBase.td"

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

def Accel_MemoryAttr : AttrDef<Accel_Dialect, "Memory"> {
  let mnemonic = "mem";
  let summary = "a named memory of the machine";
  let parameters = (ins "::accord::isa::Memory":$value);
  let assemblyFormat = "`<` $value `>`";
}

def Accel_TokenType : TypeDef<Accel_Dialect, "Token"> {
  let mnemonic = "token";
  let summary = "the completion of one command";
  let description = [{
    Complete when the command's results are visible to every unit. A token orders; it carries no data.
  }];
}

#endif
