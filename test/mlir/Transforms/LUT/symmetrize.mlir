// lut-symmetrize: done where every reader of the tables is a lookup, not done elsewhere.
// RUN: %accord-opt %s --lut-symmetrize --split-input-file | FileCheck %s

!q4 = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>

// CHECK-LABEL: @done
// CHECK: %[[T:[a-z0-9_]+]] = tensor.empty() : tensor<2x16x8xi16>
// CHECK: %[[TA:[a-z0-9_]+]]:2 = lut.precompute {form = half, group = 32} ins({{.*}}) outs(%[[T]], %{{[a-z0-9_]+}} : tensor<2x16x8xi16>, tensor<2x2xi32>)
// CHECK: lut.lookup_gemm {act_group = 32, form = half} ins(%[[TA]]#0, %[[TA]]#1
// CHECK: lut.lookup_gemm {act_group = 32, form = half} ins(%[[TA]]#0, %[[TA]]#1
// CHECK-NOT: x16xi16
func.func @done(%q: tensor<2x64xi8>, %s: tensor<2x2xf32>, %w: tensor<8x64x!q4>, %y0: tensor<2x8xf32>)
    -> (tensor<2x8xf32>, tensor<2x8xf32>) {
  %t0 = tensor.empty() : tensor<2x16x16xi16>
  %a0 = tensor.empty() : tensor<2x2xi32>
  %t, %a = lut.precompute {form = full, group = 32} ins(%q : tensor<2x64xi8>)
             outs(%t0, %a0 : tensor<2x16x16xi16>, tensor<2x2xi32>) -> tensor<2x16x16xi16>, tensor<2x2xi32>
  %0 = lut.lookup_gemm {act_group = 32, form = full}
         ins(%t, %a, %s, %w : tensor<2x16x16xi16>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!q4>)
         outs(%y0 : tensor<2x8xf32>) -> tensor<2x8xf32>
  %1 = lut.lookup_gemm {act_group = 32, form = full}
         ins(%t, %a, %s, %w : tensor<2x16x16xi16>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!q4>)
         outs(%y0 : tensor<2x8xf32>) -> tensor<2x8xf32>
  return %0, %1 : tensor<2x8xf32>, tensor<2x8xf32>
}

// -----

!q4 = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>

// The caller reads the tables too.
// CHECK-LABEL: @not_done
// CHECK: lut.precompute {form = full, group = 32}
// CHECK: lut.lookup_gemm {act_group = 32, form = full}
// CHECK-NOT: half
func.func @not_done(%q: tensor<2x64xi8>, %s: tensor<2x2xf32>, %w: tensor<8x64x!q4>, %t0: tensor<2x16x16xi16>,
                    %a0: tensor<2x2xi32>, %y0: tensor<2x8xf32>) -> (tensor<2x16x16xi16>, tensor<2x8xf32>) {
  %t, %a = lut.precompute {form = full, group = 32} ins(%q : tensor<2x64xi8>)
             outs(%t0, %a0 : tensor<2x16x16xi16>, tensor<2x2xi32>) -> tensor<2x16x16xi16>, tensor<2x2xi32>
  %0 = lut.lookup_gemm {act_group = 32, form = full}
         ins(%t, %a, %s, %w : tensor<2x16x16xi16>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!q4>)
         outs(%y0 : tensor<2x8xf32>) -> tensor<2x8xf32>
  return %t, %0 : tensor<2x16x16xi16>, tensor<2x8xf32>
}
