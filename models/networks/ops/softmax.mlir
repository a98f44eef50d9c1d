// Softmax over 131 columns, a length that no lane count divides (L0), alone, at SmolLM2-135M's sizes.
func.func @softmax(%x: tensor<9x131xf32>) -> tensor<9x131xf32> {
  %y0 = tensor.empty() : tensor<9x131xf32>
  %y = nn.softmax ins(%x : tensor<9x131xf32>) outs(%y0 : tensor<9x131xf32>) -> tensor<9x131xf32>
  return %y : tensor<9x131xf32>
}
