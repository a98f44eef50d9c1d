// mac-graph: from the meaning of a layer to the instruction of a MAC array, with the packing in the arguments.
// RUN: %accord-opt %s --mac-graph='m=4 n=32' --canonicalize | FileCheck %s

!q4 = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>

// CHECK-LABEL: @gate_up
// CHECK-SAME: %[[G:[a-z0-9_]+]]: tensor<192x576x{{[^>]*}}planes>> {lut.source = {{[^>]*}}gguf_q4_1>>}, %[[U:[a-z0-9_]+]]: tensor<192x576x{{[^>]*}}planes>> {lut.source =
// CHECK: %[[QS:[a-z0-9_]+]]:2 = lut.quantize_act {group = 32}
// CHECK: %[[A:[a-z0-9_]+]] = lut.group_sums {group = 32} ins(%[[QS]]#0 : tensor<4x576xi8>)
// CHECK-NOT: lut.group_sums
// CHECK: lut.mma {act_group = 32, instr = #lut.instr<m = 4, n = 32, k = 4, {{.*}} ins(%[[QS]]#0, %[[A]], %[[QS]]#1, %[[G]] :
// CHECK: lut.mma {{.*}} ins(%[[QS]]#0, %[[A]], %[[QS]]#1, %[[U]] :
// CHECK: nn.silu_mul
// CHECK-NOT: lut.repack
func.func @gate_up(%x: tensor<4x576xf32>, %g: tensor<192x576x!q4>, %u: tensor<192x576x!q4>) -> tensor<4x192xf32> {
  %q0 = tensor.empty() : tensor<4x576xi8>
  %s0 = tensor.empty() : tensor<4x18xf32>
  %y0 = tensor.empty() : tensor<4x192xf32>
  %q, %s = lut.quantize_act {group = 32} ins(%x : tensor<4x576xf32>) outs(%q0, %s0 : tensor<4x576xi8>, tensor<4x18xf32>)
             -> tensor<4x576xi8>, tensor<4x18xf32>
  %0 = lut.mpgemm {act_group = 32} ins(%q, %s, %g : tensor<4x576xi8>, tensor<4x18xf32>, tensor<192x576x!q4>)
         outs(%y0 : tensor<4x192xf32>) -> tensor<4x192xf32>
  %1 = lut.mpgemm {act_group = 32} ins(%q, %s, %u : tensor<4x576xi8>, tensor<4x18xf32>, tensor<192x576x!q4>)
         outs(%y0 : tensor<4x192xf32>) -> tensor<4x192xf32>
  %2 = nn.silu_mul ins(%0, %1 : tensor<4x192xf32>, tensor<4x192xf32>) outs(%y0 : tensor<4x192xf32>) -> tensor<4x192xf32>
  return %2 : tensor<4x192xf32>
}
