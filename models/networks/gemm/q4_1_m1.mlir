// One mixed-precision GEMM (L0): Q4_1 weights, M = 1, N = 192, K = 576 (SmolLM2-135M's key projection).
// The activations are quantized by the program itself, as an importer would write it.
!w = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>

func.func @gemm(%x: tensor<1x576xf32>, %w: tensor<192x576x!w>) -> tensor<1x192xf32> {
  %q0 = tensor.empty() : tensor<1x576xi8>
  %s0 = tensor.empty() : tensor<1x18xf32>
  %q, %s = lut.quantize_act {group = 32} ins(%x : tensor<1x576xf32>)
             outs(%q0, %s0 : tensor<1x576xi8>, tensor<1x18xf32>) -> tensor<1x576xi8>, tensor<1x18xf32>
  %y0 = tensor.empty() : tensor<1x192xf32>
  %y = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<1x576xi8>, tensor<1x18xf32>, tensor<192x576x!w>)
         outs(%y0 : tensor<1x192xf32>) -> tensor<1x192xf32>
  return %y : tensor<1x192xf32>
}
