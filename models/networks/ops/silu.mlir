// SiLU (L0), alone, at SmolLM2-135M's sizes.
func.func @silu(%x: tensor<9x576xf32>) -> tensor<9x576xf32> {
  %y0 = tensor.empty() : tensor<9x576xf32>
  %y = nn.silu ins(%x : tensor<9x576xf32>) outs(%y0 : tensor<9x576xf32>) -> tensor<9x576xf32>
  return %y : tensor<9x576xf32>
}
