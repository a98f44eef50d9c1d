// Every constraint of nn.map and nn.transpose, by its label.
// RUN: %accord-opt %s --split-input-file --verify-diagnostics

func.func @map_c1(%x: tensor<4x7xf32>, %e: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @+1 {{'nn.map' op expected axis 1 of input 0 to be 8 or 1, got 7}}
  %y = nn.map ins(%x : tensor<4x7xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%a: f32):
      nn.yield %a
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

func.func @map_c1_vector(%x: tensor<4xf32>, %e: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @+1 {{'nn.map' op expected axis 1 of input 0 to be 8 or 1, got 4}}
  %y = nn.map ins(%x : tensor<4xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%a: f32):
      nn.yield %a
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

func.func @map_c2_arguments(%x: tensor<4x8xf32>, %e: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @+1 {{'nn.map' op expected a body of 1 f32 arguments, got 'f32', 'f32'}}
  %y = nn.map ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%a: f32, %b: f32):
      nn.yield %a
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

func.func @map_c2_type(%x: tensor<4x8xf32>, %e: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @+1 {{'nn.map' op expected a body of 1 f32 arguments, got 'i32'}}
  %y = nn.map ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%a: i32):
      %0 = arith.bitcast %a : i32 to f32
      nn.yield %0
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

func.func @map_c2_end(%x: tensor<4x8xf32>, %e: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @+1 {{'nn.map' op expected a body that ends in nn.yield}}
  %y = nn.map ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%a: f32):
      %0 = arith.addf %a, %a : f32
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

func.func @map_c3_op(%x: tensor<4x8xf32>, %e: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %y = nn.map ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%a: f32):
      // expected-error @+1 {{'math.exp' op is not allowed in nn.map; expected a primitive of arith or nn.built}}
      %0 = math.exp %a : f32
      nn.yield %0
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

func.func @map_c3_type(%x: tensor<4x8xf32>, %e: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %y = nn.map ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%a: f32):
      // expected-error @+1 {{'arith.constant' op expected scalars of f32, i32 or i1 in nn.map, got 'f64'}}
      %0 = arith.constant 1.0 : f64
      nn.yield %a
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

func.func @map_c3_flags(%x: tensor<4x8xf32>, %e: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %y = nn.map ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%a: f32):
      // expected-error @+1 {{'arith.mulf' op has fast-math flags; expected none in nn.map}}
      %0 = arith.mulf %a, %a fastmath<contract> : f32
      nn.yield %0
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

func.func @map_isolated(%x: tensor<4x8xf32>, %e: tensor<4x8xf32>, %c: f32) -> tensor<4x8xf32> {
  // expected-note @+1 {{required by region isolation constraints}}
  %y = nn.map ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%a: f32):
      // expected-error @+1 {{'arith.mulf' op using value defined outside the region}}
      %0 = arith.mulf %a, %c : f32
      nn.yield %0
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

func.func @transpose_c1(%x: tensor<4x8xf32>, %e: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @+1 {{'nn.transpose' op expected dimension 0 of out to be 8, got 4}}
  %y = nn.transpose ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

func.func @transpose_c2(%x: tensor<4x8xf32>, %e: tensor<8x4xf16>) -> tensor<8x4xf16> {
  // expected-error @+1 {{'nn.transpose' op expected out to have elements 'f32', got 'f16'}}
  %y = nn.transpose ins(%x : tensor<4x8xf32>) outs(%e : tensor<8x4xf16>) -> tensor<8x4xf16>
  return %y : tensor<8x4xf16>
}
