// Requantization of activations, groups of 32 (L0), alone, at SmolLM2-135M's sizes.
func.func @quantize_act(%x: tensor<9x576xf32>) -> (tensor<9x576xi8>, tensor<9x18xf32>) {
  %q0 = tensor.empty() : tensor<9x576xi8>
  %s0 = tensor.empty() : tensor<9x18xf32>
  %q, %s = lut.quantize_act {group = 32} ins(%x : tensor<9x576xf32>)
             outs(%q0, %s0 : tensor<9x576xi8>, tensor<9x18xf32>) -> tensor<9x576xi8>, tensor<9x18xf32>
  return %q, %s : tensor<9x576xi8>, tensor<9x18xf32>
}
