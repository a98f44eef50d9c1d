// Products of linalg, by name and as generics, become nn.matmul on [M, K] and [N, K].
// RUN: %accord-opt %s --linalg-to-nn | FileCheck %s

// The transposed weight of a linear layer is the weight itself.
// CHECK-LABEL: @linear(
// CHECK-SAME: %[[X:.*]]: tensor<4x48xf32>, %[[W:.*]]: tensor<96x48xf32>
// CHECK-NEXT: %[[E:.*]] = tensor.empty() : tensor<4x96xf32>
// CHECK-NEXT: %[[Y:.*]] = nn.matmul ins(%[[X]], %[[W]] : tensor<4x48xf32>, tensor<96x48xf32>) outs(%[[E]] : tensor<4x96xf32>)
// CHECK-NEXT: return %[[Y]]
func.func @linear(%x: tensor<4x48xf32>, %w: tensor<96x48xf32>) -> tensor<4x96xf32> {
  %zero = arith.constant 0.0 : f32
  %t0 = tensor.empty() : tensor<48x96xf32>
  %t = linalg.transpose ins(%w : tensor<96x48xf32>) outs(%t0 : tensor<48x96xf32>) permutation = [1, 0]
  %y0 = tensor.empty() : tensor<4x96xf32>
  %init = linalg.fill ins(%zero : f32) outs(%y0 : tensor<4x96xf32>) -> tensor<4x96xf32>
  %y = linalg.matmul ins(%x, %t : tensor<4x48xf32>, tensor<48x96xf32>) outs(%init : tensor<4x96xf32>) -> tensor<4x96xf32>
  return %y : tensor<4x96xf32>
}

// CHECK-LABEL: @plain(
// CHECK: %[[T:.*]] = nn.transpose ins(%arg1 : tensor<48x96xf32>) outs(%{{.*}} : tensor<96x48xf32>)
// CHECK: nn.matmul ins(%arg0, %[[T]] : tensor<4x48xf32>, tensor<96x48xf32>)
func.func @plain(%x: tensor<4x48xf32>, %w: tensor<48x96xf32>) -> tensor<4x96xf32> {
  %init = arith.constant dense<0.0> : tensor<4x96xf32>
  %y = linalg.matmul ins(%x, %w : tensor<4x48xf32>, tensor<48x96xf32>) outs(%init : tensor<4x96xf32>) -> tensor<4x96xf32>
  return %y : tensor<4x96xf32>
}

// CHECK-LABEL: @transpose_b(
// CHECK-NEXT: tensor.empty
// CHECK-NEXT: nn.matmul ins(%arg0, %arg1 : tensor<4x48xf32>, tensor<96x48xf32>)
func.func @transpose_b(%x: tensor<4x48xf32>, %w: tensor<96x48xf32>) -> tensor<4x96xf32> {
  %init = arith.constant dense<-0.0> : tensor<4x96xf32>
  %y = linalg.matmul_transpose_b ins(%x, %w : tensor<4x48xf32>, tensor<96x48xf32>) outs(%init : tensor<4x96xf32>) -> tensor<4x96xf32>
  return %y : tensor<4x96xf32>
}

// CHECK-LABEL: @transpose_a(
// CHECK-DAG: %[[X:.*]] = nn.transpose ins(%arg0 : tensor<48x4xf32>)
// CHECK-DAG: %[[W:.*]] = nn.transpose ins(%arg1 : tensor<48x96xf32>)
// CHECK: nn.matmul ins(%[[X]], %[[W]] : tensor<4x48xf32>, tensor<96x48xf32>)
func.func @transpose_a(%x: tensor<48x4xf32>, %w: tensor<48x96xf32>) -> tensor<4x96xf32> {
  %init = arith.constant dense<0.0> : tensor<4x96xf32>
  %y = linalg.matmul_transpose_a ins(%x, %w : tensor<48x4xf32>, tensor<48x96xf32>) outs(%init : tensor<4x96xf32>) -> tensor<4x96xf32>
  return %y : tensor<4x96xf32>
}

// A batch of one.
// CHECK-LABEL: @batch(
// CHECK: %[[X:.*]] = tensor.collapse_shape %arg0 {{\[\[}}0, 1], [2]] : tensor<1x4x48xf32> into tensor<4x48xf32>
// CHECK: %[[W:.*]] = tensor.collapse_shape %arg1 {{\[\[}}0, 1], [2]] : tensor<1x48x96xf32> into tensor<48x96xf32>
// CHECK: %[[T:.*]] = nn.transpose ins(%[[W]] : tensor<48x96xf32>)
// CHECK: %[[Y:.*]] = nn.matmul ins(%[[X]], %[[T]] : tensor<4x48xf32>, tensor<96x48xf32>)
// CHECK: tensor.expand_shape %[[Y]] {{\[\[}}0, 1], [2]] output_shape [1, 4, 96]
func.func @batch(%x: tensor<1x4x48xf32>, %w: tensor<1x48x96xf32>) -> tensor<1x4x96xf32> {
  %init = arith.constant dense<0.0> : tensor<1x4x96xf32>
  %y = linalg.batch_matmul ins(%x, %w : tensor<1x4x48xf32>, tensor<1x48x96xf32>) outs(%init : tensor<1x4x96xf32>) -> tensor<1x4x96xf32>
  return %y : tensor<1x4x96xf32>
}

// A batch that shares its weights: more rows of one product.
// CHECK-LABEL: @shared(
// CHECK: %[[X:.*]] = tensor.collapse_shape %arg0 {{\[\[}}0, 1], [2]] : tensor<2x5x8xf32> into tensor<10x8xf32>
// CHECK: %[[Y:.*]] = nn.matmul ins(%[[X]], %arg1 : tensor<10x8xf32>, tensor<16x8xf32>)
// CHECK: tensor.expand_shape %[[Y]] {{\[\[}}0, 1], [2]] output_shape [2, 5, 16]
func.func @shared(%x: tensor<2x5x8xf32>, %w: tensor<16x8xf32>) -> tensor<2x5x16xf32> {
  %init = arith.constant dense<0.0> : tensor<2x5x16xf32>
  %t0 = tensor.empty() : tensor<8x16xf32>
  %t = linalg.transpose ins(%w : tensor<16x8xf32>) outs(%t0 : tensor<8x16xf32>) permutation = [1, 0]
  %b0 = tensor.empty() : tensor<2x8x16xf32>
  %b = linalg.broadcast ins(%t : tensor<8x16xf32>) outs(%b0 : tensor<2x8x16xf32>) dimensions = [0]
  %y = linalg.batch_matmul ins(%x, %b : tensor<2x5x8xf32>, tensor<2x8x16xf32>) outs(%init : tensor<2x5x16xf32>) -> tensor<2x5x16xf32>
  return %y : tensor<2x5x16xf32>
}

// CHECK-LABEL: @matvec(
// CHECK: %[[V:.*]] = tensor.expand_shape %arg1 {{\[\[}}0, 1]] output_shape [1, 48]
// CHECK: %[[Y:.*]] = nn.matmul ins(%arg0, %[[V]] : tensor<96x48xf32>, tensor<1x48xf32>) outs(%{{.*}} : tensor<96x1xf32>)
// CHECK: tensor.collapse_shape %[[Y]] {{\[\[}}0, 1]] : tensor<96x1xf32> into tensor<96xf32>
func.func @matvec(%w: tensor<96x48xf32>, %x: tensor<48xf32>) -> tensor<96xf32> {
  %init = arith.constant dense<0.0> : tensor<96xf32>
  %y = linalg.matvec ins(%w, %x : tensor<96x48xf32>, tensor<48xf32>) outs(%init : tensor<96xf32>) -> tensor<96xf32>
  return %y : tensor<96xf32>
}

// CHECK-LABEL: @vecmat(
// CHECK-DAG: %[[X:.*]] = tensor.expand_shape %arg0 {{\[\[}}0, 1]] output_shape [1, 48]
// CHECK-DAG: %[[T:.*]] = nn.transpose ins(%arg1 : tensor<48x96xf32>)
// CHECK: nn.matmul ins(%[[X]], %[[T]] : tensor<1x48xf32>, tensor<96x48xf32>) outs(%{{.*}} : tensor<1x96xf32>)
func.func @vecmat(%x: tensor<48xf32>, %w: tensor<48x96xf32>) -> tensor<96xf32> {
  %init = arith.constant dense<0.0> : tensor<96xf32>
  %y = linalg.vecmat ins(%x, %w : tensor<48xf32>, tensor<48x96xf32>) outs(%init : tensor<96xf32>) -> tensor<96xf32>
  return %y : tensor<96xf32>
}

// CHECK-LABEL: @dot(
// CHECK: nn.matmul ins(%{{.*}}, %{{.*}} : tensor<1x48xf32>, tensor<1x48xf32>) outs(%{{.*}} : tensor<1x1xf32>)
// CHECK: tensor.collapse_shape %{{.*}} [] : tensor<1x1xf32> into tensor<f32>
func.func @dot(%x: tensor<48xf32>, %w: tensor<48xf32>) -> tensor<f32> {
  %init = arith.constant dense<0.0> : tensor<f32>
  %y = linalg.dot ins(%x, %w : tensor<48xf32>, tensor<48xf32>) outs(%init : tensor<f32>) -> tensor<f32>
  return %y : tensor<f32>
}

// Weights first: the result's rows decide which factor has them.
// CHECK-LABEL: @generic_swapped(
// CHECK: nn.matmul ins(%arg1, %arg0 : tensor<4x48xf32>, tensor<96x48xf32>) outs(%{{.*}} : tensor<4x96xf32>)
func.func @generic_swapped(%w: tensor<96x48xf32>, %x: tensor<4x48xf32>) -> tensor<4x96xf32> {
  %init = arith.constant dense<0.0> : tensor<4x96xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (m, n)>],
         iterator_types = ["parallel", "parallel", "reduction"]}
         ins(%w, %x : tensor<96x48xf32>, tensor<4x48xf32>) outs(%init : tensor<4x96xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %p = arith.mulf %b, %a : f32
      %s = arith.addf %p, %c : f32
      linalg.yield %s : f32
  } -> tensor<4x96xf32>
  return %y : tensor<4x96xf32>
}

// Half-precision weights widen exactly.
// CHECK-LABEL: @half(
// CHECK: nn.matmul ins(%{{.*}}, %arg1 : tensor<6x48xf32>, tensor<96x48xf16>) outs(%{{.*}} : tensor<6x96xf32>)
func.func @half(%x: tensor<2x3x48xf32>, %w: tensor<96x48xf16>) -> tensor<2x3x96xf32> {
  %init = arith.constant dense<0.0> : tensor<2x3x96xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(b, m, n, k) -> (b, m, k)>, affine_map<(b, m, n, k) -> (n, k)>, affine_map<(b, m, n, k) -> (b, m, n)>],
         iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
         ins(%x, %w : tensor<2x3x48xf32>, tensor<96x48xf16>) outs(%init : tensor<2x3x96xf32>) {
    ^bb0(%a: f32, %b: f16, %c: f32):
      %wide = arith.extf %b : f16 to f32
      %p = arith.mulf %a, %wide : f32
      %s = arith.addf %c, %p : f32
      linalg.yield %s : f32
  } -> tensor<2x3x96xf32>
  return %y : tensor<2x3x96xf32>
}

// Both factors are computed.
// CHECK-LABEL: @scores(
// CHECK: %[[E:.*]] = nn.map
// CHECK: nn.matmul ins(%arg0, %[[E]] : tensor<5x37xf32>, tensor<5x37xf32>)
func.func @scores(%x: tensor<5x37xf32>) -> tensor<5x5xf32> {
  %e = tensor.empty() : tensor<5x37xf32>
  %t = linalg.tanh ins(%x : tensor<5x37xf32>) outs(%e : tensor<5x37xf32>) -> tensor<5x37xf32>
  %init = arith.constant dense<0.0> : tensor<5x5xf32>
  %y = linalg.matmul_transpose_b ins(%x, %t : tensor<5x37xf32>, tensor<5x37xf32>) outs(%init : tensor<5x5xf32>) -> tensor<5x5xf32>
  return %y : tensor<5x5xf32>
}

// Extents that are not known: the accumulator has them.
// CHECK-LABEL: @dynamic(
// CHECK-NEXT: %[[E:.*]] = tensor.empty(%arg2) : tensor<?x96xf32>
// CHECK-NEXT: nn.matmul ins(%arg0, %arg1 : tensor<?x48xf32>, tensor<96x48xf32>) outs(%[[E]] : tensor<?x96xf32>)
func.func @dynamic(%x: tensor<?x48xf32>, %w: tensor<96x48xf32>, %n: index) -> tensor<?x96xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%n) : tensor<?x96xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x96xf32>) -> tensor<?x96xf32>
  %y = linalg.matmul_transpose_b ins(%x, %w : tensor<?x48xf32>, tensor<96x48xf32>) outs(%init : tensor<?x96xf32>) -> tensor<?x96xf32>
  return %y : tensor<?x96xf32>
}
