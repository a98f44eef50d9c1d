// Addition of a residual (L0), alone, at SmolLM2-135M's sizes.
func.func @add(%a: tensor<9x576xf32>, %b: tensor<9x576xf32>) -> tensor<9x576xf32> {
  %y0 = tensor.empty() : tensor<9x576xf32>
  %y = nn.add ins(%a, %b : tensor<9x576xf32>, tensor<9x576xf32>) outs(%y0 : tensor<9x576xf32>) -> tensor<9x576xf32>
  return %y : tensor<9x576xf32>
}
