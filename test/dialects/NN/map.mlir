// Round trip of nn.map, nn.built and nn.transpose; constants stay in a map, and a built function is never folded.
// RUN: %accord-opt %s | %accord-opt | FileCheck %s
// RUN: %accord-opt %s --mlir-print-op-generic | %accord-opt | FileCheck %s
// RUN: %accord-opt %s --canonicalize | FileCheck %s --check-prefix=CANON

// CHECK-LABEL: @map(
func.func @map(%x: tensor<4x8xf32>, %v: tensor<8xf32>, %c: tensor<4x1xf32>, %s: tensor<1x1xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  // CHECK: nn.map ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<8xf32>, tensor<4x1xf32>, tensor<1x1xf32>) outs(%{{.*}} : tensor<4x8xf32>) {
  // CHECK-NEXT: ^bb0(%[[A:.*]]: f32, %[[B:.*]]: f32, %{{.*}}: f32, %{{.*}}: f32):
  // CHECK-NEXT: %[[S:.*]] = arith.addf %[[A]], %[[B]] : f32
  // CHECK: %[[C:.*]] = arith.cmpf ogt
  // CHECK: %[[R:.*]] = arith.select %[[C]]
  // CHECK: %[[F:.*]] = nn.built exp(%[[R]])
  // CHECK: nn.yield %{{.*}}
  // CHECK: } -> tensor<4x8xf32>
  %y = nn.map ins(%x, %v, %c, %s : tensor<4x8xf32>, tensor<8xf32>, tensor<4x1xf32>, tensor<1x1xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%a: f32, %b: f32, %d: f32, %f: f32):
      %0 = arith.addf %a, %b : f32
      %1 = arith.cmpf ogt, %0, %d : f32
      %2 = arith.select %1, %0, %f : f32
      %3 = nn.built exp(%2)
      %4 = arith.bitcast %3 : f32 to i32
      %mask = arith.constant 2147483647 : i32
      %5 = arith.andi %4, %mask : i32
      %6 = arith.bitcast %5 : i32 to f32
      nn.yield %6
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// CANON-LABEL: @constants(
// CANON-NEXT: tensor.empty
// CANON-NEXT: nn.map outs
// CANON-NEXT: %[[ONE:.*]] = arith.constant 1.000000e+00 : f32
// CANON-NEXT: %[[E:.*]] = nn.built erf(%[[ONE]])
// CANON-NEXT: nn.yield %[[E]]
func.func @constants() -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %y = nn.map outs(%e : tensor<4x8xf32>) {
    %one = arith.constant 1.0 : f32
    %0 = nn.built erf(%one)
    nn.yield %0
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// CHECK-LABEL: @functions(
func.func @functions(%x: memref<?x8xf32>, %y: memref<?x8xf32>) {
  // CHECK: nn.map ins(%{{.*}} : memref<?x8xf32>) outs(%{{.*}} : memref<?x8xf32>) {
  // CHECK: nn.built rcp
  // CHECK: nn.built rsqrt
  // CHECK: nn.built tanh
  // CHECK: nn.built sigmoid
  nn.map ins(%x : memref<?x8xf32>) outs(%y : memref<?x8xf32>) {
    ^bb0(%a: f32):
      %0 = nn.built rcp(%a)
      %1 = nn.built rsqrt(%0)
      %2 = nn.built tanh(%1)
      %3 = nn.built sigmoid(%2)
      nn.yield %3
  }
  return
}

// CHECK-LABEL: @transpose(
func.func @transpose(%x: tensor<4x8xf16>, %e: tensor<8x4xf16>) -> tensor<8x4xf16> {
  // CHECK: nn.transpose ins(%{{.*}} : tensor<4x8xf16>) outs(%{{.*}} : tensor<8x4xf16>) -> tensor<8x4xf16>
  %y = nn.transpose ins(%x : tensor<4x8xf16>) outs(%e : tensor<8x4xf16>) -> tensor<8x4xf16>
  return %y : tensor<8x4xf16>
}
