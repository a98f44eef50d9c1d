// A product whose result is rotated in its loops: tiles of lanes are whole packed tiles (64) and whole heads (96).
// RUN: %accord-opt %s --pass-pipeline="builtin.module(schedule-for-hardware{hardware=%source/models/hardware/lut-edge.yaml})" | FileCheck %s

// Two arrays at one bank are scheduled as one, wide as these tiles are: the bank feeds no more.
// RUN: sed 's/u4/u8/' %s > %t.mlir
// RUN: sed '/^scratchpad:/,/banks:/s/banks: 8/banks: 1/' %source/models/hardware/lut-edge.yaml > %t.one.yaml
// RUN: sed '/^lut_array:/,/count:/s/count: 1/count: 2/' %t.one.yaml > %t.two.yaml
// RUN: not diff %t.one.yaml %t.two.yaml
// RUN: %accord-opt %t.mlir --pass-pipeline="builtin.module(schedule-for-hardware{hardware=%t.one.yaml})" -o %t.one.mlir
// RUN: %accord-opt %t.mlir --pass-pipeline="builtin.module(schedule-for-hardware{hardware=%t.two.yaml})" -o %t.two.mlir
// RUN: diff %t.one.mlir %t.two.mlir

// CHECK: attributes {cust.name = "rope0"}
// CHECK: cust.tile %{{.*}} sizes [{{[0-9]+}}, {{192|384|576}}]
!w = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>
func.func @heads(%q: tensor<8x512xi8>, %s: tensor<8x16xf32>, %t: tensor<8x128x8xi16>, %a: tensor<8x16xi32>, %w: tensor<1152x512x!w>,
                 %cos: tensor<8x48xf32>, %sin: tensor<8x48xf32>) -> tensor<8x1152xf32> {
  %y0 = tensor.empty() : tensor<8x1152xf32>
  %y = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
         ins(%t, %a, %s, %w : tensor<8x128x8xi16>, tensor<8x16xi32>, tensor<8x16xf32>, tensor<1152x512x!w>)
         outs(%y0 : tensor<8x1152xf32>) -> tensor<8x1152xf32>
  %r = nn.rope {head_dim = 96, style = halves} ins(%y, %cos, %sin : tensor<8x1152xf32>, tensor<8x48xf32>, tensor<8x48xf32>)
         outs(%y0 : tensor<8x1152xf32>) -> tensor<8x1152xf32>
  return %r : tensor<8x1152xf32>
}
