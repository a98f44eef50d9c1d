func.func @one(%x: tensor<1x4xf32>, %position: index, %k: memref<2x16x1x4xf16>) {
  return
}
func.func @two(%x: tensor<1x4xf32>, %position: index, %k: memref<2x8x1x4xf16>) {
  return
}
