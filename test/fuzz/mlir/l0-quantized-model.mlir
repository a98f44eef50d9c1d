!w = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
func.func @decode(%x: tensor<1x32xf32>) -> (tensor<1x32xf32>, tensor<1x32xf32>) {
  %a = nn.param "a.weight" : tensor<32x32x!w>
  %b = nn.param "b.weight" : tensor<32x32x!w>
  %q0 = tensor.empty() : tensor<1x32xi8>
  %s0 = tensor.empty() : tensor<1x1xf32>
  %y0 = tensor.empty() : tensor<1x32xf32>
  %q, %s = lut.quantize_act {group = 32} ins(%x : tensor<1x32xf32>) outs(%q0, %s0 : tensor<1x32xi8>, tensor<1x1xf32>)
             -> tensor<1x32xi8>, tensor<1x1xf32>
  %0 = lut.mpgemm {act_group = 32} ins(%q, %s, %a : tensor<1x32xi8>, tensor<1x1xf32>, tensor<32x32x!w>)
         outs(%y0 : tensor<1x32xf32>) -> tensor<1x32xf32>
  %1 = lut.mpgemm {act_group = 32} ins(%q, %s, %b : tensor<1x32xi8>, tensor<1x1xf32>, tensor<32x32x!w>)
         outs(%y0 : tensor<1x32xf32>) -> tensor<1x32xf32>
  return %0, %1 : tensor<1x32xf32>, tensor<1x32xf32>
}
