func.func @table_too_short(%x: tensor<1x4xf32>, %position: index, %k: memref<2x16x1x4xf16>) -> tensor<1x4xf32> {
  %cos, %sin = nn.rope_table {head_dim = 8, theta = 1.0e+04} -> tensor<15x4xf32>, tensor<15x4xf32>
  %angles = tensor.extract_slice %cos[%position, 0] [1, 4] [1, 1] : tensor<15x4xf32> to tensor<1x4xf32>
  return %angles : tensor<1x4xf32>
}
