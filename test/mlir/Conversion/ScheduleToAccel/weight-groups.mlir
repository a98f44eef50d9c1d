// A weight's group that is longer than the activation's is a number of its own, in weights of one scale for several sums.
// RUN: %accord-opt %s --pass-pipeline="builtin.module(schedule-to-accel)" | FileCheck %s

// CHECK: accel.lmma {{.*}}group = 32 : i64
// CHECK: accel.dequant {{.*}}group = 32 : i64, weight_group = 64 : i64
// CHECK-NOT: act_group
!w = !lut.weight<u4, group = 64, zero = 8, storage = planes>
func.func @product(%t: tensor<2x32x8xi16>, %a: tensor<2x4xi32>, %s: tensor<2x4xf32>, %w: tensor<64x128x!w>) -> tensor<2x64xf32> {
  %e = tensor.empty() : tensor<2x64xf32>
  %y = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
         ins(%t, %a, %s, %w : tensor<2x32x8xi16>, tensor<2x4xi32>, tensor<2x4xf32>, tensor<64x128x!w>)
         outs(%e : tensor<2x64xf32>) -> tensor<2x64xf32>
  return %y : tensor<2x64xf32>
}
