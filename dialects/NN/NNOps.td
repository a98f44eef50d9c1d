// The operations of the `nn` dialect.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_DIALECTS_NN_NNOPS_TD
#define ACCORD_DIALECTS_NN_NNOPS_TD

include "dialects/Interfaces/TileLegalityInterface.td"
include "dialects/LUT/LUTTypes.td"
include "dialects/NN/NNDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/IR/EnumAttr.td"

class NN_Op<string mnemonic> : Accord_TiledOp<NN_Dialect, mnemonic, /*numInits=*/1> {
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let hasVerifier = 1;
}

def NN_Matrix : Accord_Shaped<[F32], 2>;
def NN_Vector : Accord_Shaped<[F32], 1>;

def NN_RopeStyle : I32EnumAttr<"RopeStyle", "which two values of a head a rotation turns", [
    I32EnumAttrCase<"Adjacent", 0, "adjacent">,
    I32EnumAttrCase<"Halves", 1, "halves">]> {
  let cppNamespace = "::accord::nn";
  let genSpecializedAttr = 0;
}
def NN_RopeStyleAttr : EnumAttr<NN_Dialect, NN_RopeStyle, "style">;

def NN_RMSNormOp : NN_Op<"rms_norm"> {
  let summary = "scale each row by the reciprocal root of its mean square";
  let description = [{
    y[m, k] = (x[m, k]·r)·w[k], r = rsqrt(Σ x²·f32(1/K) + eps). The sum runs in 16 lanes by k mod 16, each ascending,
    folded 8, 4, 2, 1. x, y: [M, K]; w: [K]; f32.

    * C1: y has the shape of x.
    * C2: w has K values.
    * C3: eps is finite and not negative.

    Dimension (m): a row is never cut.

    ```mlir
    %y = nn.rms_norm {eps = 1.0e-5} ins(%x, %w : tensor<4x576xf32>, tensor<576xf32>) outs(%y0 : tensor<4x576xf32>)
           -> tensor<4x576xf32>
    ```
  }];
  let arguments = (ins F32Attr:$eps, NN_Matrix:$x, NN_Vector:$w, NN_Matrix:$out);
  let assemblyFormat = [{
    ` ` `{` `eps` `=` $eps `}` `ins` `(` $x `,` $w `:` type($x) `,` type($w) `)` `outs` `(` $out `:` type($out) `)`
    attr-dict (`->` type($results)^)?
  }];
}

def NN_SoftmaxOp : NN_Op<"softmax"> {
  let summary = "softmax of each row";
  let description = [{
    Two passes: mx = max_n x[m, n]; then e[n] = exp(x[m, n] − mx), y[m, n] = e[n]·rcp(Σ e). The sum runs in 16 lanes by
    n mod 16, each ascending, folded 8, 4, 2, 1. x, y: [M, N], f32.

    * C1: y has the shape of x.

    Dimension (m): a row is never cut.

    ```mlir
    %y = nn.softmax ins(%x : tensor<9x128xf32>) outs(%y0 : tensor<9x128xf32>) -> tensor<9x128xf32>
    ```
  }];
  let arguments = (ins NN_Matrix:$x, NN_Matrix:$out);
  let assemblyFormat = [{
    `ins` `(` $x `:` type($x) `)` `outs` `(` $out `:` type($out) `)` attr-dict (`->` type($results)^)?
  }];
}

def NN_RopeOp : NN_Op<"rope"> {
  let summary = "rotate pairs of values of each head by the angles of a position";
  let description = [{
    In each head of D = head_dim values, pair i = 0 .. D/2 − 1 of row m becomes
    (a·cos[m, i] − b·sin[m, i], a·sin[m, i] + b·cos[m, i]). `adjacent` pairs (2i, 2i + 1), `halves` pairs (i, i + D/2).
    x, y: [M, H·D]; cos, sin: [M, D/2]; f32. The angles are tables made at import, so no target computes a sine.

    * C1: y has the shape of x.
    * C2: head_dim is even and divides the row.
    * C3: cos and sin are [M, head_dim / 2].

    Dimensions (m, c), both parallel; tiles of c hold whole heads.

    ```mlir
    %y = nn.rope {head_dim = 64, style = adjacent} ins(%x, %cos, %sin : tensor<4x576xf32>, tensor<4x32xf32>,
           tensor<4x32xf32>) outs(%y0 : tensor<4x576xf32>) -> tensor<4x576xf32>
    ```
  }];
  let arguments = (ins ConfinedAttr<I64Attr, [IntPositive]>:$head_dim, NN_RopeStyleAttr:$style, NN_Matrix:$x,
                       NN_Matrix:$cos, NN_Matrix:$sin, NN_Matrix:$out);
  let assemblyFormat = [{
    ` ` `{` `head_dim` `=` $head_dim `,` `style` `=` `` $style `}`
    `ins` `(` $x `,` $cos `,` $sin `:` type($x) `,` type($cos) `,` type($sin) `)` `outs` `(` $out `:` type($out) `)`
    attr-dict (`->` type($results)^)?
  }];
}

def NN_SiluOp : NN_Op<"silu"> {
  let summary = "x times its sigmoid";
  let description = [{
    y = x·sigmoid(x), elementwise. x, y: [M, N], f32.

    * C1: y has the shape of x.

    Dimensions (m, n), both parallel.

    ```mlir
    %y = nn.silu ins(%x : tensor<4x1536xf32>) outs(%y0 : tensor<4x1536xf32>) -> tensor<4x1536xf32>
    ```
  }];
  let arguments = (ins NN_Matrix:$x, NN_Matrix:$out);
  let assemblyFormat = [{
    `ins` `(` $x `:` type($x) `)` `outs` `(` $out `:` type($out) `)` attr-dict (`->` type($results)^)?
  }];
}

class NN_BinaryOp<string mnemonic> : NN_Op<mnemonic> {
  let arguments = (ins NN_Matrix:$lhs, NN_Matrix:$rhs, NN_Matrix:$out);
  let assemblyFormat = [{
    `ins` `(` $lhs `,` $rhs `:` type($lhs) `,` type($rhs) `)` `outs` `(` $out `:` type($out) `)`
    attr-dict (`->` type($results)^)?
  }];
}

def NN_SiluMulOp : NN_BinaryOp<"silu_mul"> {
  let summary = "gate and up projection of a gated MLP, joined";
  let description = [{
    y = (g·sigmoid(g))·u, elementwise; g is the first operand. g, u, y: [M, N], f32.

    * C1: u and y have the shape of g.

    Dimensions (m, n), both parallel.

    ```mlir
    %y = nn.silu_mul ins(%g, %u : tensor<4x1536xf32>, tensor<4x1536xf32>) outs(%y0 : tensor<4x1536xf32>)
           -> tensor<4x1536xf32>
    ```
  }];
}

def NN_AddOp : NN_BinaryOp<"add"> {
  let summary = "sum of two matrices";
  let description = [{
    y = a + b, elementwise. a, b, y: [M, N], f32.

    * C1: b and y have the shape of a.

    Dimensions (m, n), both parallel.

    ```mlir
    %y = nn.add ins(%a, %b : tensor<4x576xf32>, tensor<4x576xf32>) outs(%y0 : tensor<4x576xf32>) -> tensor<4x576xf32>
    ```
  }];
}

def NN_Relu2MulOp : NN_BinaryOp<"relu2_mul"> {
  let summary = "squared ReLU of the gate, times the up projection";
  let description = [{
    y = (r·r)·u with r = g > 0 ? g : 0 (a NaN gives 0), elementwise; g is the first operand. g, u, y: [M, N], f32.

    * C1: u and y have the shape of g.

    Dimensions (m, n), both parallel.

    ```mlir
    %y = nn.relu2_mul ins(%g, %u : tensor<4x6912xf32>, tensor<4x6912xf32>) outs(%y0 : tensor<4x6912xf32>)
           -> tensor<4x6912xf32>
    ```
  }];
}

def NN_MatmulOp : NN_Op<"matmul"> {
  let summary = "product with floating-point weights";
  let description = [{
    y[m, n] = Σ_k a[m, k]·f32(b[n, k]): one accumulator an output, from its first term, k ascending; each product and each sum
    rounds by itself. f16 and bf16 widen exactly. a: [M, K] f32; b: [N, K] f32, f16 or bf16; y: [M, N] f32. Golden: `contract`.

    * C1: a and b agree on K.
    * C2: y is [M, N].

    Dimensions (m, n), both parallel; k is never cut.

    ```mlir
    %y = nn.matmul ins(%a, %b : tensor<4x576xf32>, tensor<192x576xf16>) outs(%y0 : tensor<4x192xf32>)
           -> tensor<4x192xf32>
    ```
  }];
  let arguments = (ins NN_Matrix:$a, Accord_Shaped<[F32, F16, BF16], 2>:$b, NN_Matrix:$out);
  let assemblyFormat = [{
    `ins` `(` $a `,` $b `:` type($a) `,` type($b) `)` `outs` `(` $out `:` type($out) `)`
    attr-dict (`->` type($results)^)?
  }];
}

def NN_EmbedOp : NN_Op<"embed"> {
  let summary = "rows of a table of weights, by token";
  let description = [{
    y[m, :] = row tokens[m] of the table, in f32: f(u − zero)·d, then + minimum, of a quantized table (golden: `dequantize`),
    the exact widening of an f16 or bf16 one. tokens: [M] i32; table: [N, K] !lut.weight, f32, f16 or bf16; y: [M, K] f32. A token that is
    no row is the caller's error: executions check before they run.

    * C1: y has one row a token and the table's K.

    Dimension (m).

    ```mlir
    %y = nn.embed ins(%tokens, %table : tensor<4xi32>, tensor<49152x576xf16>) outs(%y0 : tensor<4x576xf32>)
           -> tensor<4x576xf32>
    ```
  }];
  let arguments = (ins Accord_Shaped<[I32], 1>:$tokens, Accord_Shaped<[LUT_WeightType, F32, F16, BF16], 2>:$table,
                       NN_Matrix:$out);
  let assemblyFormat = [{
    `ins` `(` $tokens `,` $table `:` type($tokens) `,` type($table) `)` `outs` `(` $out `:` type($out) `)`
    attr-dict (`->` type($results)^)?
  }];
}

//===- What a model keeps ------------------------------------------------------------------------------------===//

def NN_ParamOp : Op<NN_Dialect, "param", [Pure]> {
  let summary = "a tensor of the parameter file, by name";
  let description = [{
    The weights of a model are never in its IR: the file that `accord.model` names is mapped, and this op's result is the tensor
    of that name, in the storage of its type.

    * C1: the name is not empty.

    ```mlir
    %w = nn.param "blk.0.attn_norm.weight" : tensor<576xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name);
  let results = (outs AnyStaticShapeTensor:$result);
  let assemblyFormat = "$name attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def NN_RopeTableOp : Op<NN_Dialect, "rope_table", [Pure]> {
  let summary = "cosines and sines of the rotary angles of every position";
  let description = [{
    Row p, column i: cos and sin of (p·scale)·theta^(−2i/head_dim)/factors[i], computed in double by golden's own routine
    (`ropeTables`) when a model is loaded, never by a target, and rounded once to f32. `factors` names a tensor [D/2] of the
    parameter file; absent, all are 1. Results: [C, D/2] f32.

    * C1: head_dim is even; both results are static, [C, head_dim / 2].
    * C2: theta is at least 1, scale is above 0, both finite.
    * C3: (C − 1)·scale is below 2^20, where golden's routine ends.

    ```mlir
    %cos, %sin = nn.rope_table {head_dim = 64, theta = 1.0e+05} -> tensor<2048x32xf32>, tensor<2048x32xf32>
    ```
  }];
  let arguments = (ins ConfinedAttr<I64Attr, [IntPositive]>:$head_dim, F64Attr:$theta,
                       DefaultValuedAttr<F64Attr, "1.0">:$scale, OptionalAttr<StrAttr>:$factors);
  let results = (outs 2DTensorOf<[F32]>:$cos, 2DTensorOf<[F32]>:$sin);
  let assemblyFormat = [{
    ` ` `{` `head_dim` `=` $head_dim `,` `theta` `=` $theta `` custom<RopeOptions>($scale, $factors) `}` attr-dict
    `->` type($cos) `,` type($sin)
  }];
  let hasVerifier = 1;
}

// Keys or values of all layers and positions: [layers, positions, kv heads, head_dim], updated in place.
def NN_Cache : ConfinedType<MemRefRankOf<[F16, F32], [4]>,
    [HasStaticShapePred, CPred<"!::llvm::is_contained(::llvm::cast<::mlir::ShapedType>($_self).getShape(), 0)">],
    "a cache: static memref of 4 dimensions, none of them 0">;

def NN_CacheAppendOp : Accord_TiledOp<NN_Dialect, "cache_append", /*numInits=*/0> {
  let summary = "write the keys (or values) of new positions into a cache";
  let description = [{
    cache[layer, position + m, h, d] = x[m, h·D + d] for every row m of x, narrowed to the cache's type (nearest even, overflow to
    infinity; golden: `f32ToF16`). x: [M, H·D] f32; cache: memref [L, C, H, D] f16 or f32. layer < L and position + M <= C are the
    caller's to keep: executions check before they run.

    * C1: x has H·D columns.

    Dimension (m); the tile of row i has position + i.

    ```mlir
    nn.cache_append ins(%k : tensor<4x192xf32>) into(%cache : memref<30x2048x3x64xf16>) at(%layer, %position)
    ```
  }];
  let arguments = (ins 2DTensorOf<[F32]>:$x, NN_Cache:$cache, Index:$layer, Index:$position);
  let results = (outs);
  let assemblyFormat = [{
    `ins` `(` $x `:` type($x) `)` `into` `(` $cache `:` type($cache) `)` `at` `(` $layer `,` $position `)` attr-dict
  }];
  let hasVerifier = 1;
}

def NN_AttentionOp : Accord_TiledOp<NN_Dialect, "attention", /*numInits=*/1> {
  let summary = "causal attention of new positions over a cache";
  let description = [{
    Row m of q is position p = position + m and attends to the n = p + 1 positions up to itself. For each of `heads` query heads h of
    D values, with key and value head g = h·H / heads:
    * s[j] = (Σ_d q[m, h·D + d]·f32(k[layer, j, g, d]))·scale, one accumulator, d ascending;
    * a = softmax(s[0..n)), as `nn.softmax` (16 lanes by j mod 16);
    * y[m, h·D + d] = Σ_j a[j]·f32(v[layer, j, g, d]), one accumulator from its first term, j ascending.

    Masked positions are skipped, not added as zeros. So a row's bits depend on its position alone: n rows at once and n steps of one row
    give the same. q, y: [M, heads·D] f32; caches: memref [L, C, H, D] f16 or f32. Golden: `attention`.

    * C1: q and y have heads·D columns and as many rows.
    * C2: the caches have one type.
    * C3: heads is a multiple of H.
    * C4: scale is finite.

    Dimension (m); the tile of row i has position + i.

    ```mlir
    %y = nn.attention {heads = 9, scale = 1.25e-01} ins(%q : tensor<4x576xf32>)
           cache(%k, %v : memref<30x2048x3x64xf16>, memref<30x2048x3x64xf16>) at(%layer, %position)
           outs(%y0 : tensor<4x576xf32>) -> tensor<4x576xf32>
    ```
  }];
  let arguments = (ins ConfinedAttr<I64Attr, [IntPositive]>:$heads, F32Attr:$scale, 2DTensorOf<[F32]>:$q,
                       NN_Cache:$k, NN_Cache:$v, Index:$layer, Index:$position,
                       2DTensorOf<[F32]>:$out);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    ` ` `{` `heads` `=` $heads `,` `scale` `=` $scale `}` `ins` `(` $q `:` type($q) `)`
    `cache` `(` $k `,` $v `:` type($k) `,` type($v) `)` `at` `(` $layer `,` $position `)`
    `outs` `(` $out `:` type($out) `)` attr-dict (`->` type($results)^)?
  }];
  let hasVerifier = 1;
}

//===- What other front ends' elementwise code becomes ----------------------------------------------------------===//

def NN_TransposeOp : NN_Op<"transpose"> {
  let summary = "a matrix, turned";
  let description = [{
    y[n, m] = x[m, n]; no arithmetic. x: [M, N] f32, f16 or bf16; y: [N, M] of the same elements. Golden: `transpose`.

    * C1: y is [N, M].
    * C2: y has the elements of x.

    Dimensions (n, m) of y, both parallel.

    ```mlir
    %y = nn.transpose ins(%x : tensor<576x192xf32>) outs(%y0 : tensor<192x576xf32>) -> tensor<192x576xf32>
    ```
  }];
  let arguments = (ins Accord_Shaped<[F32, F16, BF16], 2>:$x, Accord_Shaped<[F32, F16, BF16], 2>:$out);
  let assemblyFormat = [{
    `ins` `(` $x `:` type($x) `)` `outs` `(` $out `:` type($out) `)` attr-dict (`->` type($results)^)?
  }];
}

def NN_MapOp : Accord_TiledOp<NN_Dialect, "map", /*numInits=*/1, [IsolatedFromAbove, SingleBlock]> {
  let summary = "one function of scalars, on every element";
  let description = [{
    y[m, n] = body(x0[m, n], x1[m, n], …). An input that has one row, one column or is a vector [N] is read at 0 in the axes it
    lacks: a bias is a vector. The body holds f32 operations that round once each, compares, selects and bit operations (primitives of
    `sim/golden/README.md`) and `nn.built`: so an elementwise function has the same bits everywhere, whoever wrote it.
    y: [M, N] f32; inputs: [M, N], [1, N], [M, 1], [1, 1], [N] or [1], f32.

    * C1: each axis of an input has the extent of y's, or 1.
    * C2: the body takes one f32 for each input and yields one f32.
    * C3: the body holds arith.constant, addf, subf, mulf, negf, cmpf, cmpi, select, bitcast, andi, ori, xori on f32, i32 and i1 scalars,
      without fast-math flags, and nn.built; nothing else.
    * C4: at most 16 inputs and 1024 ops in the body, as a command of the ISA has.

    Dimensions (m, n), both parallel.

    ```mlir
    %y = nn.map ins(%x, %bias : tensor<4x192xf32>, tensor<192xf32>) outs(%y0 : tensor<4x192xf32>) {
    ^bb0(%a: f32, %b: f32):
      %s = arith.addf %a, %b : f32
      %t = nn.built tanh(%s)
      nn.yield %t
    } -> tensor<4x192xf32>
    ```
  }];
  let arguments = (ins Variadic<AnyTypeOf<[NN_Matrix, NN_Vector]>>:$inputs, NN_Matrix:$out);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    (`ins` `(` $inputs^ `:` type($inputs) `)`)? `outs` `(` $out `:` type($out) `)` attr-dict-with-keyword $body
    (`->` type($results)^)?
  }];
  let hasVerifier = 1;
}

def NN_YieldOp : Op<NN_Dialect, "yield", [Pure, Terminator, HasParent<"MapOp">]> {
  let summary = "the value of a map's body";
  let arguments = (ins F32:$value);
  let assemblyFormat = "$value attr-dict";
}

def NN_Function : I32EnumAttr<"Function", "a built function", [
    I32EnumAttrCase<"Rcp", 0, "rcp">, I32EnumAttrCase<"Rsqrt", 1, "rsqrt">, I32EnumAttrCase<"Exp", 2, "exp">,
    I32EnumAttrCase<"Tanh", 3, "tanh">, I32EnumAttrCase<"Sigmoid", 4, "sigmoid">, I32EnumAttrCase<"Erf", 5, "erf">]> {
  let cppNamespace = "::accord::nn";
  let genSpecializedAttr = 0;
}
def NN_FunctionAttr : EnumAttr<NN_Dialect, NN_Function, "function">;

def NN_BuiltOp : Op<NN_Dialect, "built", [Pure]> {
  let summary = "a built function of a scalar";
  let description = [{
    rcp, rsqrt, exp, tanh, sigmoid or erf exactly as `sim/golden/functions.h` computes it. Unlike math's ops it is never folded by a host's
    libm, whose bits differ.

    ```mlir
    %e = nn.built exp(%x)
    ```
  }];
  let arguments = (ins NN_FunctionAttr:$function, F32:$x);
  let results = (outs F32:$result);
  let assemblyFormat = "`` $function `` `(` $x `)` attr-dict";
}

#endif // ACCORD_DIALECTS_NN_NNOPS_TD
