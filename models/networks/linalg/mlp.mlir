// A two-layer perceptron as torch-mlir writes it (linalg on tensors, LLVM 19 text; its weights made function
// arguments): y = x + W2·gelu(W1·x + b1) + b2, 4 rows, width 48, hidden width 96.
#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> (d1)>
module attributes {torch.debug_module_name = "MLP"} {
  ml_program.global private mutable @global_seed(dense<0> : tensor<i64>) : tensor<i64>
  func.func @forward(%arg0: tensor<4x48xf32>, %arg1: tensor<96x48xf32>, %arg2: tensor<96xf32>, %arg3: tensor<48x96xf32>, %arg4: tensor<48xf32>) -> tensor<4x48xf32> {
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 1.41421354 : f32
    %cst_1 = arith.constant 1.000000e+00 : f32
    %cst_2 = arith.constant 5.000000e-01 : f32
    %0 = tensor.empty() : tensor<48x96xf32>
    %transposed = linalg.transpose ins(%arg1 : tensor<96x48xf32>) outs(%0 : tensor<48x96xf32>) permutation = [1, 0]
    %1 = tensor.empty() : tensor<4x96xf32>
    %2 = linalg.fill ins(%cst : f32) outs(%1 : tensor<4x96xf32>) -> tensor<4x96xf32>
    %3 = linalg.matmul ins(%arg0, %transposed : tensor<4x48xf32>, tensor<48x96xf32>) outs(%2 : tensor<4x96xf32>) -> tensor<4x96xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%3, %arg2 : tensor<4x96xf32>, tensor<96xf32>) outs(%1 : tensor<4x96xf32>) {
    ^bb0(%in: f32, %in_5: f32, %out: f32):
      %12 = arith.addf %in, %in_5 : f32
      linalg.yield %12 : f32
    } -> tensor<4x96xf32>
    %5 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%4 : tensor<4x96xf32>) outs(%1 : tensor<4x96xf32>) {
    ^bb0(%in: f32, %out: f32):
      %12 = arith.divf %in, %cst_0 : f32
      %13 = math.erf %12 : f32
      %14 = arith.addf %13, %cst_1 : f32
      %15 = arith.mulf %14, %cst_2 : f32
      %16 = arith.mulf %in, %15 : f32
      linalg.yield %16 : f32
    } -> tensor<4x96xf32>
    %6 = tensor.empty() : tensor<96x48xf32>
    %transposed_4 = linalg.transpose ins(%arg3 : tensor<48x96xf32>) outs(%6 : tensor<96x48xf32>) permutation = [1, 0]
    %7 = tensor.empty() : tensor<4x48xf32>
    %8 = linalg.fill ins(%cst : f32) outs(%7 : tensor<4x48xf32>) -> tensor<4x48xf32>
    %9 = linalg.matmul ins(%5, %transposed_4 : tensor<4x96xf32>, tensor<96x48xf32>) outs(%8 : tensor<4x48xf32>) -> tensor<4x48xf32>
    %10 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel"]} ins(%9, %arg4 : tensor<4x48xf32>, tensor<48xf32>) outs(%7 : tensor<4x48xf32>) {
    ^bb0(%in: f32, %in_5: f32, %out: f32):
      %12 = arith.addf %in, %in_5 : f32
      linalg.yield %12 : f32
    } -> tensor<4x48xf32>
    %11 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0, %10 : tensor<4x48xf32>, tensor<4x48xf32>) outs(%7 : tensor<4x48xf32>) {
    ^bb0(%in: f32, %in_5: f32, %out: f32):
      %12 = arith.addf %in, %in_5 : f32
      linalg.yield %12 : f32
    } -> tensor<4x48xf32>
    return %11 : tensor<4x48xf32>
  }
}
