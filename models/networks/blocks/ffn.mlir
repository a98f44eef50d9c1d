// The feed-forward block of SmolLM2-135M (L0): 8 tokens, width 576, hidden width 1536. Norm, gate and up products
// (Q4_1) of the same activations, silu(gate)·up, down product (Q8_0), residual.
!w4 = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
!w8 = !lut.weight<u8, group = 32, zero = 128, storage = gguf_q8_0>

func.func @ffn(%x: tensor<8x576xf32>, %norm: tensor<576xf32>, %gate: tensor<1536x576x!w4>,
               %up: tensor<1536x576x!w4>, %down: tensor<576x1536x!w8>) -> tensor<8x576xf32> {
  %narrow = tensor.empty() : tensor<8x576xf32>
  %wide = tensor.empty() : tensor<8x1536xf32>
  %n = nn.rms_norm {eps = 1.0e-5} ins(%x, %norm : tensor<8x576xf32>, tensor<576xf32>)
         outs(%narrow : tensor<8x576xf32>) -> tensor<8x576xf32>
  %q0 = tensor.empty() : tensor<8x576xi8>
  %s0 = tensor.empty() : tensor<8x18xf32>
  %q, %s = lut.quantize_act {group = 32} ins(%n : tensor<8x576xf32>)
             outs(%q0, %s0 : tensor<8x576xi8>, tensor<8x18xf32>) -> tensor<8x576xi8>, tensor<8x18xf32>
  %g = lut.mpgemm {act_group = 32} ins(%q, %s, %gate : tensor<8x576xi8>, tensor<8x18xf32>, tensor<1536x576x!w4>)
         outs(%wide : tensor<8x1536xf32>) -> tensor<8x1536xf32>
  %u = lut.mpgemm {act_group = 32} ins(%q, %s, %up : tensor<8x576xi8>, tensor<8x18xf32>, tensor<1536x576x!w4>)
         outs(%wide : tensor<8x1536xf32>) -> tensor<8x1536xf32>
  %a = nn.silu_mul ins(%g, %u : tensor<8x1536xf32>, tensor<8x1536xf32>)
         outs(%wide : tensor<8x1536xf32>) -> tensor<8x1536xf32>
  %r0 = tensor.empty() : tensor<8x1536xi8>
  %t0 = tensor.empty() : tensor<8x48xf32>
  %r, %t = lut.quantize_act {group = 32} ins(%a : tensor<8x1536xf32>)
             outs(%r0, %t0 : tensor<8x1536xi8>, tensor<8x48xf32>) -> tensor<8x1536xi8>, tensor<8x48xf32>
  %d = lut.mpgemm {act_group = 32} ins(%r, %t, %down : tensor<8x1536xi8>, tensor<8x48xf32>, tensor<576x1536x!w8>)
         outs(%narrow : tensor<8x576xf32>) -> tensor<8x576xf32>
  %y = nn.add ins(%d, %x : tensor<8x576xf32>, tensor<8x576xf32>)
         outs(%narrow : tensor<8x576xf32>) -> tensor<8x576xf32>
  return %y : tensor<8x576xf32>
}
