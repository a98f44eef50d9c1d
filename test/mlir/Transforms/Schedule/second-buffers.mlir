// A block of all rows whose lanes come in turns: what moves with the lanes has two buffers, and so have parts of codes that
// come from dram.
// RUN: %accord-opt %s --pass-pipeline="builtin.module(schedule-for-hardware{hardware=%source/models/hardware/mac-edge.yaml})" | FileCheck %s
// CHECK-LABEL: func.func @product
// CHECK-LABEL: func.func @returned
// CHECK: cust.tile %{{.*}} sizes [8, 0]
// CHECK: %[[LANES:[a-z0-9_]*]], %{{.*}} = cust.tile %{{.*}} sizes [0, 64]
// CHECK: %[[PARTS:[a-z0-9_]*]], %{{.*}} = cust.tile %{{.*}} sizes [0, 0, 160]
// CHECK-DAG: cust.buffer %[[PARTS]] operand "q" in {{ ?}}spm count 2
// CHECK-DAG: cust.buffer %[[PARTS]] operand "s" in {{ ?}}spm count 2
// CHECK-DAG: cust.buffer %[[LANES]] operand "rhs" in {{ ?}}spm count 2
// CHECK-DAG: cust.buffer %[[LANES]] operand "out" in {{ ?}}spm count 2
// Codes that are returned as well lie in dram, whoever reads them last.
// CHECK: cust.tile %{{.*}} sizes [8, 0, 0]
// CHECK: %[[MORE:[a-z0-9_]*]], %{{.*}} = cust.tile %{{.*}} sizes [0, 64, 160]
// CHECK-DAG: cust.buffer %[[MORE]] operand "q" in {{ ?}}spm count 2
// CHECK-DAG: cust.buffer %[[MORE]] operand "s" in {{ ?}}spm count 2
!w = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>
!y = tensor<8x192xf32>
func.func @product(%q: tensor<8x576xi8>, %a: tensor<8x18xi32>, %s: tensor<8x18xf32>, %w: tensor<192x576x!w>, %r: !y) -> !y {
  %y0 = tensor.empty() : !y
  %y = lut.mma {act_group = 32, instr = #lut.instr<m = 4, n = 32, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
         ins(%q, %a, %s, %w : tensor<8x576xi8>, tensor<8x18xi32>, tensor<8x18xf32>, tensor<192x576x!w>) outs(%y0 : !y) -> !y
  %z = nn.add ins(%y, %r : !y, !y) outs(%y0 : !y) -> !y
  return %z : !y
}

!q = tensor<8x576xi8>
!s = tensor<8x18xf32>
func.func @returned(%x: tensor<8x576xf32>, %a: tensor<8x18xi32>, %w: tensor<192x576x!w>) -> (tensor<8x192xf32>, !q, !s) {
  %q0 = tensor.empty() : !q
  %s0 = tensor.empty() : !s
  %y0 = tensor.empty() : tensor<8x192xf32>
  %q, %s = lut.quantize_act {group = 32} ins(%x : tensor<8x576xf32>) outs(%q0, %s0 : !q, !s) -> !q, !s
  %y = lut.mma {act_group = 32, instr = #lut.instr<m = 4, n = 32, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
         ins(%q, %a, %s, %w : !q, tensor<8x18xi32>, !s, tensor<192x576x!w>) outs(%y0 : tensor<8x192xf32>) -> tensor<8x192xf32>
  return %y, %q, %s : tensor<8x192xf32>, !q, !s
}
