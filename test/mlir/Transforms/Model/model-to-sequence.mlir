// A function of calls: parameters become arguments, what is computed between calls a function of its own.
// RUN: %accord-opt %s --model-to-sequence | FileCheck %s

!q = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
!p = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

// The tensor that two ops read in two storages is two arguments; one that two calls read is one.
// CHECK: func.func private @decode_step0(%{{.*}}: tensor<1xi32>, %{{.*}}: tensor<64x32x!lut.weight<{{.*}}gguf_q4_1>> {accel.name = "embd"}) -> tensor<1x32xf32>
// CHECK-NEXT: tensor.empty
// CHECK-NEXT: nn.embed
// CHECK-NEXT: return
// CHECK: func.func private @decode_step1(%{{.*}}: tensor<1x32xf32>, %{{.*}}: tensor<32xf32> {accel.name = "norm"}) -> tensor<1x32xf32>
// CHECK: nn.rms_norm
// CHECK-LABEL: func.func @decode(
// CHECK-SAME: %[[T:.*]]: tensor<1xi32>, %[[POS:.*]]: index
// CHECK-SAME: %[[E:.*]]: tensor<64x32x!lut.weight<{{.*}}gguf_q4_1>> {accel.name = "embd", accel.param = "embd"}
// CHECK-SAME: %[[C:.*]]: tensor<16x4xf32> {accel.name = "rope.cos", accel.rope = {head_dim = 8 : i64, scale = 1.000000e+00 : f64, table = "cos", theta = 1.000000e+04 : f64}}
// CHECK-SAME: %[[S:.*]]: tensor<16x4xf32> {accel.name = "rope.sin", accel.rope = {{.*}}table = "sin"
// CHECK-SAME: %[[W:.*]]: tensor<64x32x!lut.weight<{{.*}}planes>> {accel.name = "embd", accel.param = "embd", lut.source = tensor<64x32x!lut.weight<{{.*}}gguf_q4_1>>}
// CHECK-SAME: %[[N:.*]]: tensor<32xf32> {accel.name = "norm", accel.param = "norm"}
// CHECK-SAME: attributes {accel.sequence}
// CHECK: %[[X:.*]] = call @decode_step0(%[[T]], %[[E]])
// CHECK: %[[ROW:.*]] = tensor.extract_slice %[[C]][%[[POS]], 0] [1, 4] [1, 1]
// CHECK: %[[X1:.*]] = call @layer(%[[X]], %[[ROW]], %[[W]])
// CHECK: %[[X2:.*]] = call @layer(%[[X1]], %[[ROW]], %[[W]])
// CHECK: %[[Y:.*]] = call @decode_step1(%[[X2]], %[[N]])
// CHECK: return %[[Y]]
func.func @decode(%tokens: tensor<1xi32>, %position: index) -> tensor<1x32xf32> {
  %e = nn.param "embd" : tensor<64x32x!q>
  %x0 = tensor.empty() : tensor<1x32xf32>
  %x = nn.embed ins(%tokens, %e : tensor<1xi32>, tensor<64x32x!q>) outs(%x0 : tensor<1x32xf32>) -> tensor<1x32xf32>
  %cos, %sin = nn.rope_table {head_dim = 8, theta = 1.0e+04} -> tensor<16x4xf32>, tensor<16x4xf32>
  %c = tensor.extract_slice %cos[%position, 0] [1, 4] [1, 1] : tensor<16x4xf32> to tensor<1x4xf32>
  %w = lut.repack %e : tensor<64x32x!q> to tensor<64x32x!p>
  %x1 = call @layer(%x, %c, %w) : (tensor<1x32xf32>, tensor<1x4xf32>, tensor<64x32x!p>) -> tensor<1x32xf32>
  %x2 = call @layer(%x1, %c, %w) : (tensor<1x32xf32>, tensor<1x4xf32>, tensor<64x32x!p>) -> tensor<1x32xf32>
  %n = nn.param "norm" : tensor<32xf32>
  %y = nn.rms_norm {eps = 1.0e-5} ins(%x2, %n : tensor<1x32xf32>, tensor<32xf32>) outs(%x0 : tensor<1x32xf32>) -> tensor<1x32xf32>
  return %y : tensor<1x32xf32>
}

// What calls nothing stays as it is.
// CHECK: func.func private @layer({{.*}}) -> tensor<1x32xf32> {
func.func private @layer(%x: tensor<1x32xf32>, %c: tensor<1x4xf32>, %w: tensor<64x32x!p>) -> tensor<1x32xf32> {
  %y0 = tensor.empty() : tensor<1x32xf32>
  %y = nn.silu ins(%x : tensor<1x32xf32>) outs(%y0 : tensor<1x32xf32>) -> tensor<1x32xf32>
  return %y : tensor<1x32xf32>
}
