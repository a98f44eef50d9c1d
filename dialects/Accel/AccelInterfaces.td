// What every accel command tells of itself.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_ACCEL_INTERFACES_TD
#define ACCORD_ACCEL_INTERFACES_TD

include "mlir/IR/OpBase.td"

def CommandOpInterface : OpInterface<"CommandOpInterface"> {
  let cppNamespace = "::accord::accel";
  let description = "A command: its unit, the buffers it reads and writes, and the tokens it starts after.";
  let methods = [
    InterfaceMethod<"The unit whose queue the command enters.", "::accord::accel::Unit", "getUnit">,
    InterfaceMethod<"Buffers read, in ISA order (an accumulating output is among them only when it accumulates "
                    "or may).", "::mlir::SmallVector<::mlir::Value>", "getReads">,
    InterfaceMethod<"Buffers written, in ISA order.", "::mlir::SmallVector<::mlir::Value>", "getWrites">,
    InterfaceMethod<"Tokens the command starts after.", "::mlir::OperandRange", "getAfterTokens">,
    InterfaceMethod<"The token operands, to be edited.", "::mlir::MutableOperandRange", "getAfterTokensMutable">,
  ];
}

#endif
