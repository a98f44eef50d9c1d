// The GEMM from its model file to a program: codes made once, tables for each part of k, weights double buffered, a tile of the output alive across k.
// RUN: %accord-opt %source/models/networks/gemm/q4_1_m8.mlir --pass-pipeline="builtin.module(accord-compile{hardware=%source/models/hardware/lut-edge.yaml to=L2})" -o %t.l2.mlir
// RUN: %accord-opt %t.l2.mlir --pass-pipeline="builtin.module(accord-compile{hardware=%source/models/hardware/lut-edge.yaml from=L2 to=L3})" -o %t.l3.mlir
// RUN: FileCheck %s --input-file=%t.l3.mlir
// RUN: %accord-opt %t.l3.mlir -o %t.again.mlir
// RUN: diff %t.l3.mlir %t.again.mlir

// CHECK-LABEL: func.func @gemm(
// CHECK-SAME: memref<3x144x4x32xi8> {accel.name = "arg1.planes", accel.part = "planes", accel.role = "argument", accel.source = tensor<192x576x!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>>}
// CHECK-SAME: memref<8x192xf32> {accel.name = "result0", accel.role = "result"}
// CHECK-DAG: accel.name = "precompute0.tables"} : memref<2x8x24x8xi16, #accel.mem<spm>>
// CHECK-DAG: accel.name = "arg1.planes"} : memref<2x1x24x4x32xi8, #accel.mem<spm>>
// CHECK-DAG: accel.name = "lmma0.isum"} : memref<2x3x8x64xi32, #accel.mem<acc>>
// CHECK: %[[X:.*]] = accel.load
// CHECK: %[[Q:.*]] = accel.quantize {{.*}} after(%[[X]])
// CHECK: scf.for
// CHECK: scf.for %[[K:.*]] = %{{.*}} to %{{.*}} step
// CHECK: %[[T:.*]] = accel.table {{.*}} after(%[[Q]], {{.*}})
// CHECK: %[[P:.*]] = accel.load
// CHECK: accel.load
// CHECK: %[[M:.*]] = accel.load
// CHECK: %[[MORE:.*]] = arith.cmpi ne, %[[K]], %{{.*}}
// CHECK: %[[L:.*]] = accel.lmma {{.*}} after(%[[T]], %[[P]], %{{.*}}) {{[{]accel.op = "[a-z0-9_.]*", }}group = 32 : i64}
// CHECK: accel.dequant {{.*}} accumulate(%[[MORE]]) after(%[[L]], %[[M]], %{{.*}}) {{[{]accel.op = "[a-z0-9_.]*", }}bits = 4 : i64, group = 32 : i64, zero = 0 : i64}
// CHECK: scf.yield
// CHECK: accel.store
// CHECK: scf.yield
