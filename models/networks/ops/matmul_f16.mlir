// A product by rows of f16: 9 rows, K of 100, 130 columns.
func.func @matmul(%a: tensor<9x100xf32>, %b: tensor<130x100xf16>) -> tensor<9x130xf32> {
  %0 = tensor.empty() : tensor<9x130xf32>
  %1 = nn.matmul ins(%a, %b : tensor<9x100xf32>, tensor<130x100xf16>) outs(%0 : tensor<9x130xf32>) -> tensor<9x130xf32>
  return %1 : tensor<9x130xf32>
}
