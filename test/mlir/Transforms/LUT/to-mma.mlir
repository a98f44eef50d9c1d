// lut-to-mma: done, with sums and repacks shared, not done, and refused.
// RUN: %accord-opt %s --lut-to-mma --split-input-file --verify-diagnostics | FileCheck %s
// RUN: not %accord-opt %s --lut-to-mma='k=6' --split-input-file 2>&1 | FileCheck %s --check-prefix=REFUSED

// REFUSED: error: lut-to-mma: expected an instruction of positive m and n, and k in multiples of 4, got m = 4, n = 32, k = 6

!q4 = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
!q6 = !lut.weight<u6, group = 16, zero = 32, scale = f32, storage = planes>

// Products of the same codes and group take the same sums, and products of the same weights the same planes; finer
// groups make sums of their own.
// CHECK-LABEL: @shared
// CHECK-SAME: (%[[Q:[a-z0-9_]+]]: tensor<?x64xi8>, %[[S:[a-z0-9_]+]]: tensor<?x2xf32>, %[[W:[a-z0-9_]+]]: tensor<8x64x{{[^>]*}}>>, %[[P:[a-z0-9_]+]]: tensor<8x64x{{[^>]*}}>>, %[[Y:[a-z0-9_]+]]: tensor<?x8xf32>, %[[C:[a-z0-9_]+]]: i1)
// CHECK: %[[R:[a-z0-9_]+]] = lut.repack %[[W]]
// CHECK: %[[A:[a-z0-9_]+]] = lut.group_sums {group = 32} ins(%[[Q]] : tensor<?x64xi8>) outs(%{{.*}} : tensor<?x2xi32>)
// CHECK: lut.mma {act_group = 32, instr = #lut.instr<m = 4, n = 32, k = 4, act = i8, weight = u4, accum = i32, out = f32>} ins(%[[Q]], %[[A]], %[[S]], %[[R]] :
// CHECK-NOT: lut.repack
// CHECK-NOT: lut.group_sums
// CHECK: lut.mma {{.*}} ins(%[[Q]], %[[A]], %[[S]], %[[R]] : {{.*}} outs(%[[Y]] : tensor<?x8xf32>) accumulate(%[[C]] : i1)
// CHECK: %[[B:[a-z0-9_]+]] = lut.group_sums {group = 16} ins(%[[Q]] : tensor<?x64xi8>) outs(%{{.*}} : tensor<?x4xi32>)
// CHECK: lut.mma {{.*}} weight = u6, {{.*}} ins(%[[Q]], %[[B]], %[[S]], %[[P]] :
// CHECK-NOT: lut.mpgemm
func.func @shared(%q: tensor<?x64xi8>, %s: tensor<?x2xf32>, %w: tensor<8x64x!q4>, %p: tensor<8x64x!q6>,
                  %y0: tensor<?x8xf32>, %c: i1) -> (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>) {
  %0 = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<?x64xi8>, tensor<?x2xf32>, tensor<8x64x!q4>)
         outs(%y0 : tensor<?x8xf32>) -> tensor<?x8xf32>
  %1 = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<?x64xi8>, tensor<?x2xf32>, tensor<8x64x!q4>)
         outs(%y0 : tensor<?x8xf32>) accumulate(%c : i1) -> tensor<?x8xf32>
  %2 = lut.mpgemm {act_group = 32} ins(%q, %s, %p : tensor<?x64xi8>, tensor<?x2xf32>, tensor<8x64x!q6>)
         outs(%y0 : tensor<?x8xf32>) -> tensor<?x8xf32>
  return %0, %1, %2 : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>
}

// -----

!odd = !lut.weight<u4, group = 6, zero = 0, storage = planes>
!q4 = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>

// A packed table would cross groups of 6; a product in memory is past this level.
// CHECK-LABEL: @not_done
// CHECK-NOT: lut.group_sums
// CHECK: lut.mpgemm {act_group = 6}
// CHECK: lut.mpgemm {act_group = 32}
// CHECK-NOT: lut.mma
func.func @not_done(%q: tensor<2x36xi8>, %s: tensor<2x6xf32>, %w: tensor<8x36x!odd>, %y0: tensor<2x8xf32>,
                    %qm: memref<2x64xi8>, %sm: memref<2x2xf32>, %wm: memref<8x64x!q4>, %ym: memref<2x8xf32>)
    -> tensor<2x8xf32> {
  %y = lut.mpgemm {act_group = 6} ins(%q, %s, %w : tensor<2x36xi8>, tensor<2x6xf32>, tensor<8x36x!odd>)
         outs(%y0 : tensor<2x8xf32>) -> tensor<2x8xf32>
  lut.mpgemm {act_group = 32} ins(%qm, %sm, %wm : memref<2x64xi8>, memref<2x2xf32>, memref<8x64x!q4>)
    outs(%ym : memref<2x8xf32>)
  return %y : tensor<2x8xf32>
}

// -----

// 8 bits with a minimum: codes up to 255 are no int8.
!asymmetric = !lut.weight<u8, group = 32, zero = 0, min, storage = planes>
func.func @refused(%q: tensor<2x64xi8>, %s: tensor<2x2xf32>, %w: tensor<8x64x!asymmetric>, %y0: tensor<2x8xf32>)
    -> tensor<2x8xf32> {
  // expected-error @+1 {{'lut.mpgemm' op expected codes u - zero that are int8 (-128 to 127) for a MAC array, got u8 with zero = 0}}
  %y = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<2x64xi8>, tensor<2x2xf32>, tensor<8x64x!asymmetric>)
         outs(%y0 : tensor<2x8xf32>) -> tensor<2x8xf32>
  return %y : tensor<2x8xf32>
}
