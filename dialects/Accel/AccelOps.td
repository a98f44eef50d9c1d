// Ops of the accel dialect. The semantics, to the byte, are README.md's.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_ACCEL_OPS_TD
#define ACCORD_ACCEL_OPS_TD

include "dialects/Accel/AccelDialect.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "dialects/Accel/AccelInterfaces.td"

class Accel_Op<string mnemonic, list<Trait> traits = []> : Op<Accel_Dialect, mnemonic, traits>;

/// A command: reads its first operands, writes the next ones, runs on one unit after its tokens, returns its own token.
/// Each is written out of a row of the ISA's table (sim/isa), as is its verifier.
class Accel_Command<string mnemonic, string opcode, list<Trait> traits = []> : Accel_Op<mnemonic, traits # [
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
    DeclareOpInterfaceMethods<CommandOpInterface>]> {
  let results = (outs Accel_TokenType:$token);
  let hasVerifier = 1;
  let extraClassDefinition = [{
    ::accord::isa::Opcode $cppClass::getOpcode() { return ::accord::isa::Opcode::}] # opcode # [{; }
    ::mlir::OperandRange $cppClass::getOperandGroup(unsigned index) { return getODSOperands(index); }
    ::mlir::MutableOperandRange $cppClass::getAfterTokensMutable() { return getAfterMutable(); }
    ::mlir::LogicalResult $cppClass::verify() { return verifyCommand(*this); }
    void $cppClass::getEffects(
        ::mlir::SmallVectorImpl<::mlir::SideEffects::EffectInstance<::mlir::MemoryEffects::Effect>> &effects) {
      commandEffects(*this, effects);
    }
  }];
}

def Accel_DoneOp : Accel_Op<"done", [Pure]> {
  let summary = "a token that is complete from the start";
  let description = [{
    The initial value of a loop-carried token: the first iterations of a pipelined loop wait for nothing.
    ```mlir
    %t = accel.done
    ```
  }];
  let results = (outs Accel_TokenType:$token);
  let assemblyFormat = "attr-dict";
}

include "dialects/Accel/AccelCommands.td"

def Accel_WaitOp : Accel_Op<"wait"> {
  let summary = "the command processor issues nothing more until the tokens are complete";
  let description = "```mlir\naccel.wait(%a, %b)\n```";
  let arguments = (ins Variadic<Accel_TokenType>:$tokens);
  let assemblyFormat = "`(` $tokens `)` attr-dict";
}

def Accel_RunOp : Accel_Op<"run", [AttrSizedOperandSegments, DeclareOpInterfaceMethods<SymbolUserOpInterface>,
                                    MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "run a program on windows of buffers in dram";
  let description = [{
    Stands in a function marked `accel.sequence`. The program starts when everything before is complete and its end is
    waited for; on-chip memories hold nothing from one run to the next. A buffer of the program is a dense window of the
    operand, from an offset in elements.

    C1 the callee is a function with `accel.program`. C2 as many buffers and scalars as it takes, one offset a buffer.
    C3 element types agree, and the window lies in the buffer where the offset is known. C4 buffers are dense, in dram.
    ```mlir
    accel.run @layer(%x0, %cache, %x1) at(%zero, %row, %zero) scalars(%position)
        : memref<1x576xf32>, memref<61440x192xf16>, memref<1x576xf32>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee, Variadic<AnyMemRef>:$buffers, Variadic<Index>:$offsets,
                       Variadic<Index>:$scalars);
  let assemblyFormat = [{
    $callee `(` $buffers `)` (`at` `(` $offsets^ `)`)? (`scalars` `(` $scalars^ `)`)? attr-dict `:` type($buffers)
  }];
}

def Accel_BarrierOp : Accel_Op<"barrier"> {
  let summary = "the command processor issues nothing more until every command issued so far is complete";
  let assemblyFormat = "attr-dict";
}

#endif
