// Commands of the accel dialect. The semantics, to the byte, are README.md's.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_ACCEL_OPS_TD
#define ACCORD_ACCEL_OPS_TD

include "dialects/Accel/AccelDialect.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "dialects/Accel/AccelInterfaces.td"

class Accel_Op<string mnemonic, list<Trait> traits = []> : Op<Accel_Dialect, mnemonic, traits>;

/// A command: reads `ins`, writes `outs`, runs on one unit after its tokens, returns its own token.
class Accel_Command<string mnemonic, list<Trait> traits = []> : Accel_Op<mnemonic, traits # [
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
    DeclareOpInterfaceMethods<CommandOpInterface>]> {
  let results = (outs Accel_TokenType:$token);
  let hasVerifier = 1;
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

def Accel_LoadOp : Accel_Command<"load"> {
  let summary = "copy a strided tile from dram into an on-chip memory";
  let description = [{
    | operand | memory | shape |
    |---|---|---|
    | source | dram | any, rank ≤ 4 |
    | dest | spm, acc | the same shape and element type |

    C1 same shape and element type. C2 source in dram, dest on chip. C3 rank ≤ 4, strided layouts.
    ```mlir
    %t = accel.load %src to %dst after(%free) : memref<8x576xf32, #accel.mem<dram>> to memref<8x576xf32, #accel.mem<spm>>
    ```
  }];
  let arguments = (ins AnyStridedMemRef:$source, AnyStridedMemRef:$dest, Variadic<Accel_TokenType>:$after);
  let assemblyFormat = "$source `to` $dest (`after` `(` $after^ `)`)? attr-dict `:` type($source) `to` type($dest)";
}

def Accel_StoreOp : Accel_Command<"store"> {
  let summary = "copy a strided tile from an on-chip memory into dram";
  let description = [{
    The mirror of `accel.load`. C1 same shape and element type. C2 source on chip, dest in dram. C3 rank ≤ 4.
  }];
  let arguments = (ins AnyStridedMemRef:$source, AnyStridedMemRef:$dest, Variadic<Accel_TokenType>:$after);
  let assemblyFormat = "$source `to` $dest (`after` `(` $after^ `)`)? attr-dict `:` type($source) `to` type($dest)";
}

def Accel_TableOp : Accel_Command<"table"> {
  let summary = "precompute half tables and group sums of int8 activations";
  let description = [{
    | operand | type | shape |
    |---|---|---|
    | codes | i8 | [M,K] |
    | tables | i16, 11 significant bits | [M,T,8], T = ceil(K/4) |
    | asum | i32 | [M,G], G = ceil(K/group) |

    `tables[r][t][i] = −a3 + Σ_{j<3} (i_j ? +a_j : −a_j)`, `asum[r][g] = Σ codes of the group`
    (golden::halfTables, golden::groupSums). C1 shapes agree. C2 group is a positive multiple of 4. C3 on chip.
  }];
  let arguments = (ins AnyStridedMemRef:$codes, AnyStridedMemRef:$tables, AnyStridedMemRef:$asum,
                       Variadic<Accel_TokenType>:$after, I64Attr:$group);
  let assemblyFormat = [{
    `ins` `(` $codes `:` type($codes) `)` `outs` `(` $tables `,` $asum `:` type($tables) `,` type($asum) `)`
    (`after` `(` $after^ `)`)? attr-dict
  }];
}

def Accel_LmmaOp : Accel_Command<"lmma"> {
  let summary = "integer sums of a tile by the bit-serial LUT array";
  let description = [{
    | operand | type | shape |
    |---|---|---|
    | tables | i16 | [M,T,8] |
    | planes | i8 | [ceil(N/64),T,P,32], P = planes 1..8, inverted indices |
    | isum | i32 | [G,M,N], symmetric sums per scale group |

    `isum[g][m][n] = Σ_{t in g} Σ_p lookup(tables[m][t], nibble(n,t,p)) << p` (golden::lutSums).
    The plane count is a run-time field: it is the third extent of `planes`. C1 shapes agree. C2 1 ≤ P ≤ 8.
    C3 group a positive multiple of 4. C4 tables and planes in spm, isum in acc.
  }];
  let arguments = (ins AnyStridedMemRef:$tables, AnyStridedMemRef:$planes, AnyStridedMemRef:$isum,
                       Variadic<Accel_TokenType>:$after, I64Attr:$group);
  let assemblyFormat = [{
    `ins` `(` $tables `,` $planes `:` type($tables) `,` type($planes) `)` `outs` `(` $isum `:` type($isum) `)`
    (`after` `(` $after^ `)`)? attr-dict
  }];
}

def Accel_VectorOp : Accel_Command<"vector", [AttrSizedOperandSegments]> {
  let summary = "a macro-operation of the vector unit over whole tiles";
  let description = [{
    `kind` selects one row of the table in README.md (shapes, attributes, golden function); the verifier reads the
    same table. `accumulate` (dequant only) true: continue from the output's value; absent or false: overwrite.
    C1 operand count and types of the kind. C2 shapes agree. C3 the kind's attributes are there and in range, no
    others. C4 on chip.
  }];
  let arguments = (ins Accel_VectorKindAttr:$kind, Variadic<AnyStridedMemRef>:$inputs,
                       Variadic<AnyStridedMemRef>:$outputs, Optional<I1>:$accumulate,
                       Variadic<Accel_TokenType>:$after, OptionalAttr<I64Attr>:$group, OptionalAttr<I64Attr>:$bits,
                       OptionalAttr<I64Attr>:$zero, OptionalAttr<F32Attr>:$eps, OptionalAttr<I64Attr>:$head_dim,
                       OptionalAttr<BoolAttr>:$halves);
  let assemblyFormat = [{
    `` $kind `ins` `(` $inputs `:` type($inputs) `)` `outs` `(` $outputs `:` type($outputs) `)`
    (`accumulate` `(` $accumulate^ `)`)? (`after` `(` $after^ `)`)? attr-dict
  }];
}

def Accel_WaitOp : Accel_Op<"wait"> {
  let summary = "the command processor issues nothing more until the tokens are complete";
  let description = "```mlir\naccel.wait(%a, %b)\n```";
  let arguments = (ins Variadic<Accel_TokenType>:$tokens);
  let assemblyFormat = "`(` $tokens `)` attr-dict";
}

def Accel_BarrierOp : Accel_Op<"barrier"> {
  let summary = "the command processor issues nothing more until every command issued so far is complete";
  let assemblyFormat = "attr-dict";
}

#endif
