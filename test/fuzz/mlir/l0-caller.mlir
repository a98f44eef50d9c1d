// In the callee, for the caller that asks for it.
func.func @caller(%x: tensor<1x4xf32>, %position: index, %k: memref<2x16x1x4xf16>) {
  %c1 = arith.constant -1 : index
  call @callee(%x, %c1, %position, %k) : (tensor<1x4xf32>, index, index, memref<2x16x1x4xf16>) -> ()
  return
}
func.func private @callee(%x: tensor<1x4xf32>, %layer: index, %position: index, %k: memref<2x16x1x4xf16>) {
  nn.cache_append ins(%x : tensor<1x4xf32>) into(%k : memref<2x16x1x4xf16>) at(%layer, %position)
  return
}
