// Two numbers of the caller's are two: their difference is not 0.
func.func @two_positions(%x: tensor<1x4xf32>, %a: index, %b: index, %k: memref<2x16x1x4xf16>) -> tensor<1x4xf32> {
  %d = arith.subi %a, %b : index
  %y = tensor.extract_slice %x[%d, 0] [1, 4] [1, 1] : tensor<1x4xf32> to tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}
