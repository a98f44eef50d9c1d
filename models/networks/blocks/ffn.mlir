// The feed-forward block of SmolLM2-135M (L0): 8 tokens, width 576, hidden width 1536. Norm, gate and up products
// (Q4_1) of the same activations, silu(gate)·up, down product (Q8_0), and the residual.
!w = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
!w8 = !lut.weight<u8, group = 32, zero = 128, storage = gguf_q8_0>
func.func @ffn(%x: tensor<8x576xf32>, %g: tensor<576xf32>, %wg: tensor<1536x576x!w>, %wu: tensor<1536x576x!w>, %wd: tensor<576x1536x!w8>) -> tensor<8x576xf32> {
  %n0 = tensor.empty() : tensor<8x576xf32>
  %n = nn.rms_norm {eps = 1.0e-5} ins(%x, %g : tensor<8x576xf32>, tensor<576xf32>) outs(%n0 : tensor<8x576xf32>) -> tensor<8x576xf32>
  %q0 = tensor.empty() : tensor<8x576xi8>
  %s0 = tensor.empty() : tensor<8x18xf32>
  %q, %s = lut.quantize_act {group = 32} ins(%n : tensor<8x576xf32>) outs(%q0, %s0 : tensor<8x576xi8>, tensor<8x18xf32>) -> tensor<8x576xi8>, tensor<8x18xf32>
  %g0 = tensor.empty() : tensor<8x1536xf32>
  %gate = lut.mpgemm {act_group = 32} ins(%q, %s, %wg : tensor<8x576xi8>, tensor<8x18xf32>, tensor<1536x576x!w>) outs(%g0 : tensor<8x1536xf32>) -> tensor<8x1536xf32>
  %up = lut.mpgemm {act_group = 32} ins(%q, %s, %wu : tensor<8x576xi8>, tensor<8x18xf32>, tensor<1536x576x!w>) outs(%g0 : tensor<8x1536xf32>) -> tensor<8x1536xf32>
  %a = nn.silu_mul ins(%gate, %up : tensor<8x1536xf32>, tensor<8x1536xf32>) outs(%g0 : tensor<8x1536xf32>) -> tensor<8x1536xf32>
  %r0 = tensor.empty() : tensor<8x1536xi8>
  %t0 = tensor.empty() : tensor<8x48xf32>
  %r, %t = lut.quantize_act {group = 32} ins(%a : tensor<8x1536xf32>) outs(%r0, %t0 : tensor<8x1536xi8>, tensor<8x48xf32>) -> tensor<8x1536xi8>, tensor<8x48xf32>
  %d = lut.mpgemm {act_group = 32} ins(%r, %t, %wd : tensor<8x1536xi8>, tensor<8x48xf32>, tensor<576x1536x!w8>) outs(%n0 : tensor<8x576xf32>) -> tensor<8x576xf32>
  %y = nn.add ins(%d, %x : tensor<8x576xf32>, tensor<8x576xf32>) outs(%n0 : tensor<8x576xf32>) -> tensor<8x576xf32>
  return %y : tensor<8x576xf32>
}
