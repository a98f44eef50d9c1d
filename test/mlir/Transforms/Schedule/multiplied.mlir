// The schedule of a product that a MAC array multiplies: sums in its loop over rows, codes before it.
// RUN: %accord-opt %s --pass-pipeline="builtin.module(schedule-for-hardware{hardware=%source/models/hardware/mac-edge.yaml})" | FileCheck %s
// RUN: %accord-opt %s --pass-pipeline="builtin.module(accord-compile{hardware=%source/models/hardware/mac-edge.yaml from=L1})" | FileCheck %s --check-prefix=L3

// CHECK: lut.quantize_act {{.*}} {cust.name = "quantize0"}
// CHECK: lut.group_sums {{.*}} {cust.name = "group_sums0"}
// CHECK: lut.mma {{.*}} {cust.name = "mma0"}
// CHECK: attributes {cust.name = "quantize0"}
// CHECK: cust.tile %{{.*}} sizes [8, 0]
// CHECK: attributes {cust.name = "mma0"}
// All 16 rows are one block: more would be read for two.
// CHECK: cust.tile %{{.*}} sizes [16, 0, 0]
// CHECK: %[[SUMS:.*]] = transform.structured.match attributes {cust.name = "group_sums0"}
// CHECK: cust.fuse %[[SUMS]] into
// One width of the array is 32 lanes, a packed tile 64; k in whole activation groups of 64.
// CHECK: cust.tile %{{.*}} sizes [0, 64, 192]
// CHECK: cust.buffer %{{.*}} operand "w" in {{ ?}}spm count 2
// CHECK: cust.buffer %{{.*}} operand "isum" in {{ ?}}acc count 2
// CHECK: cust.buffer %{{.*}} operand "asum" in {{ ?}}spm count 1

// Scales of activations span two scale groups.
// L3: accel.quantize {{.*}} {{[{]accel.op = "[a-z0-9_.]*", }}group = 64 : i64}
// L3: accel.group_sums {{.*}} {{[{]accel.op = "[a-z0-9_.]*", }}group = 32 : i64}
// L3: accel.mma {{.*}} {{[{]accel.op = "[a-z0-9_.]*", }}group = 32 : i64, zero = 8 : i64}
// L3: accel.dequant {{.*}} {{[{]accel.op = "[a-z0-9_.]*", }}act_group = 64 : i64, bits = 0 : i64, group = 32 : i64, zero = 0 : i64}
!w = !lut.weight<u4, group = 32, zero = 8, storage = planes>
func.func @gemm(%x: tensor<16x576xf32>, %w: tensor<192x576x!w>) -> tensor<16x192xf32> {
  %q0 = tensor.empty() : tensor<16x576xi8>
  %s0 = tensor.empty() : tensor<16x9xf32>
  %q, %s = lut.quantize_act {group = 64} ins(%x : tensor<16x576xf32>) outs(%q0, %s0 : tensor<16x576xi8>, tensor<16x9xf32>)
             -> tensor<16x576xi8>, tensor<16x9xf32>
  %a0 = tensor.empty() : tensor<16x18xi32>
  %a = lut.group_sums {group = 32} ins(%q : tensor<16x576xi8>) outs(%a0 : tensor<16x18xi32>) -> tensor<16x18xi32>
  %y0 = tensor.empty() : tensor<16x192xf32>
  %y = lut.mma {act_group = 64, instr = #lut.instr<m = 4, n = 32, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
         ins(%q, %a, %s, %w : tensor<16x576xi8>, tensor<16x18xi32>, tensor<16x9xf32>, tensor<192x576x!w>)
         outs(%y0 : tensor<16x192xf32>) -> tensor<16x192xf32>
  return %y : tensor<16x192xf32>
}
