// Rotary position embedding of 9 heads of 64, halves pairs (L0), alone, at SmolLM2-135M's sizes.
func.func @rope_halves(%x: tensor<9x576xf32>, %cos: tensor<9x32xf32>, %sin: tensor<9x32xf32>) -> tensor<9x576xf32> {
  %y0 = tensor.empty() : tensor<9x576xf32>
  %y = nn.rope {head_dim = 64, style = halves} ins(%x, %cos, %sin : tensor<9x576xf32>, tensor<9x32xf32>, tensor<9x32xf32>)
         outs(%y0 : tensor<9x576xf32>) -> tensor<9x576xf32>
  return %y : tensor<9x576xf32>
}
