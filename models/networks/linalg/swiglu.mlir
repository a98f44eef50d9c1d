// A gated layer as torch-mlir writes it: y = W3·(silu(W1·x)·(W2·x)), a batch of 2 by 5 rows, width 32, hidden
// width 64. silu is two ops there, a sigmoid and a product; the weights are shared by the batch.
#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d1, d2)>
module {
  func.func @forward(%arg0: tensor<2x5x32xf32>, %arg1: tensor<64x32xf32>, %arg2: tensor<64x32xf32>, %arg3: tensor<32x64xf32>) -> tensor<2x5x32xf32> {
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 1.000000e+00 : f32
    %0 = tensor.empty() : tensor<32x64xf32>
    %transposed = linalg.transpose ins(%arg1 : tensor<64x32xf32>) outs(%0 : tensor<32x64xf32>) permutation = [1, 0]
    %1 = tensor.empty() : tensor<2x32x64xf32>
    %2 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%transposed : tensor<32x64xf32>) outs(%1 : tensor<2x32x64xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x32x64xf32>
    %3 = tensor.empty() : tensor<2x5x64xf32>
    %4 = linalg.fill ins(%cst : f32) outs(%3 : tensor<2x5x64xf32>) -> tensor<2x5x64xf32>
    %5 = linalg.batch_matmul ins(%arg0, %2 : tensor<2x5x32xf32>, tensor<2x32x64xf32>) outs(%4 : tensor<2x5x64xf32>) -> tensor<2x5x64xf32>
    %6 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%5 : tensor<2x5x64xf32>) outs(%3 : tensor<2x5x64xf32>) {
    ^bb0(%in: f32, %out: f32):
      %14 = arith.negf %in : f32
      %15 = math.exp %14 : f32
      %16 = arith.addf %15, %cst_0 : f32
      %17 = arith.divf %cst_0, %16 : f32
      linalg.yield %17 : f32
    } -> tensor<2x5x64xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%6, %5 : tensor<2x5x64xf32>, tensor<2x5x64xf32>) outs(%3 : tensor<2x5x64xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %14 = arith.mulf %in, %in_4 : f32
      linalg.yield %14 : f32
    } -> tensor<2x5x64xf32>
    %transposed_1 = linalg.transpose ins(%arg2 : tensor<64x32xf32>) outs(%0 : tensor<32x64xf32>) permutation = [1, 0]
    %8 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%transposed_1 : tensor<32x64xf32>) outs(%1 : tensor<2x32x64xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x32x64xf32>
    %9 = linalg.batch_matmul ins(%arg0, %8 : tensor<2x5x32xf32>, tensor<2x32x64xf32>) outs(%4 : tensor<2x5x64xf32>) -> tensor<2x5x64xf32>
    %10 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%7, %9 : tensor<2x5x64xf32>, tensor<2x5x64xf32>) outs(%3 : tensor<2x5x64xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %14 = arith.mulf %in, %in_4 : f32
      linalg.yield %14 : f32
    } -> tensor<2x5x64xf32>
    %collapsed = tensor.collapse_shape %10 [[0, 1], [2]] : tensor<2x5x64xf32> into tensor<10x64xf32>
    %11 = tensor.empty() : tensor<10x32xf32>
    %12 = linalg.fill ins(%cst : f32) outs(%11 : tensor<10x32xf32>) -> tensor<10x32xf32>
    %13 = linalg.matmul_transpose_b ins(%collapsed, %arg3 : tensor<10x64xf32>, tensor<32x64xf32>) outs(%12 : tensor<10x32xf32>) -> tensor<10x32xf32>
    %expanded = tensor.expand_shape %13 [[0, 1], [2]] output_shape [2, 5, 32] : tensor<10x32xf32> into tensor<2x5x32xf32>
    return %expanded : tensor<2x5x32xf32>
  }
}
