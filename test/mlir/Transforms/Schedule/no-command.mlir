// Ops that no command of an accelerator computes are refused at their place, at L2, at L3 and by `accord compile`.
// RUN: %accord-opt %s --split-input-file --verify-diagnostics --pass-pipeline="builtin.module(schedule-for-hardware{hardware=%source/models/hardware/lut-edge.yaml})"
// RUN: %accord-opt %s --split-input-file --verify-diagnostics --pass-pipeline="builtin.module(schedule-to-accel)"

func.func @param(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  // expected-error @+1 {{'nn.param' op has no command of an accelerator: it stays at L0 and L1}}
  %w = nn.param "norm.weight" : tensor<64xf32>
  %y0 = tensor.empty() : tensor<4x64xf32>
  %y = nn.rms_norm {eps = 1.0e-5} ins(%x, %w : tensor<4x64xf32>, tensor<64xf32>) outs(%y0 : tensor<4x64xf32>) -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// -----

func.func @rope_table() -> (tensor<8x2xf32>, tensor<8x2xf32>) {
  // expected-error @+1 {{'nn.rope_table' op has no command of an accelerator: it stays at L0 and L1}}
  %c, %s = nn.rope_table {head_dim = 4, theta = 1.0e+04} -> tensor<8x2xf32>, tensor<8x2xf32>
  return %c, %s : tensor<8x2xf32>, tensor<8x2xf32>
}
