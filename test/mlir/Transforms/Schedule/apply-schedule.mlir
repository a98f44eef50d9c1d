// A schedule is applied as a whole and goes; a refusal in its second step leaves the module, first step and all, as it was.
// RUN: not %accord-opt %s --split-input-file --pass-pipeline="builtin.module(apply-schedule)" 2>/dev/null | FileCheck %s --check-prefix=APPLIED
// RUN: not %accord-opt %s --split-input-file --mlir-print-ir-after-failure --pass-pipeline="builtin.module(apply-schedule)" 2>&1 | FileCheck %s --check-prefix=REFUSED

// The mark of a module with a schedule goes with it.
// APPLIED-LABEL: module @good {{[{]}}
// APPLIED: scf.for
// APPLIED: nn.silu {{.*}} -> tensor<4x64xf32>
// APPLIED-NOT: transform
module @good attributes {transform.with_named_sequence} {
  func.func @silu(%x: tensor<16x64xf32>) -> tensor<16x64xf32> {
    %y0 = tensor.empty() : tensor<16x64xf32>
    %y = nn.silu ins(%x : tensor<16x64xf32>) outs(%y0 : tensor<16x64xf32>) -> tensor<16x64xf32>
    return %y : tensor<16x64xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["nn.silu"]} in %root : (!transform.any_op) -> !transform.any_op
    %tile, %m = cust.tile %op sizes [4, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// REFUSED: error: 'nn.silu' op expected a tile size of dimension n of at most its extent 64, got 65
// REFUSED: IR Dump After ApplySchedule Failed
// REFUSED: module @bad attributes {transform.with_named_sequence}
// REFUSED-NOT: scf.for
// REFUSED: nn.silu {{.*}} -> tensor<16x64xf32>
// REFUSED: cust.tile %{{.*}} sizes [4, 0]
module @bad attributes {transform.with_named_sequence} {
  func.func @silu(%x: tensor<16x64xf32>) -> tensor<16x64xf32> {
    %y0 = tensor.empty() : tensor<16x64xf32>
    %y = nn.silu ins(%x : tensor<16x64xf32>) outs(%y0 : tensor<16x64xf32>) -> tensor<16x64xf32>
    return %y : tensor<16x64xf32>
  }
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["nn.silu"]} in %root : (!transform.any_op) -> !transform.any_op
    %tile, %m = cust.tile %op sizes [4, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %again, %n = cust.tile %tile sizes [0, 65] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
