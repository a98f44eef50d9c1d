// The primitives at work: tiles in the order asked for, a fused producer, recorded buffers.
// RUN: %accord-opt %s --split-input-file | %accord-opt --split-input-file | %accord-opt --split-input-file --pass-pipeline="builtin.module(apply-schedule)" | FileCheck %s

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

// CHECK-LABEL: func.func @gemm
// The n loop is outside, as ordered; tables are made per 4 rows inside of the m loop.
// CHECK: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %[[C64:.*]] iter_args
// CHECK: scf.for %{{.*}} iter_args
// CHECK: lut.precompute {{.*}} -> tensor<4x144x8xi16>, tensor<4x18xi32>
// CHECK: scf.for
// CHECK: lut.lmma {{.*}}accumulate({{.*}}) {cust.buffers = {isum = 2 : i64, w = 3 : i64}} -> tensor<4x64xf32>
// CHECK-NOT: transform.named_sequence
module @ops attributes {transform.with_named_sequence} {
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
    %p = transform.structured.match ops{["lut.precompute"]} in %root : (!transform.any_op) -> !transform.any_op
    %r:3 = cust.tile %l sizes [4, 64, 0] order [1, 0, 2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    %f = cust.fuse %p into %r#1 : (!transform.any_op, !transform.any_op) -> !transform.any_op
    %k:2 = cust.tile %r#0 sizes [0, 0, 288] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    cust.buffer %k#0 operand "w" in spm count 3 : !transform.any_op
    cust.buffer %k#0 operand "isum" in acc count 2 : !transform.any_op
    transform.yield
  }
}

// -----

// The last word on where an operand lives counts: in dram and back, and once in dram however often it is said.
// CHECK-LABEL: module @homes
// CHECK: nn.silu {{.*}} {cust.buffers = {out = 2 : i64}}
// CHECK: nn.add {{.*}} {cust.buffers = {out = 3 : i64}, cust.in_dram = ["out"]}
module @homes attributes {transform.with_named_sequence} {
  func.func @f(%x: tensor<8x64xf32>) -> (tensor<8x64xf32>, tensor<8x64xf32>) {
    %e = tensor.empty() : tensor<8x64xf32>
    %a = nn.silu ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) -> tensor<8x64xf32>
    %b = nn.add ins(%x, %x : tensor<8x64xf32>, tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) -> tensor<8x64xf32>
    return %a, %b : tensor<8x64xf32>, tensor<8x64xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %s = transform.structured.match ops{["nn.silu"]} in %root : (!transform.any_op) -> !transform.any_op
    %a = transform.structured.match ops{["nn.add"]} in %root : (!transform.any_op) -> !transform.any_op
    %p:2 = cust.tile %s sizes [4, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %q:2 = cust.tile %a sizes [4, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    cust.buffer %p#0 operand "out" in dram count 1 : !transform.any_op
    cust.buffer %p#0 operand "out" in spm count 2 : !transform.any_op
    cust.buffer %q#0 operand "out" in dram count 2 : !transform.any_op
    cust.buffer %q#0 operand "out" in dram count 3 : !transform.any_op
    transform.yield
  }
}

// -----

// A whole extent is a tile, also where the last group is short.
// CHECK-LABEL: module @whole
// CHECK: lut.quantize_act {{.*}} -> tensor<4x40xi8>, tensor<4x2xf32>
module @whole attributes {transform.with_named_sequence} {
  func.func @f(%x: tensor<8x40xf32>) -> (tensor<8x40xi8>, tensor<8x2xf32>) {
    %q0 = tensor.empty() : tensor<8x40xi8>
    %s0 = tensor.empty() : tensor<8x2xf32>
    %q, %s = lut.quantize_act {group = 32} ins(%x : tensor<8x40xf32>) outs(%q0, %s0 : tensor<8x40xi8>, tensor<8x2xf32>)
               -> tensor<8x40xi8>, tensor<8x2xf32>
    return %q, %s : tensor<8x40xi8>, tensor<8x2xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %p = transform.structured.match ops{["lut.quantize_act"]} in %root : (!transform.any_op) -> !transform.any_op
    %r:3 = cust.tile %p sizes [4, 40] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Scales that a counter between two groups names are those of the group it lies in: so are the values.
// CHECK: #[[MAP:.*]] = affine_map<(d0) -> ((d0 floordiv 32) * 32)>
// CHECK-LABEL: module @between
// CHECK: scf.for %[[I:[a-z0-9]+]] = %
// CHECK: %[[AT:.*]] = affine.apply #[[MAP]](%[[I]])
// CHECK: tensor.extract_slice %{{.*}}[0, %[[AT]]]
module @between attributes {transform.with_named_sequence} {
  func.func @f(%x: tensor<8x256xf32>, %y: tensor<8x1xf32>) -> tensor<8x1xf32> {
    %q0 = tensor.empty() : tensor<8x256xi8>
    %s0 = tensor.empty() : tensor<8x8xf32>
    %c16 = arith.constant 16 : index
    %c32 = arith.constant 32 : index
    %c256 = arith.constant 256 : index
    %q, %s = lut.quantize_act {group = 32} ins(%x : tensor<8x256xf32>) outs(%q0, %s0 : tensor<8x256xi8>, tensor<8x8xf32>)
               -> tensor<8x256xi8>, tensor<8x8xf32>
    %r = scf.for %i = %c16 to %c256 step %c32 iter_args(%acc = %y) -> tensor<8x1xf32> {
      %g = affine.apply affine_map<(d0) -> (d0 floordiv 32)>(%i)
      %b = tensor.extract_slice %s[0, %g] [8, 1] [1, 1] : tensor<8x8xf32> to tensor<8x1xf32>
      %n = nn.add ins(%b, %y : tensor<8x1xf32>, tensor<8x1xf32>) outs(%acc : tensor<8x1xf32>) -> tensor<8x1xf32>
      scf.yield %n : tensor<8x1xf32>
    }
    return %r : tensor<8x1xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %p = transform.structured.match ops{["lut.quantize_act"]} in %root : (!transform.any_op) -> !transform.any_op
    %l = transform.structured.match ops{["scf.for"]} in %root : (!transform.any_op) -> !transform.any_op
    %f = cust.fuse %p into %l : (!transform.any_op, !transform.any_op) -> !transform.any_op
    transform.yield
  }
}
