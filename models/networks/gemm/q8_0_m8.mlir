// One mixed-precision GEMM (L0): Q8_0 weights, M = 8, N = 192, K = 576 (SmolLM2-135M's key projection).
// The activations are quantized by the program itself, as an importer would write it.
!w = !lut.weight<u8, group = 32, zero = 128, storage = gguf_q8_0>

func.func @gemm(%x: tensor<8x576xf32>, %w: tensor<192x576x!w>) -> tensor<8x192xf32> {
  %q0 = tensor.empty() : tensor<8x576xi8>
  %s0 = tensor.empty() : tensor<8x18xf32>
  %q, %s = lut.quantize_act {group = 32} ins(%x : tensor<8x576xf32>)
             outs(%q0, %s0 : tensor<8x576xi8>, tensor<8x18xf32>) -> tensor<8x576xi8>, tensor<8x18xf32>
  %y0 = tensor.empty() : tensor<8x192xf32>
  %y = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<8x576xi8>, tensor<8x18xf32>, tensor<192x576x!w>)
         outs(%y0 : tensor<8x192xf32>) -> tensor<8x192xf32>
  return %y : tensor<8x192xf32>
}
