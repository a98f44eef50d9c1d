// A program with more buffers than a device binds: one binding for all of an element type, each buffer at a multiple of 64
// elements; `accord.parts` says which and where. With room for all, each has its own.
// RUN: %accord-opt %s --pass-pipeline="builtin.module(accord-loops-to-gpu{max-bindings=3})" | FileCheck %s
// RUN: %accord-opt %s --pass-pipeline="builtin.module(accord-loops-to-gpu{max-bindings=4})" | FileCheck %s --check-prefix=OWN

// CHECK: gpu.func @add(%[[F:.*]]: memref<148xf32> {accel.role = "inout", accord.binding = memref<148xf32>, accord.parts = array<i64: 0, 0, 1, 64, 3, 128>}, %[[I:.*]]: memref<3xi32> {accel.role = "inout", accord.binding = memref<3xi32>, accord.parts = array<i64: 2, 0>})
// CHECK-DAG: memref.load %[[F]]
// CHECK: memref.store {{.*}}, %[[F]]
// OWN: gpu.func @add(%{{.*}}: memref<20xf32> {accel.name = "a", accord.binding = memref<4x5xf32>}, %{{.*}}: memref<20xf32>
// OWN-NOT: accord.parts
func.func @add(%a: memref<4x5xf32> {accel.name = "a"}, %b: memref<4x5xf32>, %n: memref<3xi32>, %y: memref<4x5xf32>) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  scf.parallel (%i, %j) = (%c0, %c0) to (%c4, %c5) step (%c1, %c1) {
    %x = memref.load %a[%i, %j] : memref<4x5xf32>
    %z = memref.load %b[%i, %j] : memref<4x5xf32>
    %s = arith.addf %x, %z : f32
    memref.store %s, %y[%i, %j] : memref<4x5xf32>
  }
  return
}

// Four buffers and on-chip memory, which is bound as well.
// OWN-LABEL: gpu.func @staged
// OWN-SAME: accord.parts = array<i64: 0, 0, 1, 64>
// OWN-SAME: accord.parts = array<i64: 2, 0, 3, 64>
func.func @staged(%a: memref<3xf32>, %b: memref<3xf32>, %n: memref<3xi32>, %y: memref<3xi32>) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %t = memref.alloc() : memref<3xi8>
  %v = arith.constant 7 : i8
  scf.parallel (%i) = (%c0) to (%c3) step (%c1) {
    memref.store %v, %t[%i] : memref<3xi8>
  }
  return
}
