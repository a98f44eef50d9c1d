// Tokens of the graph are no caller's, though the callee sees an argument.
func.func @passes_tokens(%table: tensor<9x4xf32>) -> tensor<2x4xf32> {
  %tokens = arith.constant dense<[8, 9000000]> : tensor<2xi32>
  %x = call @embeds(%tokens, %table) : (tensor<2xi32>, tensor<9x4xf32>) -> tensor<2x4xf32>
  return %x : tensor<2x4xf32>
}
func.func private @embeds(%tokens: tensor<2xi32>, %table: tensor<9x4xf32>) -> tensor<2x4xf32> {
  %e = tensor.empty() : tensor<2x4xf32>
  %x = nn.embed ins(%tokens, %table : tensor<2xi32>, tensor<9x4xf32>) outs(%e : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %x : tensor<2x4xf32>
}
