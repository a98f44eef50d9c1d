// lut-to-lmma: half tables on planes become the instruction, everything else stays.
// RUN: %accord-opt %s --lut-to-lmma | FileCheck %s
// RUN: %accord-opt %s --lut-to-lmma='m=4 n=32' | FileCheck %s --check-prefix=SHAPE
// RUN: not %accord-opt %s --lut-to-lmma='k=8' 2>&1 | FileCheck %s --check-prefix=REFUSED

// REFUSED: error: lut-to-lmma: expected an instruction of positive m and n, and k = 4, got m = 2, n = 64, k = 8

!q8 = !lut.weight<u8, group = 32, zero = 128, storage = gguf_q8_0>
!planes = !lut.weight<u8, group = 32, zero = 128, storage = planes>

// CHECK-LABEL: @done
// CHECK: lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u8, accum = i32, out = f32>}
// CHECK-SAME: accumulate(%{{[a-z0-9_]+}} : i1) -> tensor<2x8xf32>
// SHAPE: instr = #lut.instr<m = 4, n = 32, k = 4, act = i8, weight = u8, accum = i32, out = f32>
func.func @done(%t: tensor<2x16x8xi16>, %a: tensor<2x2xi32>, %s: tensor<2x2xf32>, %p: tensor<8x64x!planes>,
                %y0: tensor<2x8xf32>, %c: i1) -> tensor<2x8xf32> {
  %0 = lut.lookup_gemm {act_group = 32, form = half}
         ins(%t, %a, %s, %p : tensor<2x16x8xi16>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!planes>)
         outs(%y0 : tensor<2x8xf32>) accumulate(%c : i1) -> tensor<2x8xf32>
  return %0 : tensor<2x8xf32>
}

// CHECK-LABEL: @not_done
// CHECK-NOT: lut.lmma
// CHECK: lut.lookup_gemm {act_group = 32, form = half}
func.func @not_done(%t: tensor<2x16x8xi16>, %a: tensor<2x2xi32>, %s: tensor<2x2xf32>, %w: tensor<8x64x!q8>,
                    %y0: tensor<2x8xf32>) -> tensor<2x8xf32> {
  %0 = lut.lookup_gemm {act_group = 32, form = half}
         ins(%t, %a, %s, %w : tensor<2x16x8xi16>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!q8>)
         outs(%y0 : tensor<2x8xf32>) -> tensor<2x8xf32>
  return %0 : tensor<2x8xf32>
}
