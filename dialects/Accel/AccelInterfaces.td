// What every accel command tells of itself.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_ACCEL_INTERFACES_TD
#define ACCORD_ACCEL_INTERFACES_TD

include "mlir/IR/OpBase.td"

def CommandOpInterface : OpInterface<"CommandOpInterface"> {
  let cppNamespace = "::accord::accel";
  let description = "A command of the ISA's table. An op says which; the rest follows from its row.";
  let methods = [
    InterfaceMethod<"The command.", "::accord::isa::Opcode", "getOpcode">,
    InterfaceMethod<"The values of an operand of the definition: what is read, what is written, what may be computed, "
                    "tokens.", "::mlir::OperandRange", "getOperandGroup", (ins "unsigned":$index)>,
    InterfaceMethod<"The token operands, to be edited.", "::mlir::MutableOperandRange", "getAfterTokensMutable">,
  ];
  let extraSharedClassDeclaration = [{
    const ::accord::isa::CommandRow &getRow() { return ::accord::isa::rowOf($_op.getOpcode()); }
    ::accord::isa::Unit getUnit() { return getRow().unit; }
    /// Buffers in ISA order: inputs, and what is written.
    ::mlir::OperandRange getInputs() { return ::accord::accel::inputsOf($_op); }
    ::mlir::OperandRange getWrites() { return ::accord::accel::writesOf($_op); }
    /// Inputs, and what is written when the command adds to it, or may.
    ::mlir::SmallVector<::mlir::Value> getReads() { return ::accord::accel::readsOf($_op); }
    ::mlir::OperandRange getAfterTokens() { return ::accord::accel::tokensOf($_op); }
    /// A field that may be computed, as an operand; null when it is absent.
    ::mlir::Value getComputed(::accord::isa::Field field) {
      return ::accord::accel::computedOf($_op, field);
    }
    /// An integer or a flag, or what the table says stands for an absent one; 0 without either.
    int64_t getNumber(::accord::isa::Field field) { return ::accord::accel::numberOf($_op, field); }
    ::mlir::FloatAttr getReal(::accord::isa::Field field) {
      return $_op->template getAttrOfType<::mlir::FloatAttr>(::accord::isa::name(field));
    }
  }];
}

#endif
