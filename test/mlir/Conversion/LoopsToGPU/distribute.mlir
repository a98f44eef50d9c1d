// Is work distributed over the workgroup, is memory flattened, and does a barrier follow each parallel loop?
// RUN: %accord-opt %s --split-input-file --accord-loops-to-gpu --canonicalize --cse | FileCheck %s

// CHECK-LABEL: gpu.module @rows_gpu
// CHECK: gpu.func @rows(%[[X:.*]]: memref<60xf32> {accel.name = "x", accel.role = "argument", accord.binding = memref<3x20xf32>}
// CHECK-SAME: %[[Y:.*]]: memref<20xi16> {accel.role = "result", accord.binding = memref<20xf16>}
// CHECK-SAME: %[[S:.*]]: memref<1xi32> {accord.scalars}
// Two slices of f32: 60 values end at 240 bytes, the next starts at 256, and 20 values end at 336, rounded up to 384.
// CHECK-SAME: %[[A:.*]]: memref<96xf32> {accord.scratch = f32}) kernel
// CHECK-SAME: known_block_size = array<i32: 64, 1, 1>
// CHECK: %[[SCALAR:.*]] = memref.load %[[S]][%{{.*}}] : memref<1xi32>
// CHECK: %[[ID:.*]] = gpu.thread_id x
// The first loop: 60 iterations, read at their linear index.
// CHECK: scf.for %[[I:.*]] = %[[ID]] to %c60 step %c64
// CHECK: arith.remui %[[I]], %c20
// CHECK: arith.divui %[[I]], %c20
// CHECK: memref.load %[[X]]
// CHECK: memref.store %{{.*}}, %[[A]]
// CHECK: gpu.barrier
// The second: one dimension needs no division; the row comes from the scalar; the slice starts at element 64.
// CHECK: scf.for %[[J:.*]] = %[[ID]] to %c20 step %c64
// CHECK-NOT: divui
// CHECK: %[[AT:.*]] = arith.addi %[[J]], %c64
// CHECK: memref.store %{{.*}}, %[[A]][%[[AT]]]
// CHECK: gpu.barrier
// f16 is moved as its bits: no cast is left.
// CHECK: memref.store %{{.*}}, %[[Y]][%{{.*}}] : memref<20xi16>
// CHECK: gpu.barrier
// CHECK-NEXT: gpu.return
#spm = #accel.mem<spm>
func.func @rows(%x: memref<3x20xf32> {accel.role = "argument", accel.name = "x"},
                %y: memref<20xf16> {accel.role = "result"}, %s: index) attributes {accel.program} {
  %xs = memref.alloc() : memref<3x20xf32, #spm>
  %row = memref.alloc() : memref<20xf32, #spm>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c20 = arith.constant 20 : index
  scf.parallel (%i, %j) = (%c0, %c0) to (%c3, %c20) step (%c1, %c1) {
    %v = memref.load %x[%i, %j] : memref<3x20xf32>
    memref.store %v, %xs[%i, %j] : memref<3x20xf32, #spm>
  }
  %view = memref.subview %xs[%s, 0] [1, 20] [1, 1] : memref<3x20xf32, #spm> to memref<20xf32, strided<[1], offset: ?>, #spm>
  scf.parallel (%j) = (%c0) to (%c20) step (%c1) {
    %v = memref.load %view[%j] : memref<20xf32, strided<[1], offset: ?>, #spm>
    memref.store %v, %row[%j] : memref<20xf32, #spm>
  }
  scf.parallel (%j) = (%c0) to (%c20) step (%c1) {
    %v = memref.load %row[%j] : memref<20xf32, #spm>
    %b = arith.bitcast %v : f32 to i32
    %t = arith.trunci %b : i32 to i16
    %h = arith.bitcast %t : i16 to f16
    memref.store %h, %y[%j] : memref<20xf16>
  }
  return
}

// -----

// A store outside of any parallel loop: the first invocation's, between barriers.
// CHECK-LABEL: gpu.func @single
// CHECK: gpu.barrier
// CHECK: %[[ID:.*]] = gpu.thread_id x
// CHECK: %[[FIRST:.*]] = arith.cmpi eq, %[[ID]], %c0
// CHECK: scf.if %[[FIRST]] {
// CHECK-NEXT: memref.store
// CHECK-NEXT: }
// CHECK-NEXT: gpu.barrier
func.func @single(%y: memref<4xi32> {accel.role = "result"}) attributes {accel.program} {
  %c2 = arith.constant 2 : index
  %v = arith.constant 5 : i32
  memref.store %v, %y[%c2] : memref<4xi32>
  return
}
