// A model as a sequence: a layer compiled once and run on each layer's rows of the caches, slices as windows.
// RUN: %accord-opt %s --pass-pipeline="builtin.module(model-to-sequence,schedule-for-hardware{hardware=%source/models/hardware/lut-edge.yaml},apply-schedule,schedule-to-accel,canonicalize,cse,canonicalize,accel-assign-memory{hardware=%source/models/hardware/lut-edge.yaml},accel-check-hazards)" | FileCheck %s

// A gather of the tokens' rows, and what makes numbers of them.
// CHECK-LABEL: func.func private @decode_step0(
// CHECK-SAME: memref<64x32xi8> {accel.name = "embd.codes", accel.part = "codes", accel.role = "argument"
// CHECK: accel.gather {{.*}}memref<64x32xi8>
// CHECK: accel.expand
// CHECK-LABEL: func.func @decode(
// CHECK-SAME: %[[K:[a-z0-9]*]]: memref<96x16xf16> {accel.name = "arg1", accel.role = "inout"}
// CHECK-SAME: accel.param = "embd"
// CHECK-SAME: %[[POS:[a-z0-9]*]]: index
// CHECK-SAME: attributes {accel.sequence}
// CHECK: accel.run @decode_step0(
// CHECK: %[[ROW:.*]] = arith.muli %[[POS]], %c4
// CHECK: accel.run @layer({{.*}}%[[K]], {{.*}}) at(%c0, %[[ROW]], %c0, %c0) scalars(%[[POS]])
// CHECK: accel.run @layer({{.*}}%[[K]], {{.*}}) at(%c0, %[[ROW]], %c768, %c0) scalars(%[[POS]])
// CHECK-LABEL: func.func private @layer(
// CHECK-SAME: %[[CACHE:[a-z0-9]*]]: memref<48x16xf16> {accel.name = "arg2", accel.role = "inout"}
// CHECK-SAME: %[[AT:[a-z0-9]*]]: index
// CHECK: accel.narrow
// CHECK: %[[W:.*]] = memref.subview %[[CACHE]][%[[AT]], 0] [1, 16]
// CHECK: %[[ST:.*]] = accel.store {{.*}} to %[[W]]
// The walk over live positions: pairs of tiles, two slots, a bound that is computed and bounded.
// CHECK: %[[N:.*]] = arith.minsi
// CHECK: scf.for %[[I:.*]] = %c0 to %[[N]]
// CHECK: accel.load {{.*}} after({{.*}} : memref<{{[0-9]+}}x16xf16
// CHECK: accel.scores {{.*}} live(
// CHECK: accel.load
// CHECK: accel.scores
// CHECK: accel.softmax {{.*}} live({{.*}}chunk = {{[0-9]+}} : i64
// CHECK: scf.for
// CHECK: accel.weigh {{.*}} accumulate(
// CHECK: accel.weigh {{.*}} accumulate(%true)
!q = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>

func.func @decode(%tokens: tensor<1xi32>, %k: memref<2x48x2x8xf16>, %position: index) -> tensor<1x32xf32> {
  %e = nn.param "embd" : tensor<64x32x!q>
  %x0 = tensor.empty() : tensor<1x32xf32>
  %x = nn.embed ins(%tokens, %e : tensor<1xi32>, tensor<64x32x!q>) outs(%x0 : tensor<1x32xf32>) -> tensor<1x32xf32>
  %cos, %sin = nn.rope_table {head_dim = 8, theta = 1.0e+04} -> tensor<48x4xf32>, tensor<48x4xf32>
  %c = tensor.extract_slice %cos[%position, 0] [1, 4] [1, 1] : tensor<48x4xf32> to tensor<1x4xf32>
  %l0 = arith.constant 0 : index
  %l1 = arith.constant 1 : index
  %x1 = call @layer(%x, %c, %k, %l0, %position) : (tensor<1x32xf32>, tensor<1x4xf32>, memref<2x48x2x8xf16>, index, index) -> tensor<1x32xf32>
  %x2 = call @layer(%x1, %c, %k, %l1, %position) : (tensor<1x32xf32>, tensor<1x4xf32>, memref<2x48x2x8xf16>, index, index) -> tensor<1x32xf32>
  return %x2 : tensor<1x32xf32>
}

func.func private @layer(%x: tensor<1x32xf32>, %c: tensor<1x4xf32>, %k: memref<2x48x2x8xf16>, %layer: index, %position: index) -> tensor<1x32xf32> {
  %r0 = tensor.empty() : tensor<1x16xf32>
  %r = tensor.extract_slice %x[0, 0] [1, 16] [1, 1] : tensor<1x32xf32> to tensor<1x16xf32>
  nn.cache_append ins(%r : tensor<1x16xf32>) into(%k : memref<2x48x2x8xf16>) at(%layer, %position)
  %y0 = tensor.empty() : tensor<1x32xf32>
  %a = nn.attention {heads = 4, scale = 0.5} ins(%x : tensor<1x32xf32>) cache(%k, %k : memref<2x48x2x8xf16>, memref<2x48x2x8xf16>)
         at(%layer, %position) outs(%y0 : tensor<1x32xf32>) -> tensor<1x32xf32>
  return %a : tensor<1x32xf32>
}
