// Tiles of every op through upstream's TilingInterface: slices, the accumulate operand, fusion of a producer.
// RUN: %accord-opt %s --transform-interpreter --canonicalize --cse --split-input-file | FileCheck %s

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>

// k tiles of 64 = two groups; the first overwrites, the others continue.
// CHECK-LABEL: @mpgemm_k
// CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
// CHECK: scf.for %[[N:.*]] = %[[C0]] to %{{.*}} step %{{.*}} iter_args
// CHECK: scf.for %[[K:.*]] = %[[C0]] to %{{.*}} step %{{.*}} iter_args(%[[ACC:.*]] =
// CHECK: %[[Q:.*]] = tensor.extract_slice %{{.*}}[0, %[[K]]] [3, 64] [1, 1] : tensor<3x576xi8> to tensor<3x64xi8>
// CHECK: %[[G:.*]] = affine.apply #{{.*}}(%[[K]])
// CHECK: %[[S:.*]] = tensor.extract_slice %{{.*}}[0, %[[G]]] [3, 2] [1, 1] : tensor<3x18xf32> to tensor<3x2xf32>
// CHECK: %[[W:.*]] = tensor.extract_slice %{{.*}}[%[[N]], %[[K]]] [16, 64] [1, 1]
// CHECK: %[[OUT:.*]] = tensor.extract_slice %[[ACC]][0, %[[N]]] [3, 16]
// CHECK: %[[LATER:.*]] = arith.cmpi ne, %[[K]], %[[C0]] : index
// CHECK: lut.mpgemm {act_group = 32} ins(%[[Q]], %[[S]], %[[W]] {{.*}} outs(%[[OUT]] : tensor<3x16xf32>) accumulate(%[[LATER]] : i1)
func.func @mpgemm_k(%q: tensor<3x576xi8>, %s: tensor<3x18xf32>, %w: tensor<192x576x!w>, %y0: tensor<3x192xf32>)
    -> tensor<3x192xf32> {
  %y = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<3x576xi8>, tensor<3x18xf32>, tensor<192x576x!w>)
         outs(%y0 : tensor<3x192xf32>) -> tensor<3x192xf32>
  return %y : tensor<3x192xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["lut.mpgemm"]} in %root : (!transform.any_op) -> !transform.any_op
    %t, %l:2 = transform.structured.tile_using_for %op tile_sizes [0, 16, 64]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

// Rows of the array's product are tiled and the tables of those rows are made in the same loop.
// CHECK-LABEL: @fuse_precompute
// CHECK: scf.for %[[M:.*]] = %{{.*}} iter_args
// CHECK: %[[Q:.*]] = tensor.extract_slice %{{.*}}[%[[M]], 0] [2, 64] [1, 1] : tensor<8x64xi8> to tensor<2x64xi8>
// CHECK: %[[TA:.*]]:2 = lut.precompute {form = half, group = 32} ins(%[[Q]] : tensor<2x64xi8>) outs({{.*}} : tensor<2x16x8xi16>, tensor<2x2xi32>)
// CHECK: lut.lmma {{.*}} ins(%[[TA]]#0, %[[TA]]#1, %{{.*}}, %{{.*}} : tensor<2x16x8xi16>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<64x64x
// CHECK-NOT: accumulate
func.func @fuse_precompute(%q: tensor<8x64xi8>, %s: tensor<8x2xf32>, %w: tensor<64x64x!w>, %y0: tensor<8x64xf32>)
    -> tensor<8x64xf32> {
  %t0 = tensor.empty() : tensor<8x16x8xi16>
  %a0 = tensor.empty() : tensor<8x2xi32>
  %t, %a = lut.precompute {form = half, group = 32} ins(%q : tensor<8x64xi8>)
             outs(%t0, %a0 : tensor<8x16x8xi16>, tensor<8x2xi32>) -> tensor<8x16x8xi16>, tensor<8x2xi32>
  %y = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
         ins(%t, %a, %s, %w : tensor<8x16x8xi16>, tensor<8x2xi32>, tensor<8x2xf32>, tensor<64x64x!w>)
         outs(%y0 : tensor<8x64xf32>) -> tensor<8x64xf32>
  return %y : tensor<8x64xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["lut.lmma"]} in %root : (!transform.any_op) -> !transform.any_op
    %t, %l = transform.structured.fuse %op {tile_sizes = [2, 0, 0], tile_interchange = [0, 1, 2]}
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// A tail tile of k: 36 = 32 + 4; scales of the tail are ceil(4 / 32) = 1.
// CHECK-LABEL: @quantize_tail
// CHECK: scf.for %[[K:.*]] = %{{.*}} iter_args
// CHECK: %[[SIZE:.*]] = affine.min #{{.*}}(%[[K]])
// CHECK: tensor.extract_slice %{{.*}}[0, %[[K]]] [1, %[[SIZE]]] [1, 1] : tensor<1x36xf32> to tensor<1x?xf32>
// CHECK: lut.quantize_act {group = 32} ins(%{{.*}} : tensor<1x?xf32>) outs({{.*}} : tensor<1x?xi8>, tensor<1x?xf32>)
func.func @quantize_tail(%x: tensor<1x36xf32>, %q0: tensor<1x36xi8>, %s0: tensor<1x2xf32>)
    -> (tensor<1x36xi8>, tensor<1x2xf32>) {
  %q, %s = lut.quantize_act {group = 32} ins(%x : tensor<1x36xf32>) outs(%q0, %s0 : tensor<1x36xi8>, tensor<1x2xf32>)
             -> tensor<1x36xi8>, tensor<1x2xf32>
  return %q, %s : tensor<1x36xi8>, tensor<1x2xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["lut.quantize_act"]} in %root : (!transform.any_op) -> !transform.any_op
    %t, %l = transform.structured.tile_using_for %op tile_sizes [0, 32]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
