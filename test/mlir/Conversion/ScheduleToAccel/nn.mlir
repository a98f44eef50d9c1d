// Single nn ops and the quantization, tiled by rows, as vector commands. 10 rows in tiles of 8 leave a tail of 2, which
// gets commands of its own.
// RUN: %accord-opt %s --pass-pipeline="builtin.module(schedule-for-hardware{hardware=%source/models/hardware/lut-edge.yaml},apply-schedule,schedule-to-accel,canonicalize,cse,accel-assign-memory{hardware=%source/models/hardware/lut-edge.yaml},accel-check-hazards)" | FileCheck %s

// CHECK-LABEL: func.func @norm
// CHECK-SAME: %[[X:.*]]: memref<10x64xf32> {accel.name = "arg0", accel.role = "argument"}
// CHECK-SAME: %[[W:.*]]: memref<64xf32> {accel.name = "arg1", accel.role = "argument"}
// CHECK-SAME: %[[Y:.*]]: memref<10x64xf32> {accel.name = "result0", accel.role = "result"}) attributes {accel.program}
// The weight does not change with the rows: one load. One full tile needs no loop.
// CHECK: accel.load %[[W]]
// CHECK: %[[LX:.*]] = accel.load %{{.*}} : memref<8x64xf32, strided<[64, 1]>> to memref<8x64xf32
// CHECK: %[[N:.*]] = accel.rms_norm {{.*}} after(%[[LX]]) {{[{]accel.op = "[a-z0-9_.]*", }}eps = 9.99999974E-6 : f32}
// CHECK: accel.store {{.*}} after(%[[N]])
// CHECK: accel.load %{{.*}} : memref<2x64xf32, strided<[64, 1], offset: 512>> to memref<2x64xf32
// CHECK: accel.rms_norm
// CHECK: accel.store {{.*}} to memref<2x64xf32, strided<[64, 1], offset: 512>>
// CHECK-NOT: scf.for
// CHECK: return
func.func @norm(%x: tensor<10x64xf32>, %w: tensor<64xf32>) -> tensor<10x64xf32> {
  %y0 = tensor.empty() : tensor<10x64xf32>
  %y = nn.rms_norm {eps = 1.0e-5} ins(%x, %w : tensor<10x64xf32>, tensor<64xf32>) outs(%y0 : tensor<10x64xf32>)
         -> tensor<10x64xf32>
  return %y : tensor<10x64xf32>
}

// CHECK-LABEL: func.func @softmax
// The load of tile i + 2 waits for the reader of tile i, through the loop's tokens.
// CHECK: %[[D:.*]] = accel.done
// CHECK: scf.for {{.*}} iter_args(%[[R1:.*]] = %[[D]], %[[R0:.*]] = %[[D]], %[[S1:.*]] = %[[D]], %[[S0:.*]] = %[[D]])
// CHECK: %[[L:.*]] = accel.load {{.*}} after(%[[R0]])
// CHECK: %[[V:.*]] = accel.softmax {{.*}} after(%[[L]], %[[S0]])
// CHECK: %[[S:.*]] = accel.store {{.*}} after(%[[V]])
// CHECK: scf.yield %[[V]], %[[R1]], %[[S]], %[[S1]]
func.func @softmax(%x: tensor<32x100xf32>) -> tensor<32x100xf32> {
  %y0 = tensor.empty() : tensor<32x100xf32>
  %y = nn.softmax ins(%x : tensor<32x100xf32>) outs(%y0 : tensor<32x100xf32>) -> tensor<32x100xf32>
  return %y : tensor<32x100xf32>
}

// Three nests of three tiles each take turns at two slots: the second begins where the first left off, the third, with six
// tiles before it, at slot 0 again.
// CHECK-LABEL: func.func @turns
// CHECK: scf.for %[[I:[a-z0-9]*]] =
// CHECK: %[[SLOT:.*]] = arith.remui %[[I]], %c2
// CHECK-NEXT: memref.subview %{{.*}}[%[[SLOT]], 0, 0] [1, 8, 100]
// CHECK: scf.for %[[I:[a-z0-9]*]] =
// CHECK: %[[NEXT:.*]] = arith.addi %[[I]], %c1
// CHECK-NEXT: %[[SLOT:.*]] = arith.remui %[[NEXT]], %c2
// CHECK-NEXT: memref.subview %{{.*}}[%[[SLOT]], 0, 0] [1, 8, 100]
// CHECK: scf.for %[[I:[a-z0-9]*]] =
// CHECK: %[[SLOT:.*]] = arith.remui %[[I]], %c2
// CHECK-NEXT: memref.subview %{{.*}}[%[[SLOT]], 0, 0] [1, 8, 100]
!rows = tensor<24x100xf32>
func.func @turns(%x: !rows, %y: !rows, %z: !rows) -> (!rows, !rows, !rows) {
  %e = tensor.empty() : !rows
  %a = nn.softmax ins(%x : !rows) outs(%e : !rows) -> !rows
  %b = nn.softmax ins(%y : !rows) outs(%e : !rows) -> !rows
  %c = nn.softmax ins(%z : !rows) outs(%e : !rows) -> !rows
  return %a, %b, %c : !rows, !rows, !rows
}

// CHECK-LABEL: func.func @rope
// CHECK: accel.rope {{.*}} {{[{]accel.op = "[a-z0-9_.]*", }}halves = true, head_dim = 32 : i64}
func.func @rope(%x: tensor<4x64xf32>, %c: tensor<4x16xf32>, %s: tensor<4x16xf32>) -> tensor<4x64xf32> {
  %y0 = tensor.empty() : tensor<4x64xf32>
  %y = nn.rope {head_dim = 32, style = halves} ins(%x, %c, %s : tensor<4x64xf32>, tensor<4x16xf32>, tensor<4x16xf32>)
         outs(%y0 : tensor<4x64xf32>) -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// What one op makes and another reads stays on chip; the first sum is returned as well, so it is read back from dram
// after its store.
// CHECK-LABEL: func.func @chain
// CHECK: accel.map {{.*}} {{.*}}body = "x0 x1: v0 = sigmoid x0; v1 = mul x0 v0; v2 = mul v1 x1; yield v2"
// CHECK: %[[A:.*]] = accel.map {{.*}}body = "x0 x1: v0 = add x0 x1; yield v0"
// CHECK: %[[ST:.*]] = accel.store {{.*}} after(%[[A]])
// CHECK: %[[B:.*]] = accel.load {{.*}} after(%[[ST]]
// CHECK: accel.map {{.*}} after(%[[B]]{{.*}}body = "x0: v0 = sigmoid x0; v1 = mul x0 v0; yield v1"
func.func @chain(%g: tensor<4x64xf32>, %u: tensor<4x64xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %e = tensor.empty() : tensor<4x64xf32>
  %h = nn.silu_mul ins(%g, %u : tensor<4x64xf32>, tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  %a = nn.add ins(%h, %g : tensor<4x64xf32>, tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  %b = nn.silu ins(%a : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return %a, %b : tensor<4x64xf32>, tensor<4x64xf32>
}

// CHECK-LABEL: func.func @quantize
// CHECK: accel.quantize
// CHECK-COUNT-2: accel.store
func.func @quantize(%x: tensor<4x64xf32>) -> (tensor<4x64xi8>, tensor<4x2xf32>) {
  %q0 = tensor.empty() : tensor<4x64xi8>
  %s0 = tensor.empty() : tensor<4x2xf32>
  %q, %s = lut.quantize_act {group = 32} ins(%x : tensor<4x64xf32>) outs(%q0, %s0 : tensor<4x64xi8>, tensor<4x2xf32>)
             -> tensor<4x64xi8>, tensor<4x2xf32>
  return %q, %s : tensor<4x64xi8>, tensor<4x2xf32>
}
