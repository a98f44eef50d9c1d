// The operations of the `lut` dialect.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_DIALECTS_LUT_LUTOPS_TD
#define ACCORD_DIALECTS_LUT_LUTOPS_TD

include "dialects/Interfaces/TileLegalityInterface.td"
include "dialects/LUT/LUTAttrs.td"
include "dialects/LUT/LUTTypes.td"
include "mlir/IR/BuiltinAttributes.td"

class LUT_TiledOp<string mnemonic, int numInits> : Accord_TiledOp<LUT_Dialect, mnemonic, numInits> {
  let hasVerifier = 1;
}

def LUT_Length : ConfinedAttr<I64Attr, [IntPositive]>;
def LUT_F32Matrix : Accord_Shaped<[F32], 2>;
def LUT_CodeMatrix : Accord_Shaped<[I8], 2>;
def LUT_TableCube : Accord_Shaped<[I16], 3>;
def LUT_SumMatrix : Accord_Shaped<[I32], 2>;
def LUT_WeightMatrix : Accord_Shaped<[LUT_WeightType], 2>;

def LUT_QuantizeActOp : LUT_TiledOp<"quantize_act", 2> {
  let summary = "quantize activations to 8 bits, one scale a group";
  let description = [{
    For each row and each group of `group` values along K (the last may be shorter): amax = max|x|,
    s = amax·f32(1/127), inv = 127·rcp(amax), q = round(x·inv) clamped to ±127. amax below 2^-100 gives s = 0 and
    q = 0; a NaN or an infinity in the group gives s = NaN and q = 0. Golden: `sim/golden` quantize.

    | operand | type | shape |
    |---|---|---|
    | x | f32 | [M, K] |
    | codes (out) | i8 | [M, K] |
    | scales (out) | f32 | [M, ceil(K / group)] |

    * C1: codes have the shape of x.
    * C2: scales are [M, ceil(K / group)].

    Dimensions (m, k), both parallel; tiles of k hold whole groups.

    ```mlir
    %q, %s = lut.quantize_act {group = 32} ins(%x : tensor<4x576xf32>)
               outs(%q0, %s0 : tensor<4x576xi8>, tensor<4x18xf32>) -> tensor<4x576xi8>, tensor<4x18xf32>
    ```
    No pass moves or changes it: where activations are quantized is part of a model's meaning.
  }];
  let arguments = (ins LUT_Length:$group, LUT_F32Matrix:$x, LUT_CodeMatrix:$codes, LUT_F32Matrix:$scales);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    ` ` `{` `group` `=` $group `}` `ins` `(` $x `:` type($x) `)`
    `outs` `(` $codes `,` $scales `:` type($codes) `,` type($scales) `)` attr-dict (`->` type($results)^)?
  }];
}

def LUT_MPGemmOp : LUT_TiledOp<"mpgemm", 1> {
  let summary = "product of quantized activations and quantized weights";
  let description = [{
    y[m, n] = the sum over scale groups g, ascending, of (d·s)·f(isum), then with a minimum (mn·s)·f(asum), where
    isum = Σ q·(u − zero) and asum = Σ q are exact 32-bit sums over the group and every f32 operation rounds by itself.
    The scale group is the finer of `act_group` and the weights' group. The accumulator starts from its first term.
    With `accumulate` true it goes on from `out` instead: so tiles of k, in ascending order, give the same bits as
    the whole. Golden: `sim/golden` mpgemm.

    | operand | type | shape |
    |---|---|---|
    | q | i8 | [M, K] |
    | s | f32 | [M, ceil(K / act_group)] |
    | w | !lut.weight | [N, K] |
    | accumulate (optional) | i1 | |
    | out | f32 | [M, N] |

    * C1: q, w and out agree on M, N and K.
    * C2: s is [M, ceil(K / act_group)].
    * C3: of act_group and the weights' group one divides the other.
    * C4: K holds whole storage blocks of w; in I2_S it is the group.
    * C5: |isum| stays below 2^24, so that f(isum) is exact.

    Dimensions (m, n, k), k a reduction; tiles of k hold whole scale groups of both sides and whole storage
    blocks; with storage `planes` tiles of n hold whole lanes of 64.

    ```mlir
    %y = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<4x576xi8>, tensor<4x18xf32>,
           tensor<192x576x!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>>)
           outs(%y0 : tensor<4x192xf32>) accumulate(%c : i1) -> tensor<4x192xf32>
    ```
    `lut-split-precompute` makes it a `lut.precompute` and a `lut.lookup_gemm`; `lut-to-mma` a `lut.mma`.
  }];
  let arguments = (ins LUT_Length:$act_group, LUT_CodeMatrix:$q, LUT_F32Matrix:$s, LUT_WeightMatrix:$w,
                       Optional<I1>:$accumulate, LUT_F32Matrix:$out);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    ` ` `{` `act_group` `=` $act_group `}` `ins` `(` $q `,` $s `,` $w `:` type($q) `,` type($s) `,` type($w) `)`
    `outs` `(` $out `:` type($out) `)` (`accumulate` `(` $accumulate^ `:` type($accumulate) `)`)?
    attr-dict (`->` type($results)^)?
  }];
}

def LUT_PrecomputeOp : LUT_TiledOp<"precompute", 2> {
  let summary = "tables of the partial sums of four activations, and the sums of groups";
  let description = [{
    Table t of row r covers activations a_j = q[r, 4t + j], j = 0..3 (absent ones are 0). Entry i, with bits i_j:
    * `full`, 16 entries: Σ_j i_j·a_j (weight bits {0, 1});
    * `half`, 8 entries: −a_3 + Σ_{j<3} (i_j ? +a_j : −a_j) (weight bits {−1, +1}; the other half is its negative).

    asum[r, g] = Σ q over group g. Entries need 11 signed bits. Golden: `sim/golden` tables.

    | operand | type | shape |
    |---|---|---|
    | q | i8 | [M, K] |
    | tables (out) | i16 | [M, ceil(K / 4), 16 or 8] |
    | asum (out) | i32 | [M, ceil(K / group)] |

    * C1: group is a multiple of 4: no table crosses groups.
    * C2: tables are [M, ceil(K / 4), 16 for full, 8 for half].
    * C3: asum is [M, ceil(K / group)].

    Dimensions (m, k), both parallel; tiles of k hold whole groups.

    ```mlir
    %t, %a = lut.precompute {form = half, group = 32} ins(%q : tensor<4x576xi8>)
               outs(%t0, %a0 : tensor<4x144x8xi16>, tensor<4x18xi32>) -> tensor<4x144x8xi16>, tensor<4x18xi32>
    ```
  }];
  let arguments = (ins LUT_TableFormAttr:$form, LUT_Length:$group, LUT_CodeMatrix:$q, LUT_TableCube:$tables,
                       LUT_SumMatrix:$asum);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    ` ` `{` `form` `=` `` $form `,` `group` `=` $group `}` `ins` `(` $q `:` type($q) `)`
    `outs` `(` $tables `,` $asum `:` type($tables) `,` type($asum) `)` attr-dict (`->` type($results)^)?
  }];
}

def LUT_LookupGemmOp : LUT_TiledOp<"lookup_gemm", 1> {
  let summary = "product by table lookup, one lookup a plane and four weights";
  let description = [{
    The product of `lut.mpgemm`, its integer sums made from tables. With the weight bits of one plane in four
    consecutive weights as index: `full` adds entries shifted by the plane, `half` adds entries of either sign to the
    symmetric sum isum' (codes 2u − (2^b − 1)) and recovers isum = (isum' + (2^b − 1 − 2·zero)·asum)/2, exactly. The
    rest is as in `lut.mpgemm`, to the bit.

    | operand | type | shape |
    |---|---|---|
    | tables | i16 | [M, ceil(K / 4), 16 or 8] |
    | asum | i32 | [M, ceil(K / scale group)] |
    | s | f32 | [M, ceil(K / act_group)] |
    | w | !lut.weight | [N, K] |
    | accumulate (optional) | i1 | |
    | out | f32 | [M, N] |

    * C1: tables are [M, ceil(K / 4), 16 for full, 8 for half]; w and out agree on M, N and K.
    * C2: s is [M, ceil(K / act_group)].
    * C3: of act_group and the weights' group one divides the other.
    * C4: K holds whole storage blocks of w; in I2_S it is the group.
    * C5: |isum| stays below 2^24, so that f(isum) is exact.
    * C6: the scale group is a multiple of 4: no table crosses groups.
    * C7: asum is [M, ceil(K / scale group)].
    * C8: storage planes (inverted indices) needs half tables.

    Dimensions (m, n, k) as in `lut.mpgemm`.

    ```mlir
    %y = lut.lookup_gemm {act_group = 32, form = full} ins(%t, %a, %s, %w : tensor<4x144x16xi16>, tensor<4x18xi32>,
           tensor<4x18xf32>, tensor<192x576x!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>>)
           outs(%y0 : tensor<4x192xf32>) -> tensor<4x192xf32>
    ```
    `lut-symmetrize`, `lut-invert-indices` and `lut-to-lmma` bring it to the machine.
  }];
  let arguments = (ins LUT_Length:$act_group, LUT_TableFormAttr:$form, LUT_TableCube:$tables, LUT_SumMatrix:$asum,
                       LUT_F32Matrix:$s, LUT_WeightMatrix:$w, Optional<I1>:$accumulate, LUT_F32Matrix:$out);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    ` ` `{` `act_group` `=` $act_group `,` `form` `=` `` $form `}` `ins` `(` $tables `,` $asum `,` $s `,` $w `:`
    type($tables) `,` type($asum) `,` type($s) `,` type($w) `)`
    `outs` `(` $out `:` type($out) `)` (`accumulate` `(` $accumulate^ `:` type($accumulate) `)`)?
    attr-dict (`->` type($results)^)?
  }];
}

def LUT_LMMAOp : LUT_TiledOp<"lmma", 1> {
  let innerTiles = ["isum"]; // the sums, in the accumulators
  let summary = "the lookup instruction of a LUT array over a whole tile";
  let description = [{
    `lut.lookup_gemm` with half tables on packed planes, as a machine has it: integer sums by the array, whose step is
    `instr`, the epilogue by the vector unit. Operands, shapes and result are those of `lut.lookup_gemm` with
    form = half, and so are its constraints C1 to C7, with the same labels. Beyond them:

    * C8: storage is planes.
    * C9: instr multiplies i8 by the weights' bits, sums in i32 and returns f32.
    * C10: instr covers the 4 weights of a table along k, and at least one row and column.

    Dimensions (m, n, k); tiles of n are multiples of instr.n and of the 64 lanes of a packed tile, unless all of N;
    tiles of k hold whole scale groups of both sides.

    ```mlir
    %y = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
           ins(%t, %a, %s, %w : tensor<4x144x8xi16>, tensor<4x18xi32>, tensor<4x18xf32>,
           tensor<192x576x!lut.weight<u4, group = 32, zero = 0, min, storage = planes>>)
           outs(%y0 : tensor<4x192xf32>) -> tensor<4x192xf32>
    ```
    Lowered to `accel` commands.
  }];
  let arguments = (ins LUT_Length:$act_group, LUT_InstrAttr:$instr, LUT_TableCube:$tables, LUT_SumMatrix:$asum,
                       LUT_F32Matrix:$s, LUT_WeightMatrix:$w, Optional<I1>:$accumulate, LUT_F32Matrix:$out);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    ` ` `{` `act_group` `=` $act_group `,` `instr` `=` qualified($instr) `}` `ins` `(` $tables `,` $asum `,` $s `,` $w `:`
    type($tables) `,` type($asum) `,` type($s) `,` type($w) `)`
    `outs` `(` $out `:` type($out) `)` (`accumulate` `(` $accumulate^ `:` type($accumulate) `)`)?
    attr-dict (`->` type($results)^)?
  }];
}

def LUT_GroupSumsOp : LUT_TiledOp<"group_sums", 1> {
  let summary = "the sums of groups of activation codes";
  let description = [{
    asum[r, g] = Σ q over group g: what a minimum is multiplied with. `lut.precompute` makes the same sums beside its
    tables; this is for products without tables. Golden: `sim/golden` groupSums.

    | operand | type | shape |
    |---|---|---|
    | q | i8 | [M, K] |
    | asum (out) | i32 | [M, ceil(K / group)] |

    * C1: asum is [M, ceil(K / group)].

    Dimensions (m, k), both parallel; tiles of k hold whole groups.

    ```mlir
    %a = lut.group_sums {group = 32} ins(%q : tensor<4x576xi8>) outs(%a0 : tensor<4x18xi32>) -> tensor<4x18xi32>
    ```
  }];
  let arguments = (ins LUT_Length:$group, LUT_CodeMatrix:$q, LUT_SumMatrix:$asum);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    ` ` `{` `group` `=` $group `}` `ins` `(` $q `:` type($q) `)` `outs` `(` $asum `:` type($asum) `)`
    attr-dict (`->` type($results)^)?
  }];
}

def LUT_MMAOp : LUT_TiledOp<"mma", 1> {
  let innerTiles = ["isum"]; // the sums, in the accumulators
  let summary = "the multiplication instruction of a MAC array over a whole tile";
  let description = [{
    `lut.mpgemm` as a machine with an int8 MAC array has it: integer sums by the array, which takes the codes out of the
    packed planes and subtracts the zero point, and whose step is `instr` (m activation rows share the weights of n
    lanes and k products); the epilogue by the vector unit. The result is that of `lut.mpgemm`, to the bit. The twin of
    `lut.lmma`: both read the same weights.

    | operand | type | shape |
    |---|---|---|
    | q | i8 | [M, K] |
    | asum | i32 | [M, ceil(K / scale group)] |
    | s | f32 | [M, ceil(K / act_group)] |
    | w | !lut.weight | [N, K] |
    | accumulate (optional) | i1 | |
    | out | f32 | [M, N] |

    * C1: q, w and out agree on M, N and K.
    * C2: s is [M, ceil(K / act_group)].
    * C3: of act_group and the weights' group one divides the other.
    * C4: K holds whole storage blocks of w; in I2_S it is the group.
    * C5: |isum| stays below 2^24, so that f(isum) is exact.
    * C6: the scale group is a multiple of 4: no packed table crosses groups.
    * C7: asum is [M, ceil(K / scale group)].
    * C8: storage is planes.
    * C9: instr multiplies i8 by the weights' bits, sums in i32 and returns f32.
    * C10: instr.k is a multiple of the 4 weights of a packed table.
    * C11: every product code u - zero is an int8: at 8 bits zero is 128, below at most 128.

    Dimensions (m, n, k); tiles of n are multiples of instr.n and of the 64 lanes of a packed tile, unless all of N;
    tiles of k hold whole scale groups of both sides.

    ```mlir
    %y = lut.mma {act_group = 32, instr = #lut.instr<m = 4, n = 32, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
           ins(%q, %a, %s, %w : tensor<4x576xi8>, tensor<4x18xi32>, tensor<4x18xf32>,
           tensor<192x576x!lut.weight<u4, group = 32, zero = 0, min, storage = planes>>)
           outs(%y0 : tensor<4x192xf32>) -> tensor<4x192xf32>
    ```
    Lowered to `accel` commands.
  }];
  let arguments = (ins LUT_Length:$act_group, LUT_InstrAttr:$instr, LUT_CodeMatrix:$q, LUT_SumMatrix:$asum,
                       LUT_F32Matrix:$s, LUT_WeightMatrix:$w, Optional<I1>:$accumulate, LUT_F32Matrix:$out);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    ` ` `{` `act_group` `=` $act_group `,` `instr` `=` qualified($instr) `}` `ins` `(` $q `,` $asum `,` $s `,` $w `:`
    type($q) `,` type($asum) `,` type($s) `,` type($w) `)`
    `outs` `(` $out `:` type($out) `)` (`accumulate` `(` $accumulate^ `:` type($accumulate) `)`)?
    attr-dict (`->` type($results)^)?
  }];
}

def LUT_RepackOp : Op<LUT_Dialect, "repack", [Pure]> {
  let summary = "the same weights in another storage";
  let description = [{
    Changes no value. It is done when a model is loaded, never in its steps: `lut-hoist-repack` moves it into
    the function's argument.

    * C1: both types hold the same values: shape, bits, group, zero and min agree.
    * C2: K holds whole storage blocks of either storage.

    ```mlir
    %p = lut.repack %w : tensor<192x576x!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>>
           to tensor<192x576x!lut.weight<u4, group = 32, zero = 0, min, storage = planes>>
    ```
  }];
  let arguments = (ins TensorRankOf<[LUT_WeightType], [2]>:$source);
  let results = (outs TensorRankOf<[LUT_WeightType], [2]>:$result);
  let assemblyFormat = "$source attr-dict `:` type($source) `to` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

#endif // ACCORD_DIALECTS_LUT_LUTOPS_TD
