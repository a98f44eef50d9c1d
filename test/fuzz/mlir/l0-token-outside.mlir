func.func @token_outside(%table: tensor<9x4xf32>) -> tensor<2x4xf32> {
  %tokens = arith.constant dense<[8, 9]> : tensor<2xi32>
  %e = tensor.empty() : tensor<2x4xf32>
  %x = nn.embed ins(%tokens, %table : tensor<2xi32>, tensor<9x4xf32>) outs(%e : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %x : tensor<2x4xf32>
}
