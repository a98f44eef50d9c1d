// Kernels are shared by name: ops that differ in one number that the code depends on are two kernels.
// RUN: %accord-opt %s --split-input-file --graph-to-cpu | FileCheck %s

// CHECK-COUNT-2: func.func private @kernel_rms_norm_
func.func @eps(%x: tensor<1x64xf32>, %w: tensor<64xf32>) -> (tensor<1x64xf32>, tensor<1x64xf32>) {
  %e = tensor.empty() : tensor<1x64xf32>
  %a = nn.rms_norm {eps = 1.0e-5} ins(%x, %w : tensor<1x64xf32>, tensor<64xf32>) outs(%e : tensor<1x64xf32>) -> tensor<1x64xf32>
  %b = nn.rms_norm {eps = 1.0e-6} ins(%x, %w : tensor<1x64xf32>, tensor<64xf32>) outs(%e : tensor<1x64xf32>) -> tensor<1x64xf32>
  return %a, %b : tensor<1x64xf32>, tensor<1x64xf32>
}

// -----

// CHECK-COUNT-2: func.func private @kernel_attention_
!c = memref<1x32x1x16xf16>
func.func @scale(%q: tensor<1x16xf32>, %k: !c, %v: !c, %p: index) -> (tensor<1x16xf32>, tensor<1x16xf32>) {
  %c0 = arith.constant 0 : index
  %e = tensor.empty() : tensor<1x16xf32>
  %a = nn.attention {heads = 1, scale = 0.25} ins(%q : tensor<1x16xf32>) cache(%k, %v : !c, !c) at(%c0, %p) outs(%e : tensor<1x16xf32>) -> tensor<1x16xf32>
  %b = nn.attention {heads = 1, scale = 0.5} ins(%q : tensor<1x16xf32>) cache(%k, %v : !c, !c) at(%c0, %p) outs(%e : tensor<1x16xf32>) -> tensor<1x16xf32>
  return %a, %b : tensor<1x16xf32>, tensor<1x16xf32>
}

// -----

// CHECK-COUNT-2: func.func private @kernel_embed_
!a = !lut.weight<u4, group = 32, zero = 7, storage = planes>
!b = !lut.weight<u4, group = 32, zero = 8, storage = planes>
func.func @zero_of_tables(%t: tensor<1xi32>, %v: tensor<9x64x!a>, %w: tensor<9x64x!b>) -> (tensor<1x64xf32>, tensor<1x64xf32>) {
  %e = tensor.empty() : tensor<1x64xf32>
  %a = nn.embed ins(%t, %v : tensor<1xi32>, tensor<9x64x!a>) outs(%e : tensor<1x64xf32>) -> tensor<1x64xf32>
  %b = nn.embed ins(%t, %w : tensor<1xi32>, tensor<9x64x!b>) outs(%e : tensor<1x64xf32>) -> tensor<1x64xf32>
  return %a, %b : tensor<1x64xf32>, tensor<1x64xf32>
}

// -----

// One product of either zero: a product adds what the sums hold, so the zero is the sums' alone.
// CHECK-COUNT-2: func.func private @kernel_group_sums_
!a = !lut.weight<u4, group = 32, zero = 7, storage = planes>
!b = !lut.weight<u4, group = 32, zero = 8, storage = planes>
func.func @zero_of_sums(%q: tensor<1x64xi8>, %s: tensor<1x2xf32>, %v: tensor<16x64x!a>, %w: tensor<16x64x!b>) -> (tensor<1x16xf32>, tensor<1x16xf32>) {
  %e = tensor.empty() : tensor<1x16xf32>
  %a = lut.mpgemm {act_group = 32} ins(%q, %s, %v : tensor<1x64xi8>, tensor<1x2xf32>, tensor<16x64x!a>) outs(%e : tensor<1x16xf32>) -> tensor<1x16xf32>
  %b = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<1x64xi8>, tensor<1x2xf32>, tensor<16x64x!b>) outs(%e : tensor<1x16xf32>) -> tensor<1x16xf32>
  return %a, %b : tensor<1x16xf32>, tensor<1x16xf32>
}

// -----

// CHECK-COUNT-2: func.func private @kernel_mpgemm_
!w = !lut.weight<u4, group = 64, zero = 0, storage = planes>
func.func @activation_group(%q: tensor<1x64xi8>, %s: tensor<1x2xf32>, %r: tensor<1x1xf32>, %w: tensor<16x64x!w>) -> (tensor<1x16xf32>, tensor<1x16xf32>) {
  %e = tensor.empty() : tensor<1x16xf32>
  %a = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<1x64xi8>, tensor<1x2xf32>, tensor<16x64x!w>) outs(%e : tensor<1x16xf32>) -> tensor<1x16xf32>
  %b = lut.mpgemm {act_group = 64} ins(%q, %r, %w : tensor<1x64xi8>, tensor<1x1xf32>, tensor<16x64x!w>) outs(%e : tensor<1x16xf32>) -> tensor<1x16xf32>
  return %a, %b : tensor<1x16xf32>, tensor<1x16xf32>
}

// -----

// One body, on a whole matrix (twice), on its rows and on its columns.
// CHECK-LABEL: func.func private @graph_reach(
// CHECK: call @[[WHOLE:kernel_map_[0-9]+]](
// CHECK: call @[[WHOLE]](
// CHECK-COUNT-3: func.func private @kernel_map_
// CHECK-NOT: func.func private @kernel_map_
!y = tensor<16x16xf32>
func.func @reach(%x: tensor<16x16xf32>, %r: tensor<1x16xf32>, %c: tensor<16x1xf32>) -> (!y, !y, !y, !y) {
  %e = tensor.empty() : tensor<16x16xf32>
  %a = nn.map ins(%x : tensor<16x16xf32>) outs(%e : tensor<16x16xf32>) {
  ^bb0(%v: f32):
    %n = arith.negf %v : f32
    nn.yield %n
  } -> tensor<16x16xf32>
  %again = nn.map ins(%a : tensor<16x16xf32>) outs(%e : tensor<16x16xf32>) {
  ^bb0(%v: f32):
    %n = arith.negf %v : f32
    nn.yield %n
  } -> tensor<16x16xf32>
  %b = nn.map ins(%r : tensor<1x16xf32>) outs(%e : tensor<16x16xf32>) {
  ^bb0(%v: f32):
    %n = arith.negf %v : f32
    nn.yield %n
  } -> tensor<16x16xf32>
  %d = nn.map ins(%c : tensor<16x1xf32>) outs(%e : tensor<16x16xf32>) {
  ^bb0(%v: f32):
    %n = arith.negf %v : f32
    nn.yield %n
  } -> tensor<16x16xf32>
  return %a, %again, %b, %d : !y, !y, !y, !y
}

// -----

// Rotary tables are buffers of the caller's, one for each description: pointers 0 and 1, 2 and 3, 4 and 5.
// CHECK-LABEL: func.func private @graph_tables(
// CHECK: call @kernel_rope_halves_16(
// CHECK: arith.constant 16 : i64
// CHECK: arith.constant 24 : i64
// CHECK: call @kernel_rope_halves_16(
// CHECK: arith.constant 32 : i64
// CHECK: arith.constant 40 : i64
// CHECK: call @kernel_rope_halves_16(
!x = tensor<4x16xf32>
!t = tensor<4x8xf32>
func.func @tables(%x: !x) -> (!x, !x, !x) {
  %c0, %s0 = nn.rope_table {head_dim = 16, theta = 1.0e+04, scale = 1.0e-07, factors = "near"} -> !t, !t
  %c1, %s1 = nn.rope_table {head_dim = 16, theta = 1.0e+04, scale = 1.0e-07, factors = "far"} -> !t, !t
  %c2, %s2 = nn.rope_table {head_dim = 16, theta = 1.0e+04, scale = 2.0e-07, factors = "far"} -> !t, !t
  %e = tensor.empty() : !x
  %a = nn.rope {head_dim = 16, style = halves} ins(%x, %c0, %s0 : !x, !t, !t) outs(%e : !x) -> !x
  %b = nn.rope {head_dim = 16, style = halves} ins(%x, %c1, %s1 : !x, !t, !t) outs(%e : !x) -> !x
  %d = nn.rope {head_dim = 16, style = halves} ins(%x, %c2, %s2 : !x, !t, !t) outs(%e : !x) -> !x
  return %a, %b, %d : !x, !x, !x
}
