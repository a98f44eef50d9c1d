// What lies inside in every call passes unchanged: an entry of 1 to 16 tokens, one of a fixed number, layers through calls.
func.func @inside(%tokens: tensor<?xi32>, %position: index, %k: memref<2x16x1x4xf16>, %v: memref<2x16x1x4xf16>, %table: tensor<9x4xf32>)
    -> tensor<1x4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %rows = tensor.dim %tokens, %c0 : tensor<?xi32>
  %e = tensor.empty(%rows) : tensor<?x4xf32>
  %x = nn.embed ins(%tokens, %table : tensor<?xi32>, tensor<9x4xf32>) outs(%e : tensor<?x4xf32>) -> tensor<?x4xf32>
  %cos, %sin = nn.rope_table {head_dim = 8, theta = 1.0e+04} -> tensor<16x4xf32>, tensor<16x4xf32>
  %angles = tensor.extract_slice %cos[%position, 0] [%rows, 4] [1, 1] : tensor<16x4xf32> to tensor<?x4xf32>
  %e1 = tensor.empty(%rows) : tensor<?x4xf32>
  %y = nn.add ins(%x, %angles : tensor<?x4xf32>, tensor<?x4xf32>) outs(%e1 : tensor<?x4xf32>) -> tensor<?x4xf32>
  %a = call @layer(%y, %c0, %position, %k, %v) : (tensor<?x4xf32>, index, index, memref<2x16x1x4xf16>, memref<2x16x1x4xf16>) -> tensor<?x4xf32>
  %b = call @layer(%a, %c1, %position, %k, %v) : (tensor<?x4xf32>, index, index, memref<2x16x1x4xf16>, memref<2x16x1x4xf16>) -> tensor<?x4xf32>
  %last = arith.subi %rows, %c1 : index
  %z = tensor.extract_slice %b[%last, 0] [1, 4] [1, 1] : tensor<?x4xf32> to tensor<1x4xf32>
  return %z : tensor<1x4xf32>
}
func.func private @layer(%x: tensor<?x4xf32>, %layer: index, %position: index, %k: memref<2x16x1x4xf16>, %v: memref<2x16x1x4xf16>) -> tensor<?x4xf32> {
  nn.cache_append ins(%x : tensor<?x4xf32>) into(%k : memref<2x16x1x4xf16>) at(%layer, %position)
  nn.cache_append ins(%x : tensor<?x4xf32>) into(%v : memref<2x16x1x4xf16>) at(%layer, %position)
  %c0 = arith.constant 0 : index
  %rows = tensor.dim %x, %c0 : tensor<?x4xf32>
  %e = tensor.empty(%rows) : tensor<?x4xf32>
  %y = nn.attention {heads = 1, scale = 5.0e-01} ins(%x : tensor<?x4xf32>) cache(%k, %v : memref<2x16x1x4xf16>, memref<2x16x1x4xf16>)
         at(%layer, %position) outs(%e : tensor<?x4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
func.func @fixed(%x: tensor<8x4xf32>, %tokens: tensor<8xi32>, %position: index, %k: memref<2x16x1x4xf16>, %v: memref<2x16x1x4xf16>) {
  %c1 = arith.constant 1 : index
  nn.cache_append ins(%x : tensor<8x4xf32>) into(%k : memref<2x16x1x4xf16>) at(%c1, %position)
  return
}
