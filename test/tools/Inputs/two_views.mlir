func.func @f(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<1x8xf32>) {
  %e = tensor.empty() : tensor<2x4xf32>
  %y = nn.silu ins(%x : tensor<2x4xf32>) outs(%e : tensor<2x4xf32>) -> tensor<2x4xf32>
  %c = tensor.collapse_shape %x [[0, 1]] : tensor<2x4xf32> into tensor<8xf32>
  %r = tensor.expand_shape %c [[0, 1]] output_shape [1, 8] : tensor<8xf32> into tensor<1x8xf32>
  %o = tensor.empty() : tensor<1x8xf32>
  %z = nn.silu ins(%r : tensor<1x8xf32>) outs(%o : tensor<1x8xf32>) -> tensor<1x8xf32>
  return %y, %z : tensor<2x4xf32>, tensor<1x8xf32>
}
