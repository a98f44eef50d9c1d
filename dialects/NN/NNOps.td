// The operations of the `nn` dialect.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef ACCORD_DIALECTS_NN_NNOPS_TD
#define ACCORD_DIALECTS_NN_NNOPS_TD

include "dialects/Interfaces/TileLegalityInterface.td"
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

#endif // ACCORD_DIALECTS_NN_NNOPS_TD
