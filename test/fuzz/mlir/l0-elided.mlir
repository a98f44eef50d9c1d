func.func @elided() -> tensor<2x4xf32> {
  %w = arith.constant dense_resource<__elided__> : tensor<2x4xf32>
  return %w : tensor<2x4xf32>
}
