// Every refusal of the schedule primitives, by its label in CustOps.td: at the payload op, with a note at the primitive.
// RUN: %accord-opt %s --split-input-file --verify-diagnostics --pass-pipeline="builtin.module(apply-schedule)"

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

module @tile_c1 attributes {transform.with_named_sequence} {
  func.func @gemm(%q: tensor<8x576xi8>, %s: tensor<8x18xf32>, %w: tensor<192x576x!w>) -> tensor<8x192xf32> {
    %t0 = tensor.empty() : tensor<8x144x8xi16>
    %a0 = tensor.empty() : tensor<8x18xi32>
    %t, %a = lut.precompute {form = half, group = 32} ins(%q : tensor<8x576xi8>)
               outs(%t0, %a0 : tensor<8x144x8xi16>, tensor<8x18xi32>) -> tensor<8x144x8xi16>, tensor<8x18xi32>
    %y0 = tensor.empty() : tensor<8x192xf32>
    %y = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
           ins(%t, %a, %s, %w : tensor<8x144x8xi16>, tensor<8x18xi32>, tensor<8x18xf32>, tensor<192x576x!w>)
           outs(%y0 : tensor<8x192xf32>) -> tensor<8x192xf32>
    // expected-error @+1 {{expected an op that can be tiled, got 'func.return'}}
    return %y : tensor<8x192xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %l = transform.structured.match ops{["lut.lmma"]} in %root : (!transform.any_op) -> !transform.any_op
    %f = transform.structured.match ops{["func.return"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-note @+1 {{asked for here}}
    %r:2 = cust.tile %f sizes [1] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

module @tile_c1_count attributes {transform.with_named_sequence} {
  func.func @gemm(%q: tensor<8x576xi8>, %s: tensor<8x18xf32>, %w: tensor<192x576x!w>) -> tensor<8x192xf32> {
    %t0 = tensor.empty() : tensor<8x144x8xi16>
    %a0 = tensor.empty() : tensor<8x18xi32>
    %t, %a = lut.precompute {form = half, group = 32} ins(%q : tensor<8x576xi8>)
               outs(%t0, %a0 : tensor<8x144x8xi16>, tensor<8x18xi32>) -> tensor<8x144x8xi16>, tensor<8x18xi32>
    %y0 = tensor.empty() : tensor<8x192xf32>
    %y = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
           ins(%t, %a, %s, %w : tensor<8x144x8xi16>, tensor<8x18xi32>, tensor<8x18xf32>, tensor<192x576x!w>)
           outs(%y0 : tensor<8x192xf32>) -> tensor<8x192xf32>
    return %y : tensor<8x192xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %l = transform.structured.match ops{["tensor.empty"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-error @+1 {{expected the target to be exactly one op, got 3}}
    %r:2 = cust.tile %l sizes [1, 0, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

module @tile_c2 attributes {transform.with_named_sequence} {
  func.func @gemm(%q: tensor<8x576xi8>, %s: tensor<8x18xf32>, %w: tensor<192x576x!w>) -> tensor<8x192xf32> {
    %t0 = tensor.empty() : tensor<8x144x8xi16>
    %a0 = tensor.empty() : tensor<8x18xi32>
    %t, %a = lut.precompute {form = half, group = 32} ins(%q : tensor<8x576xi8>)
               outs(%t0, %a0 : tensor<8x144x8xi16>, tensor<8x18xi32>) -> tensor<8x144x8xi16>, tensor<8x18xi32>
    %y0 = tensor.empty() : tensor<8x192xf32>
    // expected-error @+1 {{expected 3 tile sizes (m, n, k), got 2}}
    %y = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
           ins(%t, %a, %s, %w : tensor<8x144x8xi16>, tensor<8x18xi32>, tensor<8x18xf32>, tensor<192x576x!w>)
           outs(%y0 : tensor<8x192xf32>) -> tensor<8x192xf32>
    return %y : tensor<8x192xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %l = transform.structured.match ops{["lut.lmma"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-note @+1 {{asked for here}}
    %r:2 = cust.tile %l sizes [4, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

module @tile_c2_none attributes {transform.with_named_sequence} {
  func.func @gemm(%q: tensor<8x576xi8>, %s: tensor<8x18xf32>, %w: tensor<192x576x!w>) -> tensor<8x192xf32> {
    %t0 = tensor.empty() : tensor<8x144x8xi16>
    %a0 = tensor.empty() : tensor<8x18xi32>
    %t, %a = lut.precompute {form = half, group = 32} ins(%q : tensor<8x576xi8>)
               outs(%t0, %a0 : tensor<8x144x8xi16>, tensor<8x18xi32>) -> tensor<8x144x8xi16>, tensor<8x18xi32>
    %y0 = tensor.empty() : tensor<8x192xf32>
    // expected-error @+1 {{expected a tile size other than 0, got none}}
    %y = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
           ins(%t, %a, %s, %w : tensor<8x144x8xi16>, tensor<8x18xi32>, tensor<8x18xf32>, tensor<192x576x!w>)
           outs(%y0 : tensor<8x192xf32>) -> tensor<8x192xf32>
    return %y : tensor<8x192xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %l = transform.structured.match ops{["lut.lmma"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-note @+1 {{asked for here}}
    %r:1 = cust.tile %l sizes [0, 0, 0] : (!transform.any_op) -> (!transform.any_op)
    transform.yield
  }
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

module @tile_c2_results attributes {transform.with_named_sequence} {
  func.func @gemm(%q: tensor<8x576xi8>, %s: tensor<8x18xf32>, %w: tensor<192x576x!w>) -> tensor<8x192xf32> {
    %t0 = tensor.empty() : tensor<8x144x8xi16>
    %a0 = tensor.empty() : tensor<8x18xi32>
    %t, %a = lut.precompute {form = half, group = 32} ins(%q : tensor<8x576xi8>)
               outs(%t0, %a0 : tensor<8x144x8xi16>, tensor<8x18xi32>) -> tensor<8x144x8xi16>, tensor<8x18xi32>
    %y0 = tensor.empty() : tensor<8x192xf32>
    %y = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
           ins(%t, %a, %s, %w : tensor<8x144x8xi16>, tensor<8x18xi32>, tensor<8x18xf32>, tensor<192x576x!w>)
           outs(%y0 : tensor<8x192xf32>) -> tensor<8x192xf32>
    return %y : tensor<8x192xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %l = transform.structured.match ops{["lut.lmma"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-error @+1 {{expected 2 results (the tile and 1 loops), got 3}}
    %r:3 = cust.tile %l sizes [4, 0, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

module @tile_c3 attributes {transform.with_named_sequence} {
  func.func @gemm(%q: tensor<8x576xi8>, %s: tensor<8x18xf32>, %w: tensor<192x576x!w>) -> tensor<8x192xf32> {
    %t0 = tensor.empty() : tensor<8x144x8xi16>
    %a0 = tensor.empty() : tensor<8x18xi32>
    %t, %a = lut.precompute {form = half, group = 32} ins(%q : tensor<8x576xi8>)
               outs(%t0, %a0 : tensor<8x144x8xi16>, tensor<8x18xi32>) -> tensor<8x144x8xi16>, tensor<8x18xi32>
    %y0 = tensor.empty() : tensor<8x192xf32>
    // expected-error @+1 {{expected a tile size of dimension m of at most its extent 8, got 9}}
    %y = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
           ins(%t, %a, %s, %w : tensor<8x144x8xi16>, tensor<8x18xi32>, tensor<8x18xf32>, tensor<192x576x!w>)
           outs(%y0 : tensor<8x192xf32>) -> tensor<8x192xf32>
    return %y : tensor<8x192xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %l = transform.structured.match ops{["lut.lmma"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-note @+1 {{asked for here}}
    %r:2 = cust.tile %l sizes [9, 0, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

module @tile_c4 attributes {transform.with_named_sequence} {
  func.func @gemm(%q: tensor<8x576xi8>, %s: tensor<8x18xf32>, %w: tensor<192x576x!w>) -> tensor<8x192xf32> {
    %t0 = tensor.empty() : tensor<8x144x8xi16>
    %a0 = tensor.empty() : tensor<8x18xi32>
    %t, %a = lut.precompute {form = half, group = 32} ins(%q : tensor<8x576xi8>)
               outs(%t0, %a0 : tensor<8x144x8xi16>, tensor<8x18xi32>) -> tensor<8x144x8xi16>, tensor<8x18xi32>
    %y0 = tensor.empty() : tensor<8x192xf32>
    // expected-error @+1 {{expected order to be a permutation of 0..2, got [0, 2, 2]}}
    %y = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
           ins(%t, %a, %s, %w : tensor<8x144x8xi16>, tensor<8x18xi32>, tensor<8x18xf32>, tensor<192x576x!w>)
           outs(%y0 : tensor<8x192xf32>) -> tensor<8x192xf32>
    return %y : tensor<8x192xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %l = transform.structured.match ops{["lut.lmma"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-note @+1 {{asked for here}}
    %r:2 = cust.tile %l sizes [4, 0, 0] order [0, 2, 2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

module @tile_c5 attributes {transform.with_named_sequence} {
  func.func @gemm(%q: tensor<8x576xi8>, %s: tensor<8x18xf32>, %w: tensor<192x576x!w>) -> tensor<8x192xf32> {
    %t0 = tensor.empty() : tensor<8x144x8xi16>
    %a0 = tensor.empty() : tensor<8x18xi32>
    %t, %a = lut.precompute {form = half, group = 32} ins(%q : tensor<8x576xi8>)
               outs(%t0, %a0 : tensor<8x144x8xi16>, tensor<8x18xi32>) -> tensor<8x144x8xi16>, tensor<8x18xi32>
    %y0 = tensor.empty() : tensor<8x192xf32>
    // expected-error @+1 {{expected a tile size of dimension n that is a multiple of 64}}
    %y = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
           ins(%t, %a, %s, %w : tensor<8x144x8xi16>, tensor<8x18xi32>, tensor<8x18xf32>, tensor<192x576x!w>)
           outs(%y0 : tensor<8x192xf32>) -> tensor<8x192xf32>
    return %y : tensor<8x192xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %l = transform.structured.match ops{["lut.lmma"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-note @+1 {{asked for here}}
    %r:2 = cust.tile %l sizes [0, 32, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

module @tile_c5_negative attributes {transform.with_named_sequence} {
  func.func @gemm(%q: tensor<8x576xi8>, %s: tensor<8x18xf32>, %w: tensor<192x576x!w>) -> tensor<8x192xf32> {
    %t0 = tensor.empty() : tensor<8x144x8xi16>
    %a0 = tensor.empty() : tensor<8x18xi32>
    %t, %a = lut.precompute {form = half, group = 32} ins(%q : tensor<8x576xi8>)
               outs(%t0, %a0 : tensor<8x144x8xi16>, tensor<8x18xi32>) -> tensor<8x144x8xi16>, tensor<8x18xi32>
    %y0 = tensor.empty() : tensor<8x192xf32>
    // expected-error @+1 {{expected a tile size of dimension m that is not negative, got -1}}
    %y = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
           ins(%t, %a, %s, %w : tensor<8x144x8xi16>, tensor<8x18xi32>, tensor<8x18xf32>, tensor<192x576x!w>)
           outs(%y0 : tensor<8x192xf32>) -> tensor<8x192xf32>
    return %y : tensor<8x192xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %l = transform.structured.match ops{["lut.lmma"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-note @+1 {{asked for here}}
    %r:2 = cust.tile %l sizes [-1, 0, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

module @fuse_c1 attributes {transform.with_named_sequence} {
  func.func @gemm(%q: tensor<8x576xi8>, %s: tensor<8x18xf32>, %w: tensor<192x576x!w>) -> tensor<8x192xf32> {
    %t0 = tensor.empty() : tensor<8x144x8xi16>
    %a0 = tensor.empty() : tensor<8x18xi32>
    // expected-error @+1 {{expected a producer that can be tiled and an 'scf.for', got 'lut.precompute' and 'lut.lmma'}}
    %t, %a = lut.precompute {form = half, group = 32} ins(%q : tensor<8x576xi8>)
               outs(%t0, %a0 : tensor<8x144x8xi16>, tensor<8x18xi32>) -> tensor<8x144x8xi16>, tensor<8x18xi32>
    %y0 = tensor.empty() : tensor<8x192xf32>
    %y = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
           ins(%t, %a, %s, %w : tensor<8x144x8xi16>, tensor<8x18xi32>, tensor<8x18xf32>, tensor<192x576x!w>)
           outs(%y0 : tensor<8x192xf32>) -> tensor<8x192xf32>
    return %y : tensor<8x192xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %l = transform.structured.match ops{["lut.lmma"]} in %root : (!transform.any_op) -> !transform.any_op
    %p = transform.structured.match ops{["lut.precompute"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-note @+1 {{asked for here}}
    %f = cust.fuse %p into %l : (!transform.any_op, !transform.any_op) -> !transform.any_op
    transform.yield
  }
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

module @fuse_c1_order attributes {transform.with_named_sequence} {
  func.func @gemm(%q: tensor<8x576xi8>, %s: tensor<8x18xf32>, %w: tensor<192x576x!w>) -> tensor<8x192xf32> {
    %t0 = tensor.empty() : tensor<8x144x8xi16>
    %a0 = tensor.empty() : tensor<8x18xi32>
    %t, %a = lut.precompute {form = half, group = 32} ins(%q : tensor<8x576xi8>)
               outs(%t0, %a0 : tensor<8x144x8xi16>, tensor<8x18xi32>) -> tensor<8x144x8xi16>, tensor<8x18xi32>
    %y0 = tensor.empty() : tensor<8x192xf32>
    // expected-error @+1 {{expected the producer before the loop in the same block}}
    %y = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
           ins(%t, %a, %s, %w : tensor<8x144x8xi16>, tensor<8x18xi32>, tensor<8x18xf32>, tensor<192x576x!w>)
           outs(%y0 : tensor<8x192xf32>) -> tensor<8x192xf32>
    return %y : tensor<8x192xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %l = transform.structured.match ops{["lut.lmma"]} in %root : (!transform.any_op) -> !transform.any_op
    %r:2 = cust.tile %l sizes [4, 0, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %g = transform.structured.match ops{["lut.lmma"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-note @+1 {{asked for here}}
    %f = cust.fuse %g into %r#1 : (!transform.any_op, !transform.any_op) -> !transform.any_op
    transform.yield
  }
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

module @fuse_c2 attributes {transform.with_named_sequence} {
  func.func @gemm(%q: tensor<8x576xi8>, %s: tensor<8x18xf32>, %w: tensor<192x576x!w>) -> (tensor<8x192xf32>, tensor<8x18xi32>) {
    %t0 = tensor.empty() : tensor<8x144x8xi16>
    %a0 = tensor.empty() : tensor<8x18xi32>
    // expected-error @+1 {{expected every use to be a slice inside the loop}}
    %t, %a = lut.precompute {form = half, group = 32} ins(%q : tensor<8x576xi8>)
               outs(%t0, %a0 : tensor<8x144x8xi16>, tensor<8x18xi32>) -> tensor<8x144x8xi16>, tensor<8x18xi32>
    %y0 = tensor.empty() : tensor<8x192xf32>
    %y = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
           ins(%t, %a, %s, %w : tensor<8x144x8xi16>, tensor<8x18xi32>, tensor<8x18xf32>, tensor<192x576x!w>)
           outs(%y0 : tensor<8x192xf32>) -> tensor<8x192xf32>
    // expected-note @+1 {{used here by 'func.return'}}
    return %y, %a : tensor<8x192xf32>, tensor<8x18xi32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %l = transform.structured.match ops{["lut.lmma"]} in %root : (!transform.any_op) -> !transform.any_op
    %p = transform.structured.match ops{["lut.precompute"]} in %root : (!transform.any_op) -> !transform.any_op
    %r:2 = cust.tile %l sizes [4, 0, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    // expected-note @+1 {{asked for here}}
    %f = cust.fuse %p into %r#1 : (!transform.any_op, !transform.any_op) -> !transform.any_op
    transform.yield
  }
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

module @buffer_c1 attributes {transform.with_named_sequence} {
  func.func @gemm(%q: tensor<8x576xi8>, %s: tensor<8x18xf32>, %w: tensor<192x576x!w>) -> tensor<8x192xf32> {
    %t0 = tensor.empty() : tensor<8x144x8xi16>
    %a0 = tensor.empty() : tensor<8x18xi32>
    %t, %a = lut.precompute {form = half, group = 32} ins(%q : tensor<8x576xi8>)
               outs(%t0, %a0 : tensor<8x144x8xi16>, tensor<8x18xi32>) -> tensor<8x144x8xi16>, tensor<8x18xi32>
    %y0 = tensor.empty() : tensor<8x192xf32>
    // expected-error @+1 {{expected one of its operands (tables, asum, s, w, out, isum), got 'v'}}
    %y = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
           ins(%t, %a, %s, %w : tensor<8x144x8xi16>, tensor<8x18xi32>, tensor<8x18xf32>, tensor<192x576x!w>)
           outs(%y0 : tensor<8x192xf32>) -> tensor<8x192xf32>
    return %y : tensor<8x192xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %l = transform.structured.match ops{["lut.lmma"]} in %root : (!transform.any_op) -> !transform.any_op
    %r:2 = cust.tile %l sizes [4, 0, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    // expected-note @+1 {{asked for here}}
    cust.buffer %r#0 operand "v" in spm count 2 : !transform.any_op
    transform.yield
  }
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

module @buffer_c2 attributes {transform.with_named_sequence} {
  func.func @gemm(%q: tensor<8x576xi8>, %s: tensor<8x18xf32>, %w: tensor<192x576x!w>) -> tensor<8x192xf32> {
    %t0 = tensor.empty() : tensor<8x144x8xi16>
    %a0 = tensor.empty() : tensor<8x18xi32>
    %t, %a = lut.precompute {form = half, group = 32} ins(%q : tensor<8x576xi8>)
               outs(%t0, %a0 : tensor<8x144x8xi16>, tensor<8x18xi32>) -> tensor<8x144x8xi16>, tensor<8x18xi32>
    %y0 = tensor.empty() : tensor<8x192xf32>
    // expected-error @+1 {{expected 1 to 4 buffers of 'w', got 0}}
    %y = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
           ins(%t, %a, %s, %w : tensor<8x144x8xi16>, tensor<8x18xi32>, tensor<8x18xf32>, tensor<192x576x!w>)
           outs(%y0 : tensor<8x192xf32>) -> tensor<8x192xf32>
    return %y : tensor<8x192xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %l = transform.structured.match ops{["lut.lmma"]} in %root : (!transform.any_op) -> !transform.any_op
    %r:2 = cust.tile %l sizes [4, 0, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    // expected-note @+1 {{asked for here}}
    cust.buffer %r#0 operand "w" in spm count 0 : !transform.any_op
    transform.yield
  }
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

module @buffer_c3 attributes {transform.with_named_sequence} {
  func.func @gemm(%q: tensor<8x576xi8>, %s: tensor<8x18xf32>, %w: tensor<192x576x!w>) -> tensor<8x192xf32> {
    %t0 = tensor.empty() : tensor<8x144x8xi16>
    %a0 = tensor.empty() : tensor<8x18xi32>
    %t, %a = lut.precompute {form = half, group = 32} ins(%q : tensor<8x576xi8>)
               outs(%t0, %a0 : tensor<8x144x8xi16>, tensor<8x18xi32>) -> tensor<8x144x8xi16>, tensor<8x18xi32>
    %y0 = tensor.empty() : tensor<8x192xf32>
    // expected-error @+1 {{expected 'w' in spm, got acc}}
    %y = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
           ins(%t, %a, %s, %w : tensor<8x144x8xi16>, tensor<8x18xi32>, tensor<8x18xf32>, tensor<192x576x!w>)
           outs(%y0 : tensor<8x192xf32>) -> tensor<8x192xf32>
    return %y : tensor<8x192xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %l = transform.structured.match ops{["lut.lmma"]} in %root : (!transform.any_op) -> !transform.any_op
    %r:2 = cust.tile %l sizes [4, 0, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    // expected-note @+1 {{asked for here}}
    cust.buffer %r#0 operand "w" in acc count 2 : !transform.any_op
    transform.yield
  }
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

module @buffer_c3_memory_of_no_tile attributes {transform.with_named_sequence} {
  func.func @gemm(%q: tensor<8x576xi8>, %s: tensor<8x18xf32>, %w: tensor<192x576x!w>) -> tensor<8x192xf32> {
    %t0 = tensor.empty() : tensor<8x144x8xi16>
    %a0 = tensor.empty() : tensor<8x18xi32>
    %t, %a = lut.precompute {form = half, group = 32} ins(%q : tensor<8x576xi8>)
               outs(%t0, %a0 : tensor<8x144x8xi16>, tensor<8x18xi32>) -> tensor<8x144x8xi16>, tensor<8x18xi32>
    %y0 = tensor.empty() : tensor<8x192xf32>
    // expected-error @+1 {{expected 'w' in spm, got l2}}
    %y = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
           ins(%t, %a, %s, %w : tensor<8x144x8xi16>, tensor<8x18xi32>, tensor<8x18xf32>, tensor<192x576x!w>)
           outs(%y0 : tensor<8x192xf32>) -> tensor<8x192xf32>
    return %y : tensor<8x192xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %l = transform.structured.match ops{["lut.lmma"]} in %root : (!transform.any_op) -> !transform.any_op
    %r:2 = cust.tile %l sizes [4, 0, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    // expected-note @+1 {{asked for here}}
    cust.buffer %r#0 operand "w" in l2 count 2 : !transform.any_op
    transform.yield
  }
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

module @buffer_c4 attributes {transform.with_named_sequence} {
  func.func @gemm(%q: tensor<8x576xi8>, %s: tensor<8x18xf32>, %w: tensor<192x576x!w>) -> tensor<8x192xf32> {
    %t0 = tensor.empty() : tensor<8x144x8xi16>
    %a0 = tensor.empty() : tensor<8x18xi32>
    %t, %a = lut.precompute {form = half, group = 32} ins(%q : tensor<8x576xi8>)
               outs(%t0, %a0 : tensor<8x144x8xi16>, tensor<8x18xi32>) -> tensor<8x144x8xi16>, tensor<8x18xi32>
    %y0 = tensor.empty() : tensor<8x192xf32>
    // expected-error @+1 {{expected an op in a loop: outside of one, 'w' is a single tile}}
    %y = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
           ins(%t, %a, %s, %w : tensor<8x144x8xi16>, tensor<8x18xi32>, tensor<8x18xf32>, tensor<192x576x!w>)
           outs(%y0 : tensor<8x192xf32>) -> tensor<8x192xf32>
    return %y : tensor<8x192xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %l = transform.structured.match ops{["lut.lmma"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-note @+1 {{asked for here}}
    cust.buffer %l operand "w" in spm count 2 : !transform.any_op
    transform.yield
  }
}

// -----

func.func @buffers_unknown(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>) -> tensor<8x64xf32> {
  // expected-error @+1 {{has no operand 'w' to buffer}}
  %0 = nn.silu ins(%x : tensor<8x64xf32>) outs(%y : tensor<8x64xf32>) {cust.buffers = {w = 2}} -> tensor<8x64xf32>
  return %0 : tensor<8x64xf32>
}

// -----

func.func @buffers_range(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>) -> tensor<8x64xf32> {
  // expected-error @+1 {{expected 1 to 4 buffers of 'x', got 7 : i64}}
  %0 = nn.silu ins(%x : tensor<8x64xf32>) outs(%y : tensor<8x64xf32>) {cust.buffers = {x = 7}} -> tensor<8x64xf32>
  return %0 : tensor<8x64xf32>
}

// -----

func.func @name_type(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>) -> tensor<8x64xf32> {
  // expected-error @+1 {{expected cust.name to be a string, got 1 : i64}}
  %0 = nn.silu ins(%x : tensor<8x64xf32>) outs(%y : tensor<8x64xf32>) {cust.name = 1} -> tensor<8x64xf32>
  return %0 : tensor<8x64xf32>
}

// -----

module @fuse_c1_unused attributes {transform.with_named_sequence} {
  func.func @f(%x: tensor<8x64xf32>) {
    %e = tensor.empty() : tensor<8x64xf32>
    %c0 = arith.constant 0 : index
    %c8 = arith.constant 8 : index
    // expected-error @+1 {{expected the loop to use the producer, got no use}}
    %a = nn.silu ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) -> tensor<8x64xf32>
    scf.for %i = %c0 to %c8 step %c8 {
    }
    return
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %p = transform.structured.match ops{["nn.silu"]} in %root : (!transform.any_op) -> !transform.any_op
    %l = transform.structured.match ops{["scf.for"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-note @+1 {{asked for here}}
    %f = cust.fuse %p into %l : (!transform.any_op, !transform.any_op) -> !transform.any_op
    transform.yield
  }
}

// -----

module @fuse_c3 attributes {transform.with_named_sequence} {
  func.func @f(%x: tensor<8x64xf32>) -> tensor<8x64xf32> {
    %e = tensor.empty() : tensor<8x64xf32>
    %c0 = arith.constant 0 : index
    %c4 = arith.constant 4 : index
    %c8 = arith.constant 8 : index
    // expected-error @+1 {{expected all slices to belong to one tile of the producer}}
    %a = nn.silu ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) -> tensor<8x64xf32>
    %y = scf.for %i = %c0 to %c8 step %c4 iter_args(%acc = %e) -> tensor<8x64xf32> {
      // expected-note @+1 {{one tile is this slice's}}
      %s = tensor.extract_slice %a[%i, 0] [4, 64] [1, 1] : tensor<8x64xf32> to tensor<4x64xf32>
      // expected-note @+1 {{another is this slice's}}
      %t = tensor.extract_slice %a[0, 0] [4, 64] [1, 1] : tensor<8x64xf32> to tensor<4x64xf32>
      %d = tensor.extract_slice %acc[%i, 0] [4, 64] [1, 1] : tensor<8x64xf32> to tensor<4x64xf32>
      %o = nn.add ins(%s, %t : tensor<4x64xf32>, tensor<4x64xf32>) outs(%d : tensor<4x64xf32>) -> tensor<4x64xf32>
      %n = tensor.insert_slice %o into %acc[%i, 0] [4, 64] [1, 1] : tensor<4x64xf32> into tensor<8x64xf32>
      scf.yield %n : tensor<8x64xf32>
    }
    return %y : tensor<8x64xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %p = transform.structured.match ops{["nn.silu"]} in %root : (!transform.any_op) -> !transform.any_op
    %l = transform.structured.match ops{["scf.for"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-note @+1 {{asked for here}}
    %f = cust.fuse %p into %l : (!transform.any_op, !transform.any_op) -> !transform.any_op
    transform.yield
  }
}

// -----

module @fuse_c4 attributes {transform.with_named_sequence} {
  func.func @f(%x: tensor<8x64xf32>) {
    %q0 = tensor.empty() : tensor<8x64xi8>
    %s0 = tensor.empty() : tensor<8x2xf32>
    %c0 = arith.constant 0 : index
    %c8 = arith.constant 8 : index
    // expected-error @+1 {{expected a slice that is a tile of its iteration space}}
    %q, %s = lut.quantize_act {group = 32} ins(%x : tensor<8x64xf32>) outs(%q0, %s0 : tensor<8x64xi8>, tensor<8x2xf32>)
               -> tensor<8x64xi8>, tensor<8x2xf32>
    scf.for %i = %c0 to %c8 step %c8 {
      %t = tensor.extract_slice %q[0, 8] [8, 24] [1, 1] : tensor<8x64xi8> to tensor<8x24xi8>
    }
    return
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %p = transform.structured.match ops{["lut.quantize_act"]} in %root : (!transform.any_op) -> !transform.any_op
    %l = transform.structured.match ops{["scf.for"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-note @+1 {{asked for here}}
    %f = cust.fuse %p into %l : (!transform.any_op, !transform.any_op) -> !transform.any_op
    transform.yield
  }
}

// -----

module @stream_c1 attributes {transform.with_named_sequence} {
  func.func @f(%q: tensor<1x24xf32>, %k: memref<2x48x3x4xf16>, %l: index, %p: index) -> tensor<1x24xf32> {
    %y0 = tensor.empty() : tensor<1x24xf32>
    // expected-error @+1 {{expected an op that reads a cache (nn.attention), got 'nn.silu'}}
    %y = nn.silu ins(%q : tensor<1x24xf32>) outs(%y0 : tensor<1x24xf32>) -> tensor<1x24xf32>
    return %y : tensor<1x24xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %a = transform.structured.match ops{["nn.silu"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-note @+1 {{refused 'cust.stream' asked for here}}
    cust.stream %a positions 8 heads 3 : !transform.any_op
    transform.yield
  }
}

// -----

module @stream_c2 attributes {transform.with_named_sequence} {
  func.func @f(%q: tensor<1x24xf32>, %k: memref<2x48x3x4xf16>, %l: index, %p: index) -> tensor<1x24xf32> {
    %y0 = tensor.empty() : tensor<1x24xf32>
    // expected-error @+1 {{expected positions that the cache holds a multiple of twice, or all its 48, got 16}}
    %y = nn.attention {heads = 6, scale = 0.5} ins(%q : tensor<1x24xf32>)
           cache(%k, %k : memref<2x48x3x4xf16>, memref<2x48x3x4xf16>) at(%l, %p) outs(%y0 : tensor<1x24xf32>) -> tensor<1x24xf32>
    return %y : tensor<1x24xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %a = transform.structured.match ops{["nn.attention"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-note @+1 {{refused 'cust.stream' asked for here}}
    cust.stream %a positions 16 heads 3 : !transform.any_op
    transform.yield
  }
}

// -----

module @stream_c3 attributes {transform.with_named_sequence} {
  func.func @f(%q: tensor<1x24xf32>, %k: memref<2x48x3x4xf16>, %l: index, %p: index) -> tensor<1x24xf32> {
    %y0 = tensor.empty() : tensor<1x24xf32>
    // expected-error @+1 {{expected a divisor of the cache's 3 heads, got 2}}
    %y = nn.attention {heads = 6, scale = 0.5} ins(%q : tensor<1x24xf32>)
           cache(%k, %k : memref<2x48x3x4xf16>, memref<2x48x3x4xf16>) at(%l, %p) outs(%y0 : tensor<1x24xf32>) -> tensor<1x24xf32>
    return %y : tensor<1x24xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %a = transform.structured.match ops{["nn.attention"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-note @+1 {{refused 'cust.stream' asked for here}}
    cust.stream %a positions 24 heads 2 : !transform.any_op
    transform.yield
  }
}

// -----

module @buffer_c3_input attributes {transform.with_named_sequence} {
  func.func @f(%x: tensor<8x64xf32>) -> tensor<8x64xf32> {
    %e = tensor.empty() : tensor<8x64xf32>
    // expected-error @+1 {{expected 'x' in spm, got dram}}
    %a = nn.silu ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) -> tensor<8x64xf32>
    return %a : tensor<8x64xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %p = transform.structured.match ops{["nn.silu"]} in %root : (!transform.any_op) -> !transform.any_op
    %r:2 = cust.tile %p sizes [4, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    // expected-note @+1 {{asked for here}}
    cust.buffer %r#0 operand "x" in dram count 1 : !transform.any_op
    transform.yield
  }
}

// -----

// Codes 64 at a time and scales 32 at a time: slices of two tiles, told apart by their maps alone.
module @fuse_c3_maps attributes {transform.with_named_sequence} {
  func.func @f(%x: tensor<8x256xf32>, %codes: tensor<8x32xi8>, %scales: tensor<8x1xf32>) {
    %q0 = tensor.empty() : tensor<8x256xi8>
    %s0 = tensor.empty() : tensor<8x8xf32>
    %c0 = arith.constant 0 : index
    %c32 = arith.constant 32 : index
    %c256 = arith.constant 256 : index
    // expected-error @+1 {{expected all slices to belong to one tile of the producer}}
    %q, %s = lut.quantize_act {group = 32} ins(%x : tensor<8x256xf32>) outs(%q0, %s0 : tensor<8x256xi8>, tensor<8x8xf32>)
               -> tensor<8x256xi8>, tensor<8x8xf32>
    scf.for %i = %c0 to %c256 step %c32 {
      // expected-note @+1 {{one tile is this slice's}}
      %a = tensor.extract_slice %q[0, %i] [8, 32] [1, 1] : tensor<8x256xi8> to tensor<8x32xi8>
      %g = affine.apply affine_map<(d0) -> (d0 floordiv 64)>(%i)
      // expected-note @+1 {{another is this slice's}}
      %b = tensor.extract_slice %s[0, %g] [8, 1] [1, 1] : tensor<8x8xf32> to tensor<8x1xf32>
      %a1 = tensor.insert_slice %a into %codes[0, 0] [8, 32] [1, 1] : tensor<8x32xi8> into tensor<8x32xi8>
      %b1 = tensor.insert_slice %b into %scales[0, 0] [8, 1] [1, 1] : tensor<8x1xf32> into tensor<8x1xf32>
    }
    return
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %p = transform.structured.match ops{["lut.quantize_act"]} in %root : (!transform.any_op) -> !transform.any_op
    %l = transform.structured.match ops{["scf.for"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-note @+1 {{asked for here}}
    %f = cust.fuse %p into %l : (!transform.any_op, !transform.any_op) -> !transform.any_op
    transform.yield
  }
}

// -----

// Of two summed dimensions the order stays: r outside of s.
module @tile_c4_reductions attributes {transform.with_named_sequence} {
  func.func @f(%x: tensor<8x16x32xf32>) -> tensor<8xf32> {
    %e = tensor.empty() : tensor<8xf32>
    // expected-error @+1 {{expected reduction dimension #1 outside of #2: the order of a sum is part of its meaning}}
    %y = linalg.generic {indexing_maps = [affine_map<(m, r, s) -> (m, r, s)>, affine_map<(m, r, s) -> (m)>],
           iterator_types = ["parallel", "reduction", "reduction"]} ins(%x : tensor<8x16x32xf32>) outs(%e : tensor<8xf32>) {
      ^bb0(%a: f32, %acc: f32):
        %s = arith.addf %acc, %a : f32
        linalg.yield %s : f32
    } -> tensor<8xf32>
    return %y : tensor<8xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %p = transform.structured.match ops{["linalg.generic"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-note @+1 {{asked for here}}
    %t:4 = cust.tile %p sizes [4, 8, 16] order [0, 2, 1]
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// An instruction of 96 lanes and packed tiles of 64 meet every 192.
module @tile_c5_lanes attributes {transform.with_named_sequence} {
  func.func @f(%t: tensor<8x16x8xi16>, %a: tensor<8x2xi32>, %s: tensor<8x2xf32>,
               %w: tensor<384x64x!lut.weight<u4, group = 32, zero = 0, min, storage = planes>>) -> tensor<8x384xf32> {
    %e = tensor.empty() : tensor<8x384xf32>
    // expected-error @+1 {{expected a tile size of dimension n that is a multiple of 192 (packed lanes 64, instruction n 96), got 96}}
    %y = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 96, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
           ins(%t, %a, %s, %w : tensor<8x16x8xi16>, tensor<8x2xi32>, tensor<8x2xf32>, tensor<384x64x!lut.weight<u4, group = 32, zero = 0, min, storage = planes>>)
           outs(%e : tensor<8x384xf32>) -> tensor<8x384xf32>
    return %y : tensor<8x384xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %p = transform.structured.match ops{["lut.lmma"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-note @+1 {{asked for here}}
    %r:2 = cust.tile %p sizes [0, 96, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// A block of the file has 256 weights, and eight of their groups.
module @tile_c5_blocks attributes {transform.with_named_sequence} {
  func.func @f(%q: tensor<8x512xi8>, %s: tensor<8x16xf32>,
               %w: tensor<64x512x!lut.weight<u4, group = 32, zero = 0, min, scale = f32, storage = gguf_q4_k>>) -> tensor<8x64xf32> {
    %e = tensor.empty() : tensor<8x64xf32>
    // expected-error @+1 {{expected a tile size of dimension k that is a multiple of 256 (activation group 32, weight group 32, block 256), got 128}}
    %y = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<8x512xi8>, tensor<8x16xf32>, tensor<64x512x!lut.weight<u4, group = 32, zero = 0, min, scale = f32, storage = gguf_q4_k>>)
           outs(%e : tensor<8x64xf32>) -> tensor<8x64xf32>
    return %y : tensor<8x64xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %p = transform.structured.match ops{["lut.mpgemm"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-note @+1 {{asked for here}}
    %r:2 = cust.tile %p sizes [0, 0, 128] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// A cache is streamed, not buffered, and an index is no tile.
func.func @buffers_of_a_cache(%q: tensor<1x64xf32>, %k: memref<1x8x1x64xf16>, %layer: index, %position: index,
                              %y: tensor<1x64xf32>) -> tensor<1x64xf32> {
  // expected-error @+1 {{has no operand 'k' to buffer}}
  %r = nn.attention {heads = 1, scale = 1.0} ins(%q : tensor<1x64xf32>)
         cache(%k, %k : memref<1x8x1x64xf16>, memref<1x8x1x64xf16>) at(%layer, %position)
         outs(%y : tensor<1x64xf32>) {cust.buffers = {k = 2 : i64}} -> tensor<1x64xf32>
  return %r : tensor<1x64xf32>
}

// -----

func.func @buffers_of_an_index(%q: tensor<1x64xf32>, %k: memref<1x8x1x64xf16>, %layer: index, %position: index,
                               %y: tensor<1x64xf32>) -> tensor<1x64xf32> {
  // expected-error @+1 {{has no operand 'position' to buffer}}
  %r = nn.attention {heads = 1, scale = 1.0} ins(%q : tensor<1x64xf32>)
         cache(%k, %k : memref<1x8x1x64xf16>, memref<1x8x1x64xf16>) at(%layer, %position)
         outs(%y : tensor<1x64xf32>) {cust.buffers = {position = 2 : i64}} -> tensor<1x64xf32>
  return %r : tensor<1x64xf32>
}
