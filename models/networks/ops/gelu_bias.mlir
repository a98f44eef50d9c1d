// gelu(x + bias) by erf: 0.5 x (1 + erf(x / sqrt 2)), the bias a vector.
func.func @gelu_bias(%a: tensor<9x130xf32>, %bias: tensor<130xf32>) -> tensor<9x130xf32> {
  %0 = tensor.empty() : tensor<9x130xf32>
  %1 = nn.map ins(%a, %bias : tensor<9x130xf32>, tensor<130xf32>) outs(%0 : tensor<9x130xf32>) {
  ^bb0(%x: f32, %b: f32):
    %half = arith.constant 5.0e-01 : f32
    %one = arith.constant 1.0 : f32
    %root = arith.constant 0.707106769 : f32
    %s = arith.addf %x, %b : f32
    %t = arith.mulf %s, %root : f32
    %e = nn.built erf(%t)
    %u = arith.addf %e, %one : f32
    %h = arith.mulf %s, %half : f32
    %y = arith.mulf %h, %u : f32
    nn.yield %y
  } -> tensor<9x130xf32>
  return %1 : tensor<9x130xf32>
}
