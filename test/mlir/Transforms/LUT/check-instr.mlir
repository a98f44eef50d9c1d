// lut-check-instr: an instruction that is wider than the machine's array is refused, in each of its dimensions.
// RUN: %accord-opt %s --lut-check-instr='m=4 n=128' | FileCheck %s
// RUN: not %accord-opt %s --lut-check-instr='n=128' 2>&1 | FileCheck %s --check-prefix=ROWS
// RUN: not %accord-opt %s --lut-check-instr='m=4' 2>&1 | FileCheck %s --check-prefix=LANES
// RUN: %accord-opt %s --lut-check-instr='mac m=1 n=1' | FileCheck %s

// ROWS: check-instr.mlir:[[#@LINE+14]]:8: error: 'lut.lmma' op expected an instr of at most m = 2, n = 128, k = 4, the lut_array of the machine, got m = 4, n = 128, k = 4
// LANES: error: 'lut.lmma' op expected an instr of at most m = 4, n = 64, k = 4, the lut_array of the machine, got m = 4, n = 128, k = 4

!planes = !lut.weight<u8, group = 32, zero = 128, storage = planes>

// CHECK-LABEL: @fits
// CHECK: lut.lmma
// CHECK: lut.lmma
func.func @fits(%t: tensor<2x16x8xi16>, %a: tensor<2x2xi32>, %s: tensor<2x2xf32>, %p: tensor<8x64x!planes>,
                %y0: tensor<2x8xf32>) -> tensor<2x8xf32> {
  // A narrower one runs on part of the array.
  %0 = lut.lmma {act_group = 32, instr = #lut.instr<m = 1, n = 64, k = 4, act = i8, weight = u8, accum = i32, out = f32>}
         ins(%t, %a, %s, %p : tensor<2x16x8xi16>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!planes>)
         outs(%y0 : tensor<2x8xf32>) -> tensor<2x8xf32>
  %1 = lut.lmma {act_group = 32, instr = #lut.instr<m = 4, n = 128, k = 4, act = i8, weight = u8, accum = i32, out = f32>}
         ins(%t, %a, %s, %p : tensor<2x16x8xi16>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!planes>)
         outs(%0 : tensor<2x8xf32>) -> tensor<2x8xf32>
  return %1 : tensor<2x8xf32>
}
