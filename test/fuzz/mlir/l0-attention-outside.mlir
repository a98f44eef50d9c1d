func.func @attention_outside(%q: tensor<1x4xf32>, %position: index, %k: memref<2x16x1x4xf16>) -> tensor<1x4xf32> {
  %c0 = arith.constant 0 : index
  %twice = arith.addi %position, %position : index
  %e = tensor.empty() : tensor<1x4xf32>
  %y = nn.attention {heads = 1, scale = 5.0e-01} ins(%q : tensor<1x4xf32>) cache(%k, %k : memref<2x16x1x4xf16>, memref<2x16x1x4xf16>)
         at(%c0, %twice) outs(%e : tensor<1x4xf32>) -> tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}
