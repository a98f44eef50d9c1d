// Commands of the accel dialect. The semantics, to the byte, are README.md's.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_ACCEL_OPS_TD
#define ACCORD_ACCEL_OPS_TD

include "dialects/Accel/AccelDialect.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"
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

def Accel_GatherOp : Accel_Command<"gather"> {
  let summary = "copy the rows of a dram table that on-chip indices name";
  let description = [{
    | operand | memory | type | shape |
    |---|---|---|---|
    | table | dram | any | [N,W] |
    | indices | on chip | i32 | [M] |
    | dest | on chip | the table's | [M,W] |

    `dest[m] = table[indices[m]]`; every index is a row of the table. For the order of commands it
    reads the whole table. C1 shapes and types agree. C2 table in dram, indices and dest on chip.
    ```mlir
    %t = accel.gather ins(%table, %ids : memref<49152x576xf32>, memref<8xi32, #accel.mem<spm>>)
           outs(%rows : memref<8x576xf32, #accel.mem<spm>>)
    ```
  }];
  let arguments = (ins AnyStridedMemRef:$table, AnyStridedMemRef:$indices, AnyStridedMemRef:$dest,
                       Variadic<Accel_TokenType>:$after);
  let assemblyFormat = [{
    `ins` `(` $table `,` $indices `:` type($table) `,` type($indices) `)` `outs` `(` $dest `:` type($dest) `)`
    (`after` `(` $after^ `)`)? attr-dict
  }];
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

def Accel_MmaOp : Accel_Command<"mma"> {
  let summary = "integer sums of a tile by the int8 MAC array";
  let description = [{
    | operand | type | shape |
    |---|---|---|
    | codes | i8 | [M,K] |
    | planes | i8 | [ceil(N/64),T,P,32], T = ceil(K/4), P = planes 1..8, inverted indices: `accel.lmma`'s |
    | isum | i32 | [G,M,N], whole sums per scale group |

    `isum[g][m][n] = Σ_{k in g} (u(n,k) − zero)·codes[m][k]`, u decoded from the planes (golden::macSums).
    C1 shapes agree. C2 1 ≤ P ≤ 8. C3 group a positive multiple of 4. C4 codes and planes in spm, isum in acc.
    C5 every u − zero is an int8: with 8 planes zero is 128, with fewer it is a code of at most 128.
    ```mlir
    %t = accel.mma ins(%codes, %planes : memref<8x576xi8, #accel.mem<spm>>, memref<1x144x4x32xi8, #accel.mem<spm>>)
           outs(%isum : memref<18x8x64xi32, #accel.mem<acc>>) {group = 32 : i64, zero = 8 : i64}
    ```
  }];
  let arguments = (ins AnyStridedMemRef:$codes, AnyStridedMemRef:$planes, AnyStridedMemRef:$isum,
                       Variadic<Accel_TokenType>:$after, I64Attr:$group, I64Attr:$zero);
  let assemblyFormat = [{
    `ins` `(` $codes `,` $planes `:` type($codes) `,` type($planes) `)` `outs` `(` $isum `:` type($isum) `)`
    (`after` `(` $after^ `)`)? attr-dict
  }];
}

def Accel_VectorOp : Accel_Command<"vector", [AttrSizedOperandSegments]> {
  let summary = "a macro-operation of the vector unit over whole tiles";
  let description = [{
    `kind` selects one row of the table in README.md (shapes, attributes, golden function); the verifier reads the
    same table. `accumulate` (dequant and weigh) true: continue from the output's value; absent or false: overwrite.
    `live` (scores, weigh, and softmax with `heads` and `chunk`): how many positions from the start of the tile row 0
    may see; row m sees `live + m`. It may be computed, and for scores and weigh be 0 or negative.
    C1 operand count and types of the kind. C2 shapes agree. C3 the kind's attributes are there and in range, no
    others. C4 on chip. C5 accumulate and live only and always where the kind takes them.
    ```mlir
    %t = accel.vector scores ins(%q, %k : memref<8x576xf32, #accel.mem<spm>>, memref<64x192xf16, #accel.mem<spm>>)
           outs(%s : memref<72x64xf32, #accel.mem<spm>>) live(%n) {heads = 9 : i64, head_dim = 64 : i64, scale = 0.125 : f32}
    ```
  }];
  let arguments = (ins Accel_VectorKindAttr:$kind, Variadic<AnyStridedMemRef>:$inputs,
                       Variadic<AnyStridedMemRef>:$outputs, Optional<I1>:$accumulate, Optional<Index>:$live,
                       Variadic<Accel_TokenType>:$after, OptionalAttr<I64Attr>:$group, OptionalAttr<I64Attr>:$bits,
                       OptionalAttr<I64Attr>:$zero, OptionalAttr<F32Attr>:$eps, OptionalAttr<I64Attr>:$head_dim,
                       OptionalAttr<BoolAttr>:$halves, OptionalAttr<I64Attr>:$heads, OptionalAttr<F32Attr>:$scale,
                       OptionalAttr<I64Attr>:$chunk, OptionalAttr<I64Attr>:$act_group,
                       OptionalAttr<I64Attr>:$weight_group);
  let assemblyFormat = [{
    `` $kind `ins` `(` $inputs `:` type($inputs) `)` `outs` `(` $outputs `:` type($outputs) `)`
    (`accumulate` `(` $accumulate^ `)`)? (`live` `(` $live^ `)`)? (`after` `(` $after^ `)`)? attr-dict
  }];
  /// A command after nothing; the kind's attributes are set by name.
  let builders = [OpBuilder<(ins "VectorKind":$kind, "::mlir::ValueRange":$inputs, "::mlir::ValueRange":$outputs,
                                 CArg<"::mlir::Value", "{}">:$accumulate, CArg<"::mlir::Value", "{}">:$live)>];
}

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
