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
