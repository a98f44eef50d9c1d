// Round trip of every op, attribute and type of the `lut` dialect, as values and in memory.
// RUN: %accord-opt %s | %accord-opt | FileCheck %s
// RUN: %accord-opt %s --mlir-print-op-generic | %accord-opt | FileCheck %s

!q4 = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
!q8 = !lut.weight<u8, group = 32, zero = 128, storage = gguf_q8_0>
!planes = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

// CHECK-LABEL: @weight_types
// CHECK-SAME: tensor<192x576x!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>>
// CHECK-SAME: tensor<192x576x!lut.weight<u8, group = 32, zero = 128, storage = gguf_q8_0>>
// A zero point of 0 may be left out, and groups of planes have any length.
// CHECK-SAME: memref<63x36x!lut.weight<u2, group = 36, zero = 0, storage = planes>>
// CHECK-SAME: tensor<1x4x!lut.weight<u1, group = 1, zero = 1, storage = planes>>
func.func private @weight_types(tensor<192x576x!q4>, tensor<192x576x!q8>,
    memref<63x36x!lut.weight<u2, group = 36, storage = planes>>,
    tensor<1x4x!lut.weight<u1, group = 1, zero = 1, storage = planes>>)

// Every storage; scales of f16 are not printed.
// CHECK-LABEL: @weight_storages
// CHECK-SAME: !lut.weight<u4, group = 32, zero = 8, storage = gguf_q4_0>
// CHECK-SAME: !lut.weight<u5, group = 32, zero = 16, storage = gguf_q5_0>
// CHECK-SAME: !lut.weight<u5, group = 32, zero = 0, min, storage = gguf_q5_1>
// CHECK-SAME: !lut.weight<u2, group = 16, zero = 0, min, scale = f32, storage = gguf_q2_k>
// CHECK-SAME: !lut.weight<u3, group = 16, zero = 4, scale = f32, storage = gguf_q3_k>
// CHECK-SAME: !lut.weight<u4, group = 32, zero = 0, min, scale = f32, storage = gguf_q4_k>
// CHECK-SAME: !lut.weight<u5, group = 32, zero = 0, min, scale = f32, storage = gguf_q5_k>
// CHECK-SAME: !lut.weight<u6, group = 16, zero = 32, scale = f32, storage = gguf_q6_k>
// CHECK-SAME: !lut.weight<u2, group = 256, zero = 1, storage = gguf_tq1_0>
// CHECK-SAME: !lut.weight<u2, group = 256, zero = 1, storage = gguf_tq2_0>
// CHECK-SAME: !lut.weight<u2, group = 512, zero = 1, scale = f32, storage = i2_s_x86>
// CHECK-SAME: !lut.weight<u2, group = 512, zero = 1, scale = f32, storage = i2_s_arm>
// CHECK-SAME: !lut.weight<u6, group = 16, zero = 32, scale = f32, storage = planes>
func.func private @weight_storages(
    tensor<8x512x!lut.weight<u4, group = 32, zero = 8, scale = f16, storage = gguf_q4_0>>,
    tensor<8x512x!lut.weight<u5, group = 32, zero = 16, storage = gguf_q5_0>>,
    tensor<8x512x!lut.weight<u5, group = 32, min, storage = gguf_q5_1>>,
    tensor<8x512x!lut.weight<u2, group = 16, min, scale = f32, storage = gguf_q2_k>>,
    tensor<8x512x!lut.weight<u3, group = 16, zero = 4, scale = f32, storage = gguf_q3_k>>,
    tensor<8x512x!lut.weight<u4, group = 32, min, scale = f32, storage = gguf_q4_k>>,
    tensor<8x512x!lut.weight<u5, group = 32, min, scale = f32, storage = gguf_q5_k>>,
    tensor<8x512x!lut.weight<u6, group = 16, zero = 32, scale = f32, storage = gguf_q6_k>>,
    tensor<8x512x!lut.weight<u2, group = 256, zero = 1, storage = gguf_tq1_0>>,
    tensor<8x512x!lut.weight<u2, group = 256, zero = 1, storage = gguf_tq2_0>>,
    tensor<8x512x!lut.weight<u2, group = 512, zero = 1, scale = f32, storage = i2_s_x86>>,
    tensor<8x512x!lut.weight<u2, group = 512, zero = 1, scale = f32, storage = i2_s_arm>>,
    tensor<8x512x!lut.weight<u6, group = 16, zero = 32, scale = f32, storage = planes>>)

// CHECK-LABEL: @quantize_act
// CHECK: lut.quantize_act {group = 32} ins(%{{.*}} : tensor<4x576xf32>) outs(%{{.*}}, %{{.*}} : tensor<4x576xi8>, tensor<4x18xf32>) -> tensor<4x576xi8>, tensor<4x18xf32>
func.func @quantize_act(%x: tensor<4x576xf32>, %q0: tensor<4x576xi8>, %s0: tensor<4x18xf32>)
    -> (tensor<4x576xi8>, tensor<4x18xf32>) {
  %q, %s = lut.quantize_act {group = 32} ins(%x : tensor<4x576xf32>)
             outs(%q0, %s0 : tensor<4x576xi8>, tensor<4x18xf32>) -> tensor<4x576xi8>, tensor<4x18xf32>
  return %q, %s : tensor<4x576xi8>, tensor<4x18xf32>
}

// CHECK-LABEL: @mpgemm
// CHECK: lut.mpgemm {act_group = 32} ins(%{{.*}}, %{{.*}}, %{{.*}} : tensor<4x576xi8>, tensor<4x18xf32>, tensor<192x576x!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>>) outs(%{{.*}} : tensor<4x192xf32>) -> tensor<4x192xf32>
// CHECK: lut.mpgemm {{.*}} outs(%{{.*}} : tensor<4x192xf32>) accumulate(%{{.*}} : i1) -> tensor<4x192xf32>
func.func @mpgemm(%q: tensor<4x576xi8>, %s: tensor<4x18xf32>, %w: tensor<192x576x!q4>, %y0: tensor<4x192xf32>,
                  %c: i1) -> tensor<4x192xf32> {
  %y1 = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<4x576xi8>, tensor<4x18xf32>, tensor<192x576x!q4>)
          outs(%y0 : tensor<4x192xf32>) -> tensor<4x192xf32>
  %y2 = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<4x576xi8>, tensor<4x18xf32>, tensor<192x576x!q4>)
          outs(%y1 : tensor<4x192xf32>) accumulate(%c : i1) -> tensor<4x192xf32>
  return %y2 : tensor<4x192xf32>
}

// Rows known at run time only, and a tail group: ceil(36 / 32) = 2.
// CHECK-LABEL: @mpgemm_dynamic
// CHECK: lut.mpgemm {act_group = 32} ins({{.*}} : tensor<?x36xi8>, tensor<?x2xf32>, tensor<63x36x
func.func @mpgemm_dynamic(%q: tensor<?x36xi8>, %s: tensor<?x2xf32>,
    %w: tensor<63x36x!lut.weight<u3, group = 16, zero = 4, storage = planes>>, %y0: tensor<?x63xf32>) -> tensor<?x63xf32> {
  %y = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<?x36xi8>, tensor<?x2xf32>,
         tensor<63x36x!lut.weight<u3, group = 16, zero = 4, storage = planes>>) outs(%y0 : tensor<?x63xf32>) -> tensor<?x63xf32>
  return %y : tensor<?x63xf32>
}

// CHECK-LABEL: @precompute
// CHECK: lut.precompute {form = half, group = 32} ins(%{{.*}} : tensor<4x576xi8>) outs(%{{.*}}, %{{.*}} : tensor<4x144x8xi16>, tensor<4x18xi32>) -> tensor<4x144x8xi16>, tensor<4x18xi32>
// CHECK: lut.precompute {form = full, group = 32} {{.*}} memref<4x144x16xi16>, memref<4x18xi32>)
func.func @precompute(%q: tensor<4x576xi8>, %t0: tensor<4x144x8xi16>, %a0: tensor<4x18xi32>,
                      %qm: memref<4x576xi8>, %tm: memref<4x144x16xi16>, %am: memref<4x18xi32>)
    -> (tensor<4x144x8xi16>, tensor<4x18xi32>) {
  %t, %a = lut.precompute {form = half, group = 32} ins(%q : tensor<4x576xi8>)
             outs(%t0, %a0 : tensor<4x144x8xi16>, tensor<4x18xi32>) -> tensor<4x144x8xi16>, tensor<4x18xi32>
  lut.precompute {form = full, group = 32} ins(%qm : memref<4x576xi8>)
    outs(%tm, %am : memref<4x144x16xi16>, memref<4x18xi32>)
  return %t, %a : tensor<4x144x8xi16>, tensor<4x18xi32>
}

// CHECK-LABEL: @lookup_gemm
// CHECK: lut.lookup_gemm {act_group = 32, form = full} ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<4x144x16xi16>, tensor<4x18xi32>, tensor<4x18xf32>, tensor<192x576x!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>>) outs(%{{.*}} : tensor<4x192xf32>) -> tensor<4x192xf32>
func.func @lookup_gemm(%t: tensor<4x144x16xi16>, %a: tensor<4x18xi32>, %s: tensor<4x18xf32>,
                       %w: tensor<192x576x!q4>, %y0: tensor<4x192xf32>) -> tensor<4x192xf32> {
  %y = lut.lookup_gemm {act_group = 32, form = full}
         ins(%t, %a, %s, %w : tensor<4x144x16xi16>, tensor<4x18xi32>, tensor<4x18xf32>, tensor<192x576x!q4>)
         outs(%y0 : tensor<4x192xf32>) -> tensor<4x192xf32>
  return %y : tensor<4x192xf32>
}

// CHECK-LABEL: @lmma
// CHECK: lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>} ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : memref<4x144x8xi16>, memref<4x18xi32>, memref<4x18xf32>, memref<192x576x!lut.weight<u4, group = 32, zero = 0, min, storage = planes>>) outs(%{{.*}} : memref<4x192xf32>) accumulate(%{{.*}} : i1)
func.func @lmma(%t: memref<4x144x8xi16>, %a: memref<4x18xi32>, %s: memref<4x18xf32>,
                %w: memref<192x576x!planes>, %y: memref<4x192xf32>, %c: i1) {
  lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
    ins(%t, %a, %s, %w : memref<4x144x8xi16>, memref<4x18xi32>, memref<4x18xf32>, memref<192x576x!planes>)
    outs(%y : memref<4x192xf32>) accumulate(%c : i1)
  return
}

// CHECK-LABEL: @group_sums
// CHECK: lut.group_sums {group = 32} ins(%{{.*}} : tensor<4x576xi8>) outs(%{{.*}} : tensor<4x18xi32>) -> tensor<4x18xi32>
// CHECK: lut.group_sums {group = 32} ins(%{{.*}} : memref<4x36xi8>) outs(%{{.*}} : memref<4x2xi32>)
func.func @group_sums(%q: tensor<4x576xi8>, %a0: tensor<4x18xi32>, %qm: memref<4x36xi8>, %am: memref<4x2xi32>)
    -> tensor<4x18xi32> {
  %a = lut.group_sums {group = 32} ins(%q : tensor<4x576xi8>) outs(%a0 : tensor<4x18xi32>) -> tensor<4x18xi32>
  lut.group_sums {group = 32} ins(%qm : memref<4x36xi8>) outs(%am : memref<4x2xi32>)
  return %a : tensor<4x18xi32>
}

// CHECK-LABEL: @mma
// CHECK: lut.mma {act_group = 32, instr = #lut.instr<m = 4, n = 32, k = 4, act = i8, weight = u4, accum = i32, out = f32>} ins(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : memref<4x576xi8>, memref<4x18xi32>, memref<4x18xf32>, memref<192x576x!lut.weight<u4, group = 32, zero = 0, min, storage = planes>>) outs(%{{.*}} : memref<4x192xf32>) accumulate(%{{.*}} : i1)
func.func @mma(%q: memref<4x576xi8>, %a: memref<4x18xi32>, %s: memref<4x18xf32>,
               %w: memref<192x576x!planes>, %y: memref<4x192xf32>, %c: i1) {
  lut.mma {act_group = 32, instr = #lut.instr<m = 4, n = 32, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
    ins(%q, %a, %s, %w : memref<4x576xi8>, memref<4x18xi32>, memref<4x18xf32>, memref<192x576x!planes>)
    outs(%y : memref<4x192xf32>) accumulate(%c : i1)
  return
}

// CHECK-LABEL: @repack
// CHECK: lut.repack %{{.*}} : tensor<192x576x!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>> to tensor<192x576x!lut.weight<u4, group = 32, zero = 0, min, storage = planes>>
func.func @repack(%w: tensor<192x576x!q4>) -> tensor<192x576x!planes> {
  %p = lut.repack %w : tensor<192x576x!q4> to tensor<192x576x!planes>
  return %p : tensor<192x576x!planes>
}

// CHECK-LABEL: @source
// CHECK-SAME: lut.source = tensor<64x32x!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>>
func.func private @source(tensor<64x32x!planes> {lut.source = tensor<64x32x!q4>})
