// Only a loop that is known to run keeps its results as they are: the others' are their initial values where they do not.
// RUN: %accord-opt %s --accord-prepare-spirv | FileCheck %s

// CHECK-LABEL: gpu.func @f
// CHECK: scf.for
// CHECK-NOT: arith.select
// CHECK: memref.store
// CHECK: %[[NONE:.*]] = scf.for
// CHECK: %[[RUNS:.*]] = arith.cmpi slt
// CHECK: %[[R:.*]] = arith.select %[[RUNS]], %[[NONE]],
// CHECK: memref.store %[[R]]
// CHECK: %[[SOME:.*]] = scf.for
// CHECK: %[[MAY:.*]] = arith.cmpi slt
// CHECK: %[[S:.*]] = arith.select %[[MAY]], %[[SOME]],
// CHECK: memref.store %[[S]]
gpu.module @kernels {
  gpu.func @f(%x: memref<4xf32>, %n: memref<1xi32>) kernel attributes {known_block_size = array<i32: 64, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %word = memref.load %n[%c0] : memref<1xi32>
    %end = arith.index_cast %word : i32 to index
    %one = arith.constant 1.0 : f32
    %a = scf.for %i = %c0 to %c4 step %c1 iter_args(%s = %one) -> f32 {
      %t = arith.addf %s, %s : f32
      scf.yield %t : f32
    }
    memref.store %a, %x[%c0] : memref<4xf32>
    %b = scf.for %i = %c4 to %c4 step %c1 iter_args(%s = %one) -> f32 {
      %t = arith.addf %s, %s : f32
      scf.yield %t : f32
    }
    memref.store %b, %x[%c0] : memref<4xf32>
    %c = scf.for %i = %c0 to %end step %c1 iter_args(%s = %one) -> f32 {
      %t = arith.addf %s, %s : f32
      scf.yield %t : f32
    }
    memref.store %c, %x[%c0] : memref<4xf32>
    gpu.return
  }
}
