// A matrix, turned: no extent is a power of two.
func.func @transpose(%a: tensor<9x70xf32>) -> tensor<70x9xf32> {
  %0 = tensor.empty() : tensor<70x9xf32>
  %1 = nn.transpose ins(%a : tensor<9x70xf32>) outs(%0 : tensor<70x9xf32>) -> tensor<70x9xf32>
  return %1 : tensor<70x9xf32>
}
