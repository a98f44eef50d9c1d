// lut-invert-indices: one repack a weight for half-table lookups, none for full tables or planes.
// RUN: %accord-opt %s --lut-invert-indices --split-input-file | FileCheck %s

!q4 = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
!planes = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

// CHECK-LABEL: @done
// CHECK-SAME: %[[W:[a-z0-9_]+]]: tensor<8x64x{{[^>]*}}gguf_q4_1>>, %[[P:[a-z0-9_]+]]: tensor<8x64x{{[^>]*}}planes>>
// CHECK-NEXT: %[[R:[a-z0-9_]+]] = lut.repack %[[W]] : {{.*}} to tensor<8x64x!lut.weight<u4, group = 32, zero = 0, min, storage = planes>>
// CHECK-NEXT: lut.lookup_gemm {act_group = 32, form = half} ins(%{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %[[R]] :
// CHECK-NEXT: lut.lookup_gemm {act_group = 32, form = half} ins(%{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %[[R]] :
// CHECK-NEXT: lut.lookup_gemm {act_group = 32, form = half} ins(%{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %[[P]] :
// CHECK-NEXT: return
func.func @done(%t: tensor<2x16x8xi16>, %a: tensor<2x2xi32>, %s: tensor<2x2xf32>, %w: tensor<8x64x!q4>,
                %p: tensor<8x64x!planes>, %y0: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %0 = lut.lookup_gemm {act_group = 32, form = half}
         ins(%t, %a, %s, %w : tensor<2x16x8xi16>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!q4>)
         outs(%y0 : tensor<2x8xf32>) -> tensor<2x8xf32>
  %1 = lut.lookup_gemm {act_group = 32, form = half}
         ins(%t, %a, %s, %w : tensor<2x16x8xi16>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!q4>)
         outs(%0 : tensor<2x8xf32>) -> tensor<2x8xf32>
  %2 = lut.lookup_gemm {act_group = 32, form = half}
         ins(%t, %a, %s, %p : tensor<2x16x8xi16>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!planes>)
         outs(%1 : tensor<2x8xf32>) -> tensor<2x8xf32>
  return %2 : tensor<2x8xf32>
}

// -----

!q4 = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>

// Full tables read plain indices.
// CHECK-LABEL: @not_done
// CHECK-NOT: lut.repack
// CHECK: lut.lookup_gemm {act_group = 32, form = full}
func.func @not_done(%t: tensor<2x16x16xi16>, %a: tensor<2x2xi32>, %s: tensor<2x2xf32>, %w: tensor<8x64x!q4>,
                    %y0: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %0 = lut.lookup_gemm {act_group = 32, form = full}
         ins(%t, %a, %s, %w : tensor<2x16x16xi16>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!q4>)
         outs(%y0 : tensor<2x8xf32>) -> tensor<2x8xf32>
  return %0 : tensor<2x8xf32>
}
