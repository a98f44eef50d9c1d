// Rows of rows of a caller's buffer: both offsets count, in elements.
// RUN: %accord-opt %s --pass-pipeline="builtin.module(schedule-to-accel)" | FileCheck %s

// CHECK-LABEL: func.func @sequence(
// CHECK-SAME: %[[AT:[a-z0-9]*]]: index
// CHECK: %[[FIRST:.*]] = arith.muli %[[AT]], %c4
// CHECK: %[[MORE:.*]] = arith.muli %c2{{.*}}, %c4
// CHECK: %[[SUM:.*]] = arith.addi %[[FIRST]], %[[MORE]] : index
// CHECK: accel.run @part({{.*}}) at(%[[SUM]], %{{.*}})
func.func private @part(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %e = tensor.empty() : tensor<1x4xf32>
  %y = nn.silu ins(%x : tensor<1x4xf32>) outs(%e : tensor<1x4xf32>) -> tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}
func.func @sequence(%x: tensor<16x4xf32>, %at: index) -> tensor<1x4xf32> attributes {accel.sequence} {
  %rows = tensor.extract_slice %x[%at, 0] [8, 4] [1, 1] : tensor<16x4xf32> to tensor<8x4xf32>
  %row = tensor.extract_slice %rows[2, 0] [1, 4] [1, 1] : tensor<8x4xf32> to tensor<1x4xf32>
  %y = call @part(%row) : (tensor<1x4xf32>) -> tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}
