// Every constraint of the `nn` dialect, by its label.
// RUN: %accord-opt %s --split-input-file --verify-diagnostics

func.func @rms_norm_c1(%x: tensor<2x64xf32>, %w: tensor<64xf32>, %y: tensor<3x64xf32>) {
  // expected-error @+1 {{'nn.rms_norm' op expected dimension 0 of out to be 2, got 3}}
  %0 = nn.rms_norm {eps = 1.0e-5} ins(%x, %w : tensor<2x64xf32>, tensor<64xf32>) outs(%y : tensor<3x64xf32>) -> tensor<3x64xf32>
  return
}

// -----

func.func @rms_norm_c2(%x: tensor<2x64xf32>, %w: tensor<63xf32>, %y: tensor<2x64xf32>) {
  // expected-error @+1 {{'nn.rms_norm' op expected dimension 0 of w to be 64, got 63}}
  %0 = nn.rms_norm {eps = 1.0e-5} ins(%x, %w : tensor<2x64xf32>, tensor<63xf32>) outs(%y : tensor<2x64xf32>) -> tensor<2x64xf32>
  return
}

// -----

func.func @rms_norm_c3(%x: tensor<2x64xf32>, %w: tensor<64xf32>, %y: tensor<2x64xf32>) {
  // expected-error @+1 {{'nn.rms_norm' op expected a finite eps that is not negative, got -1.000000e+00 : f32}}
  %0 = nn.rms_norm {eps = -1.0} ins(%x, %w : tensor<2x64xf32>, tensor<64xf32>) outs(%y : tensor<2x64xf32>) -> tensor<2x64xf32>
  return
}

// -----

func.func @softmax_c1(%x: tensor<2x64xf32>, %y: tensor<2x63xf32>) {
  // expected-error @+1 {{'nn.softmax' op expected dimension 1 of out to be 64, got 63}}
  %0 = nn.softmax ins(%x : tensor<2x64xf32>) outs(%y : tensor<2x63xf32>) -> tensor<2x63xf32>
  return
}

// -----

func.func @rope_c1(%x: tensor<2x64xf32>, %c: tensor<2x16xf32>, %y: tensor<2x32xf32>) {
  // expected-error @+1 {{'nn.rope' op expected dimension 1 of out to be 64, got 32}}
  %0 = nn.rope {head_dim = 32, style = halves} ins(%x, %c, %c : tensor<2x64xf32>, tensor<2x16xf32>, tensor<2x16xf32>) outs(%y : tensor<2x32xf32>) -> tensor<2x32xf32>
  return
}

// -----

func.func @rope_c2(%x: tensor<2x64xf32>, %c: tensor<2x24xf32>, %y: tensor<2x64xf32>) {
  // expected-error @+1 {{'nn.rope' op expected rows of whole heads of an even head_dim, got 64 columns and head_dim 48}}
  %0 = nn.rope {head_dim = 48, style = halves} ins(%x, %c, %c : tensor<2x64xf32>, tensor<2x24xf32>, tensor<2x24xf32>) outs(%y : tensor<2x64xf32>) -> tensor<2x64xf32>
  return
}

// -----

func.func @rope_c3(%x: tensor<2x64xf32>, %c: tensor<2x16xf32>, %s: tensor<2x32xf32>, %y: tensor<2x64xf32>) {
  // expected-error @+1 {{'nn.rope' op expected dimension 1 of sin to be 16, got 32}}
  %0 = nn.rope {head_dim = 32, style = halves} ins(%x, %c, %s : tensor<2x64xf32>, tensor<2x16xf32>, tensor<2x32xf32>) outs(%y : tensor<2x64xf32>) -> tensor<2x64xf32>
  return
}

// -----

func.func @silu_c1(%x: tensor<2x64xf32>, %y: tensor<1x64xf32>) {
  // expected-error @+1 {{'nn.silu' op expected dimension 0 of out to be 2, got 1}}
  %0 = nn.silu ins(%x : tensor<2x64xf32>) outs(%y : tensor<1x64xf32>) -> tensor<1x64xf32>
  return
}

// -----

func.func @silu_mul_c1(%g: tensor<2x64xf32>, %u: tensor<2x32xf32>, %y: tensor<2x64xf32>) {
  // expected-error @+1 {{'nn.silu_mul' op expected dimension 1 of the second operand to be 64, got 32}}
  %0 = nn.silu_mul ins(%g, %u : tensor<2x64xf32>, tensor<2x32xf32>) outs(%y : tensor<2x64xf32>) -> tensor<2x64xf32>
  return
}

// -----

func.func @add_c1(%a: tensor<2x64xf32>, %b: tensor<2x64xf32>, %y: tensor<2x32xf32>) {
  // expected-error @+1 {{'nn.add' op expected dimension 1 of out to be 64, got 32}}
  %0 = nn.add ins(%a, %b : tensor<2x64xf32>, tensor<2x64xf32>) outs(%y : tensor<2x32xf32>) -> tensor<2x32xf32>
  return
}

// -----

func.func @relu2_mul_c1(%g: tensor<2x64xf32>, %u: tensor<2x32xf32>, %y: tensor<2x64xf32>) {
  // expected-error @+1 {{'nn.relu2_mul' op expected dimension 1 of the second operand to be 64, got 32}}
  %0 = nn.relu2_mul ins(%g, %u : tensor<2x64xf32>, tensor<2x32xf32>) outs(%y : tensor<2x64xf32>) -> tensor<2x64xf32>
  return
}

// -----

func.func @matmul_c1(%a: tensor<2x64xf32>, %b: tensor<8x60xf16>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'nn.matmul' op expected dimension 1 of b to be 64, got 60}}
  %0 = nn.matmul ins(%a, %b : tensor<2x64xf32>, tensor<8x60xf16>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @matmul_c2(%a: tensor<2x64xf32>, %b: tensor<8x64xf16>, %y: tensor<2x9xf32>) {
  // expected-error @+1 {{'nn.matmul' op expected dimension 1 of out to be 8, got 9}}
  %0 = nn.matmul ins(%a, %b : tensor<2x64xf32>, tensor<8x64xf16>) outs(%y : tensor<2x9xf32>) -> tensor<2x9xf32>
  return
}

// -----

func.func @embed_c1(%t: tensor<2xi32>, %e: tensor<8x64xf16>, %y: tensor<3x64xf32>) {
  // expected-error @+1 {{'nn.embed' op expected dimension 0 of out to be 2, got 3}}
  %0 = nn.embed ins(%t, %e : tensor<2xi32>, tensor<8x64xf16>) outs(%y : tensor<3x64xf32>) -> tensor<3x64xf32>
  return
}

// -----

func.func @embed_c1_k(%t: tensor<2xi32>, %e: tensor<8x64xf16>, %y: tensor<2x32xf32>) {
  // expected-error @+1 {{'nn.embed' op expected dimension 1 of out to be 64, got 32}}
  %0 = nn.embed ins(%t, %e : tensor<2xi32>, tensor<8x64xf16>) outs(%y : tensor<2x32xf32>) -> tensor<2x32xf32>
  return
}

// -----

func.func @param_c1() {
  // expected-error @+1 {{'nn.param' op expected the name of a tensor, got an empty one}}
  %0 = nn.param "" : tensor<4xf32>
  return
}

// -----

func.func @rope_table_c1() {
  // expected-error @+1 {{'nn.rope_table' op expected an even head_dim, got 3}}
  %0, %1 = nn.rope_table {head_dim = 3, theta = 1.0e+04} -> tensor<8x1xf32>, tensor<8x1xf32>
  return
}

// -----

func.func @rope_table_c1_cos() {
  // expected-error @+1 {{'nn.rope_table' op expected dimension 1 of cos to be 2, got 4}}
  %0, %1 = nn.rope_table {head_dim = 4, theta = 1.0e+04} -> tensor<8x4xf32>, tensor<8x4xf32>
  return
}

// -----

func.func @rope_table_c1_sin() {
  // expected-error @+1 {{'nn.rope_table' op expected dimension 0 of sin to be 8, got 9}}
  %0, %1 = nn.rope_table {head_dim = 4, theta = 1.0e+04} -> tensor<8x2xf32>, tensor<9x2xf32>
  return
}

// -----

func.func @rope_table_c1_static() {
  // expected-error @+1 {{'nn.rope_table' op expected tables of static shape, got 'tensor<?x2xf32>'}}
  %0, %1 = nn.rope_table {head_dim = 4, theta = 1.0e+04} -> tensor<?x2xf32>, tensor<8x2xf32>
  return
}

// -----

func.func @rope_table_c2_theta() {
  // expected-error @+1 {{'nn.rope_table' op expected a finite theta of at least 1, got 5.000000e-01 : f64}}
  %0, %1 = nn.rope_table {head_dim = 4, theta = 5.0e-01} -> tensor<8x2xf32>, tensor<8x2xf32>
  return
}

// -----

func.func @rope_table_c2_scale() {
  // expected-error @+1 {{'nn.rope_table' op expected a finite scale above 0, got -1.000000e+00 : f64}}
  %0, %1 = nn.rope_table {head_dim = 4, theta = 1.0e+04, scale = -1.0} -> tensor<8x2xf32>, tensor<8x2xf32>
  return
}

// -----

func.func @rope_table_c3() {
  // expected-error @+1 {{'nn.rope_table' op expected the last position times scale to be below 2^20, got position 2097152 and scale 5.000000e-01 : f64}}
  %0, %1 = nn.rope_table {head_dim = 4, theta = 1.0e+04, scale = 0.5} -> tensor<2097153x2xf32>, tensor<2097153x2xf32>
  return
}

// -----

func.func @cache_append_c1(%x: tensor<2x8xf32>, %c: memref<2x8x3x4xf16>, %i: index) {
  // expected-error @+1 {{'nn.cache_append' op expected dimension 1 of x to be 12, got 8}}
  nn.cache_append ins(%x : tensor<2x8xf32>) into(%c : memref<2x8x3x4xf16>) at(%i, %i)
  return
}

// -----

func.func @cache_type(%x: tensor<2x12xf32>, %c: memref<2x?x3x4xf16>, %i: index) {
  // expected-error @+1 {{'nn.cache_append' op operand #1 must be a cache: static memref of 4 dimensions, none of them 0, but got 'memref<2x?x3x4xf16>'}}
  nn.cache_append ins(%x : tensor<2x12xf32>) into(%c : memref<2x?x3x4xf16>) at(%i, %i)
  return
}

// -----

func.func @attention_c1(%q: tensor<2x20xf32>, %k: memref<2x8x3x4xf16>, %v: memref<2x8x3x4xf16>, %i: index, %y: tensor<2x24xf32>) {
  // expected-error @+1 {{'nn.attention' op expected dimension 1 of q to be 24, got 20}}
  %0 = nn.attention {heads = 6, scale = 0.5} ins(%q : tensor<2x20xf32>) cache(%k, %v : memref<2x8x3x4xf16>, memref<2x8x3x4xf16>) at(%i, %i) outs(%y : tensor<2x24xf32>) -> tensor<2x24xf32>
  return
}

// -----

func.func @attention_c1_out(%q: tensor<2x24xf32>, %k: memref<2x8x3x4xf16>, %v: memref<2x8x3x4xf16>, %i: index, %y: tensor<3x24xf32>) {
  // expected-error @+1 {{'nn.attention' op expected dimension 0 of out to be 2, got 3}}
  %0 = nn.attention {heads = 6, scale = 0.5} ins(%q : tensor<2x24xf32>) cache(%k, %v : memref<2x8x3x4xf16>, memref<2x8x3x4xf16>) at(%i, %i) outs(%y : tensor<3x24xf32>) -> tensor<3x24xf32>
  return
}

// -----

func.func @attention_c1_huge(%q: tensor<2x24xf32>, %k: memref<2x8x3x4xf16>, %v: memref<2x8x3x4xf16>, %i: index, %y: tensor<2x24xf32>) {
  // expected-error @+1 {{'nn.attention' op expected dimension 1 of q to be 9223372036854775807, got 24}}
  %0 = nn.attention {heads = 4611686018427387910, scale = 0.5} ins(%q : tensor<2x24xf32>) cache(%k, %v : memref<2x8x3x4xf16>, memref<2x8x3x4xf16>) at(%i, %i) outs(%y : tensor<2x24xf32>) -> tensor<2x24xf32>
  return
}

// -----

func.func @attention_c2(%q: tensor<2x24xf32>, %k: memref<2x8x3x4xf16>, %v: memref<2x8x3x4xf32>, %i: index, %y: tensor<2x24xf32>) {
  // expected-error @+1 {{'nn.attention' op expected caches of one type, got 'memref<2x8x3x4xf16>' and 'memref<2x8x3x4xf32>'}}
  %0 = nn.attention {heads = 6, scale = 0.5} ins(%q : tensor<2x24xf32>) cache(%k, %v : memref<2x8x3x4xf16>, memref<2x8x3x4xf32>) at(%i, %i) outs(%y : tensor<2x24xf32>) -> tensor<2x24xf32>
  return
}

// -----

func.func @attention_c3(%q: tensor<2x20xf32>, %k: memref<2x8x3x4xf16>, %v: memref<2x8x3x4xf16>, %i: index, %y: tensor<2x20xf32>) {
  // expected-error @+1 {{'nn.attention' op expected heads to be a multiple of the caches' 3 heads, got 5}}
  %0 = nn.attention {heads = 5, scale = 0.5} ins(%q : tensor<2x20xf32>) cache(%k, %v : memref<2x8x3x4xf16>, memref<2x8x3x4xf16>) at(%i, %i) outs(%y : tensor<2x20xf32>) -> tensor<2x20xf32>
  return
}

// -----

func.func @attention_c4(%q: tensor<2x24xf32>, %k: memref<2x8x3x4xf16>, %v: memref<2x8x3x4xf16>, %i: index, %y: tensor<2x24xf32>) {
  // expected-error @+1 {{'nn.attention' op expected a finite scale, got 0x7F800000 : f32}}
  %0 = nn.attention {heads = 6, scale = 0x7F800000} ins(%q : tensor<2x24xf32>) cache(%k, %v : memref<2x8x3x4xf16>, memref<2x8x3x4xf16>) at(%i, %i) outs(%y : tensor<2x24xf32>) -> tensor<2x24xf32>
  return
}

// -----

func.func @attention_cache(%q: tensor<2x24xf32>, %k: memref<2x8x0x4xf16>, %v: memref<2x8x0x4xf16>, %i: index, %y: tensor<2x24xf32>) {
  // expected-error @+1 {{'nn.attention' op operand #1 must be a cache: static memref of 4 dimensions, none of them 0, but got 'memref<2x8x0x4xf16>'}}
  %0 = nn.attention {heads = 6, scale = 0.5} ins(%q : tensor<2x24xf32>) cache(%k, %v : memref<2x8x0x4xf16>, memref<2x8x0x4xf16>) at(%i, %i) outs(%y : tensor<2x24xf32>) -> tensor<2x24xf32>
  return
}

// -----

func.func @rope_table_options() {
  // expected-error @+1 {{expected 'factors' or scale}}
  %0, %1 = nn.rope_table {head_dim = 4, theta = 1.0e+04, base = 2.0} -> tensor<8x2xf32>, tensor<8x2xf32>
  return
}
