// RMS normalization of 9 rows (L0), alone, at SmolLM2-135M's sizes.
func.func @rms_norm(%x: tensor<9x576xf32>, %w: tensor<576xf32>) -> tensor<9x576xf32> {
  %y0 = tensor.empty() : tensor<9x576xf32>
  %y = nn.rms_norm {eps = 1.0e-5} ins(%x, %w : tensor<9x576xf32>, tensor<576xf32>) outs(%y0 : tensor<9x576xf32>) -> tensor<9x576xf32>
  return %y : tensor<9x576xf32>
}
