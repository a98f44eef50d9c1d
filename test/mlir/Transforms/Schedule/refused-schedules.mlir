// A schedule under another name is no schedule: it would be passed over without a word.
// RUN: %accord-opt %s --split-input-file --verify-diagnostics --pass-pipeline="builtin.module(schedule-for-hardware{hardware=lut-edge})" -o /dev/null

module attributes {transform.with_named_sequence} {
  func.func @silu(%x: tensor<16x64xf32>) -> tensor<16x64xf32> {
    %y0 = tensor.empty() : tensor<16x64xf32>
    %y = nn.silu ins(%x : tensor<16x64xf32>) outs(%y0 : tensor<16x64xf32>) -> tensor<16x64xf32>
    return %y : tensor<16x64xf32>
  }
  // expected-error @below {{expected the schedule's name @__transform_main, got @mine}}
  transform.named_sequence @mine(%root: !transform.any_op {transform.readonly}) {
    transform.yield
  }
}
