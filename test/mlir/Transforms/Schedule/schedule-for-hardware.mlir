// The schedule written for a machine, in two sizes of it, and the refusal of a machine that is too small.
// RUN: %accord-opt %s --pass-pipeline="builtin.module(schedule-for-hardware{hardware=%source/models/hardware/lut-edge.yaml})" | FileCheck %s --check-prefixes=CHECK,EDGE
// RUN: sed -e 's/capacity_kib: 64/capacity_kib: 8/' %source/models/hardware/lut-edge.yaml > %t.small.yaml
// RUN: %accord-opt %s --pass-pipeline="builtin.module(schedule-for-hardware{hardware=%t.small.yaml})" | FileCheck %s --check-prefixes=CHECK,SMALL
// RUN: sed -e 's/capacity_kib: 256/capacity_kib: 1/' %source/models/hardware/lut-edge.yaml > %t.tiny.yaml
// RUN: not %accord-opt %s --pass-pipeline="builtin.module(schedule-for-hardware{hardware=%t.tiny.yaml})" 2>&1 | FileCheck %s --check-prefix=TINY
// RUN: not %accord-opt %s --pass-pipeline="builtin.module(schedule-for-hardware{hardware=%t.none.yaml})" 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not %accord-opt %s --pass-pipeline="builtin.module(schedule-for-hardware{hardware=%t.small.yaml},schedule-for-hardware{hardware=%t.small.yaml})" 2>&1 | FileCheck %s --check-prefix=TWICE

// CHECK: lut.quantize_act {{.*}} {cust.name = "quantize0"}
// CHECK: lut.precompute {{.*}} {cust.name = "precompute0"}
// CHECK: lut.lmma {{.*}} {cust.name = "lmma0"}
// CHECK: nn.silu {{.*}} {cust.name = "silu0"}
// CHECK: transform.named_sequence @__transform_main
// Codes are made before the product, and tables of one part of k in its loops, anew for each tile of lanes. Fewer rows a block
// would be as quick and read the weights twice.
// CHECK: attributes {cust.name = "quantize0"}
// CHECK: cust.tile %{{.*}} sizes [8, 0]
// CHECK: cust.buffer %{{.*}} operand "x" in {{ ?}}spm count 2
// CHECK: attributes {cust.name = "lmma0"}
// isum of 16 x 64 x 18 groups twice is 147,456 bytes: part of k fits 64 KiB; 8 KiB hold a group of it twice.
// EDGE: cust.tile %{{.*}} sizes [16, 64, 96]
// SMALL: cust.tile %{{.*}} sizes [16, 64, 32]
// CHECK: attributes {cust.name = "precompute0"}
// CHECK: cust.fuse
// CHECK: cust.buffer %{{.*}} operand "w" in {{ ?}}spm count 2
// CHECK: cust.buffer %{{.*}} operand "isum" in {{ ?}}acc count 2
// CHECK: cust.buffer %{{.*}} operand "out" in {{ ?}}spm count 2
// What any loop reloads or makes again has two buffers; sums are read after the tables are free, so they have three.
// CHECK: cust.buffer %{{.*}} operand "tables" in {{ ?}}spm count 2
// CHECK: cust.buffer %{{.*}} operand "asum" in {{ ?}}spm count 3
// CHECK: attributes {cust.name = "silu0"}
// CHECK: cust.tile %{{.*}} sizes [8, 0]

// One row and group of the quantization: x, codes, scales, twice.
// The product's least tile, of k in parts and all tables anew: planes 64 x 8 nibbles x 4 bits (1024), d and min 64 x 2 bytes each
// (256), both twice; y 64 x 4 (256); tables 8 x 16 bytes twice (256), sums of one group three times (12); codes 32 twice (64);
// a scale twice (8).
// TINY: error: 'lut.lmma' op expected a tile that fits: the smallest (1 x 64 x 32) needs 3156 bytes of spm and 256 of acc, lut-edge has 1024 (960 for it) and 65536
// NONE: none.yaml
// TWICE: is a schedule already; expected a module without one
!w = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>
func.func @gemm(%x: tensor<16x576xf32>, %w: tensor<192x576x!w>) -> tensor<16x192xf32> {
  %q0 = tensor.empty() : tensor<16x576xi8>
  %s0 = tensor.empty() : tensor<16x18xf32>
  %q, %s = lut.quantize_act {group = 32} ins(%x : tensor<16x576xf32>) outs(%q0, %s0 : tensor<16x576xi8>, tensor<16x18xf32>)
             -> tensor<16x576xi8>, tensor<16x18xf32>
  %t0 = tensor.empty() : tensor<16x144x8xi16>
  %a0 = tensor.empty() : tensor<16x18xi32>
  %t, %a = lut.precompute {form = half, group = 32} ins(%q : tensor<16x576xi8>)
             outs(%t0, %a0 : tensor<16x144x8xi16>, tensor<16x18xi32>) -> tensor<16x144x8xi16>, tensor<16x18xi32>
  %y0 = tensor.empty() : tensor<16x192xf32>
  %y = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
         ins(%t, %a, %s, %w : tensor<16x144x8xi16>, tensor<16x18xi32>, tensor<16x18xf32>, tensor<192x576x!w>)
         outs(%y0 : tensor<16x192xf32>) -> tensor<16x192xf32>
  return %y : tensor<16x192xf32>
}
func.func @silu(%x: tensor<16x64xf32>) -> tensor<16x64xf32> {
  %y0 = tensor.empty() : tensor<16x64xf32>
  %y = nn.silu ins(%x : tensor<16x64xf32>) outs(%y0 : tensor<16x64xf32>) -> tensor<16x64xf32>
  return %y : tensor<16x64xf32>
}
