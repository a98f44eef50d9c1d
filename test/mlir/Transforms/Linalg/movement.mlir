// Ops that only move data: looked through by linalg's readers, raised for all others.
// RUN: %accord-opt %s --linalg-to-nn | FileCheck %s

// Through a broadcast that torch-mlir writes as a generic, the bias is a vector.
// CHECK-LABEL: @bias(
// CHECK-NEXT: tensor.empty
// CHECK-NEXT: nn.map ins(%arg0, %arg1 : tensor<4x8xf32>, tensor<8xf32>)
func.func @bias(%x: tensor<4x8xf32>, %b: tensor<8xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %w = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
    ins(%b : tensor<8xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
  } -> tensor<4x8xf32>
  %y = linalg.add ins(%x, %w : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// CHECK-LABEL: @returned(
func.func @returned(%x: tensor<4x8xf32>, %b: tensor<8xf32>) -> (tensor<4x8xf32>, tensor<8x4xf32>, tensor<4x8xf32>, tensor<4x8xf32>) {
  %c = arith.constant 2.5 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %t0 = tensor.empty() : tensor<8x4xf32>
  // CHECK: %[[B:.*]] = nn.map ins(%arg1 : tensor<8xf32>) outs(%{{.*}} : tensor<4x8xf32>) {
  // CHECK-NEXT: ^bb0(%[[V:.*]]: f32):
  // CHECK-NEXT: nn.yield %[[V]]
  %0 = linalg.broadcast ins(%b : tensor<8xf32>) outs(%e : tensor<4x8xf32>) dimensions = [0]
  // CHECK: %[[T:.*]] = nn.transpose ins(%arg0 : tensor<4x8xf32>) outs(%{{.*}} : tensor<8x4xf32>)
  %1 = linalg.transpose ins(%x : tensor<4x8xf32>) outs(%t0 : tensor<8x4xf32>) permutation = [1, 0]
  // CHECK: %[[F:.*]] = nn.map outs(%{{.*}} : tensor<4x8xf32>) {
  // CHECK-NEXT: %[[K:.*]] = arith.constant 2.500000e+00 : f32
  // CHECK-NEXT: nn.yield %[[K]]
  %2 = linalg.fill ins(%c : f32) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  %3 = linalg.copy ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  // CHECK: return %[[B]], %[[T]], %[[F]], %arg0
  return %0, %1, %2, %3 : tensor<4x8xf32>, tensor<8x4xf32>, tensor<4x8xf32>, tensor<4x8xf32>
}

// Ops of nn read them too.
// CHECK-LABEL: @read_by_nn(
// CHECK: %[[T:.*]] = nn.transpose ins(%arg0 : tensor<8x4xf32>)
// CHECK: nn.softmax ins(%[[T]] : tensor<4x8xf32>)
func.func @read_by_nn(%x: tensor<8x4xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %t = linalg.transpose ins(%x : tensor<8x4xf32>) outs(%e : tensor<4x8xf32>) permutation = [1, 0]
  %y = nn.softmax ins(%t : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// A transpose of axes of extent 1, and a broadcast to one: views, no copies.
// CHECK-LABEL: @views(
// CHECK-NOT: nn.
// CHECK-DAG: tensor.collapse_shape
// CHECK-DAG: tensor.expand_shape
// CHECK-NOT: nn.
// CHECK: return
func.func @views(%x: tensor<1x8xf32>, %b: tensor<8xf32>) -> (tensor<8x1xf32>, tensor<1x8xf32>, tensor<1x1x8xf32>) {
  %e0 = tensor.empty() : tensor<8x1xf32>
  %e1 = tensor.empty() : tensor<1x8xf32>
  %e2 = tensor.empty() : tensor<1x1x8xf32>
  %0 = linalg.transpose ins(%x : tensor<1x8xf32>) outs(%e0 : tensor<8x1xf32>) permutation = [1, 0]
  %1 = linalg.broadcast ins(%b : tensor<8xf32>) outs(%e1 : tensor<1x8xf32>) dimensions = [0]
  %2 = linalg.broadcast ins(%x : tensor<1x8xf32>) outs(%e2 : tensor<1x1x8xf32>) dimensions = [0]
  return %0, %1, %2 : tensor<8x1xf32>, tensor<1x8xf32>, tensor<1x1x8xf32>
}

// Two transposes are none, and so is a transpose of a transposed weight.
// CHECK-LABEL: @twice(
// CHECK-NOT: nn.transpose
// CHECK: nn.add ins(%arg0, %arg0 :
func.func @twice(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %t0 = tensor.empty() : tensor<8x4xf32>
  %0 = linalg.transpose ins(%x : tensor<4x8xf32>) outs(%t0 : tensor<8x4xf32>) permutation = [1, 0]
  %1 = linalg.transpose ins(%0 : tensor<8x4xf32>) outs(%e : tensor<4x8xf32>) permutation = [1, 0]
  %y = linalg.add ins(%1, %x : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// The input that is yielded, not the first.
// CHECK-LABEL: @second(
// CHECK-NEXT: return %arg1
func.func @second(%x: tensor<4x8xf32>, %z: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %y = linalg.map ins(%x, %z : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>)
    (%a: f32, %b: f32) {
      %0 = arith.addf %a, %b : f32
      linalg.yield %b : f32
    }
  return %y : tensor<4x8xf32>
}

// Nothing of linalg: nothing changes. torch-mlir's seed, which nothing reads, goes.
// CHECK-NOT: ml_program
// CHECK-LABEL: @l0(
// CHECK-NEXT: %[[C:.*]] = arith.constant 0 : index
// CHECK-NEXT: tensor.dim
// CHECK-NEXT: tensor.empty
// CHECK-NEXT: nn.silu
ml_program.global private mutable @global_seed(dense<0> : tensor<i64>) : tensor<i64>
func.func @l0(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x8xf32>
  %e = tensor.empty(%m) : tensor<?x8xf32>
  %y = nn.silu ins(%x : tensor<?x8xf32>) outs(%e : tensor<?x8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}
