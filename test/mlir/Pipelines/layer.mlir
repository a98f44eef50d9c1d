// A norm, shared codes and tables, two products and their join in one function: intermediates stay on chip or go through
// their result, both products have one place for their sums, and the whole is free of races.
// RUN: %accord-opt %s --pass-pipeline="builtin.module(accord-compile{hardware=%source/models/hardware/lut-edge.yaml})" | FileCheck %s

// CHECK-LABEL: func.func @layer
// CHECK-SAME: memref<20x192xf32> {accel.name = "result0", accel.role = "result"}
// CHECK-SAME: memref<20x192xf32> {accel.name = "result1", accel.role = "result"}
// CHECK-DAG: accel.address = 0 : i64, accel.name = "lmma0.isum"
// CHECK-DAG: accel.address = 0 : i64, accel.name = "lmma1.isum"
// CHECK: accel.rms_norm
// CHECK: accel.quantize
// CHECK: accel.table
// CHECK: accel.lmma
// The second product takes over the buffers of the first: no barrier, its weights are fetched ahead.
// CHECK-NOT: accel.barrier
// CHECK: accel.lmma
// CHECK: accel.map {{.*}}body = "x0 x1: v0 = sigmoid x0;
!w = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
func.func @layer(%x: tensor<20x576xf32>, %g: tensor<576xf32>, %w: tensor<192x576x!w>, %v: tensor<192x576x!w>) -> (tensor<20x192xf32>, tensor<20x192xf32>) {
  %n0 = tensor.empty() : tensor<20x576xf32>
  %n = nn.rms_norm {eps = 1.0e-5} ins(%x, %g : tensor<20x576xf32>, tensor<576xf32>) outs(%n0 : tensor<20x576xf32>) -> tensor<20x576xf32>
  %q0 = tensor.empty() : tensor<20x576xi8>
  %s0 = tensor.empty() : tensor<20x18xf32>
  %q, %s = lut.quantize_act {group = 32} ins(%n : tensor<20x576xf32>)
             outs(%q0, %s0 : tensor<20x576xi8>, tensor<20x18xf32>) -> tensor<20x576xi8>, tensor<20x18xf32>
  %y0 = tensor.empty() : tensor<20x192xf32>
  %y = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<20x576xi8>, tensor<20x18xf32>, tensor<192x576x!w>)
         outs(%y0 : tensor<20x192xf32>) -> tensor<20x192xf32>
  %z = lut.mpgemm {act_group = 32} ins(%q, %s, %v : tensor<20x576xi8>, tensor<20x18xf32>, tensor<192x576x!w>)
         outs(%y0 : tensor<20x192xf32>) -> tensor<20x192xf32>
  %h = nn.silu_mul ins(%y, %z : tensor<20x192xf32>, tensor<20x192xf32>) outs(%y0 : tensor<20x192xf32>) -> tensor<20x192xf32>
  return %h, %z : tensor<20x192xf32>, tensor<20x192xf32>
}
