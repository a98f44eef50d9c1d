// lut-split-precompute: done, shared between products of the same codes, and not done.
// RUN: %accord-opt %s --lut-split-precompute --split-input-file | FileCheck %s

!q4 = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>

// T = 576 / 4 = 144 tables, G = 576 / 32 = 18 groups.
// CHECK-LABEL: @one
// CHECK-SAME: (%[[Q:[a-z0-9_]+]]: tensor<4x576xi8>, %[[S:[a-z0-9_]+]]: tensor<4x18xf32>, %[[W:[a-z0-9_]+]]: tensor<192x576x{{[^>]*}}>>, %[[Y:[a-z0-9_]+]]: tensor<4x192xf32>, %[[C:[a-z0-9_]+]]: i1)
// CHECK: %[[T0:[a-z0-9_]+]] = tensor.empty() : tensor<4x144x16xi16>
// CHECK: %[[A0:[a-z0-9_]+]] = tensor.empty() : tensor<4x18xi32>
// CHECK: %[[TA:[a-z0-9_]+]]:2 = lut.precompute {form = full, group = 32} ins(%[[Q]] : tensor<4x576xi8>) outs(%[[T0]], %[[A0]] :
// CHECK: lut.lookup_gemm {act_group = 32, form = full} ins(%[[TA]]#0, %[[TA]]#1, %[[S]], %[[W]] : {{.*}} outs(%[[Y]] : tensor<4x192xf32>) accumulate(%[[C]] : i1)
// CHECK-NOT: lut.mpgemm
func.func @one(%q: tensor<4x576xi8>, %s: tensor<4x18xf32>, %w: tensor<192x576x!q4>, %y0: tensor<4x192xf32>, %c: i1)
    -> tensor<4x192xf32> {
  %y = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<4x576xi8>, tensor<4x18xf32>, tensor<192x576x!q4>)
         outs(%y0 : tensor<4x192xf32>) accumulate(%c : i1) -> tensor<4x192xf32>
  return %y : tensor<4x192xf32>
}

// -----

!q4 = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
!q8 = !lut.weight<u8, group = 32, zero = 128, storage = gguf_q8_0>
!planes = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

// Two products of the same codes take the same tables, whatever their weights; weights in planes take half tables.
// CHECK-LABEL: @shared
// CHECK: %[[FULL:[a-z0-9_]+]]:2 = lut.precompute {form = full, group = 32}
// CHECK: lut.lookup_gemm {act_group = 32, form = full} ins(%[[FULL]]#0, %[[FULL]]#1
// CHECK-NOT: lut.precompute
// CHECK: lut.lookup_gemm {act_group = 32, form = full} ins(%[[FULL]]#0, %[[FULL]]#1
// CHECK: %[[HALF:[a-z0-9_]+]]:2 = lut.precompute {form = half, group = 32}
// CHECK: lut.lookup_gemm {act_group = 32, form = half} ins(%[[HALF]]#0, %[[HALF]]#1
func.func @shared(%q: tensor<?x64xi8>, %s: tensor<?x2xf32>, %a: tensor<8x64x!q4>, %b: tensor<8x64x!q8>,
                  %c: tensor<8x64x!planes>, %y0: tensor<?x8xf32>)
    -> (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>) {
  %0 = lut.mpgemm {act_group = 32} ins(%q, %s, %a : tensor<?x64xi8>, tensor<?x2xf32>, tensor<8x64x!q4>)
         outs(%y0 : tensor<?x8xf32>) -> tensor<?x8xf32>
  %1 = lut.mpgemm {act_group = 32} ins(%q, %s, %b : tensor<?x64xi8>, tensor<?x2xf32>, tensor<8x64x!q8>)
         outs(%y0 : tensor<?x8xf32>) -> tensor<?x8xf32>
  %2 = lut.mpgemm {act_group = 32} ins(%q, %s, %c : tensor<?x64xi8>, tensor<?x2xf32>, tensor<8x64x!planes>)
         outs(%y0 : tensor<?x8xf32>) -> tensor<?x8xf32>
  return %0, %1, %2 : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>
}

// -----

!odd = !lut.weight<u4, group = 6, zero = 0, storage = planes>
!q4 = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>

// A table would cross groups of 6; a product in memory is past this level.
// CHECK-LABEL: @not_done
// CHECK-NOT: lut.precompute
// CHECK: lut.mpgemm {act_group = 6}
// CHECK: lut.mpgemm {act_group = 32}
// CHECK-NOT: lut.lookup_gemm
func.func @not_done(%q: tensor<2x36xi8>, %s: tensor<2x6xf32>, %w: tensor<8x36x!odd>, %y0: tensor<2x8xf32>,
                    %qm: memref<2x64xi8>, %sm: memref<2x2xf32>, %wm: memref<8x64x!q4>, %ym: memref<2x8xf32>)
    -> tensor<2x8xf32> {
  %y = lut.mpgemm {act_group = 6} ins(%q, %s, %w : tensor<2x36xi8>, tensor<2x6xf32>, tensor<8x36x!odd>)
         outs(%y0 : tensor<2x8xf32>) -> tensor<2x8xf32>
  lut.mpgemm {act_group = 32} ins(%qm, %sm, %wm : memref<2x64xi8>, memref<2x2xf32>, memref<8x64x!q4>)
    outs(%ym : memref<2x8xf32>)
  return %y : tensor<2x8xf32>
}
