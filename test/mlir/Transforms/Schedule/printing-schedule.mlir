// What a schedule prints would stand among results.
// RUN: %accord-opt %s --verify-diagnostics --pass-pipeline="builtin.module(apply-schedule)" -o /dev/null

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    // expected-error @below {{prints to the standard output, among results; expected a schedule without it}}
    transform.print %root : !transform.any_op
    transform.yield
  }
}
