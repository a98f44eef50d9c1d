// A memory of the ISA as a parameter of attributes: its name is its word.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/IR/DialectImplementation.h"
#include "sim/isa/isa.h"

template <> struct mlir::FieldParser<accord::isa::Memory> {
  static mlir::FailureOr<accord::isa::Memory> parse(mlir::AsmParser &parser);
};
namespace accord::isa {
mlir::AsmPrinter &operator<<(mlir::AsmPrinter &printer, Memory memory);
} // namespace accord::isa
