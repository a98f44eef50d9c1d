func.func @columns_outside(%x: tensor<3x4xf32>) -> tensor<3x2xf32> {
  %y = tensor.extract_slice %x[0, 3] [3, 2] [1, 1] : tensor<3x4xf32> to tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}
