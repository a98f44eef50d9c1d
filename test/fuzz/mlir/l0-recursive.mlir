func.func @recursive(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %y = call @recursive(%x) : (tensor<1x4xf32>) -> tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}
