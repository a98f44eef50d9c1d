!w = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
func.func @decode(%tokens: tensor<1xi32>, %position: index, %k: memref<1x8x1x32xf16>, %v: memref<1x8x1x32xf16>) -> tensor<1x32xf32> {
  %c0 = arith.constant 0 : index
  %table = nn.param "token_embd.weight" : tensor<64x32xf16>
  %x0 = tensor.empty() : tensor<1x32xf32>
  %x = nn.embed ins(%tokens, %table : tensor<1xi32>, tensor<64x32xf16>) outs(%x0 : tensor<1x32xf32>) -> tensor<1x32xf32>
  nn.cache_append ins(%x : tensor<1x32xf32>) into(%k : memref<1x8x1x32xf16>) at(%c0, %position)
  nn.cache_append ins(%x : tensor<1x32xf32>) into(%v : memref<1x8x1x32xf16>) at(%c0, %position)
  %y = nn.attention {heads = 1, scale = 0.5} ins(%x : tensor<1x32xf32>) cache(%k, %v : memref<1x8x1x32xf16>, memref<1x8x1x32xf16>)
         at(%c0, %position) outs(%x0 : tensor<1x32xf32>) -> tensor<1x32xf32>
  return %y : tensor<1x32xf32>
}
