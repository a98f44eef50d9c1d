// Is a program above the budget cut into steps: groups, iterations, chunks, and bodies cut again?
// RUN: %accord-opt %s --split-input-file --accord-loops-to-gpu="step-budget=40" --canonicalize --cse | FileCheck %s
// RUN: %accord-opt %s --split-input-file --accord-loops-to-gpu --canonicalize --cse | FileCheck %s --check-prefix=ONE

// All of it fits the default budget: one dispatch, no step number.
// ONE-LABEL: gpu.func @groups(%{{.*}}: memref<64xi32>
// ONE-NOT: accord.s
// ONE: gpu.return

// Each of the three costs 1 + 1·(1 + (1 + 12·1)) = 15: two fit the 34 that six loops leave of 40.
// CHECK-LABEL: gpu.module @groups_gpu
// CHECK: gpu.func @groups(%[[Y:.*]]: memref<64xi32> {{{.*}}}, %[[S:.*]]: memref<1xi32> {accord.scalars})
// CHECK-SAME: accord.steps = 2 : i32
// CHECK: %[[WORD:.*]] = memref.load %[[S]][%c0]
// CHECK: %[[STEP:.*]] = arith.index_cast %[[WORD]] : i32 to index
// CHECK: %[[A:.*]] = arith.cmpi ult, %[[STEP]], %c1
// CHECK: scf.if %[[A]] {
// CHECK-COUNT-2: gpu.barrier
// CHECK: }
// CHECK: %[[SECOND:.*]] = arith.subi %[[STEP]], %c1
// CHECK: %[[B:.*]] = arith.cmpi ult, %[[SECOND]], %c1
// CHECK: scf.if %[[B]] {
// CHECK: gpu.barrier
// CHECK: }
// CHECK-NEXT: gpu.return
func.func @groups(%y: memref<64xi32>) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c12 = arith.constant 12 : index
  %c64 = arith.constant 64 : index
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
    scf.for %j = %c0 to %c12 step %c1 {
      %v = memref.load %y[%i] : memref<64xi32>
      %w = arith.addi %v, %v : i32
      memref.store %w, %y[%i] : memref<64xi32>
    }
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
    scf.for %j = %c0 to %c12 step %c1 {
      %v = memref.load %y[%i] : memref<64xi32>
      %w = arith.addi %v, %v : i32
      memref.store %w, %y[%i] : memref<64xi32>
    }
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
    scf.for %j = %c0 to %c12 step %c1 {
      %v = memref.load %y[%i] : memref<64xi32>
      %w = arith.addi %v, %v : i32
      memref.store %w, %y[%i] : memref<64xi32>
    }
  }
  return
}

// -----

// An iteration costs 1 + (1 + 1·1) = 3: 12 of the 20 share a step. The scalar keeps its place before the step.
// CHECK-LABEL: gpu.func @loop
// CHECK-SAME: %[[S:[a-z0-9]*]]: memref<2xi32> {accord.scalars}
// CHECK-SAME: accord.steps = 2 : i32
// CHECK: memref.load %[[S]][%c0]
// CHECK: memref.load %[[S]][%c1]
// CHECK-DAG: %[[FIRST:.*]] = arith.muli %{{.*}}, %c12
// CHECK-DAG: %[[LAST:.*]] = arith.addi %[[FIRST]], %c12
// CHECK: %[[END:.*]] = arith.minui %[[LAST]], %c20
// CHECK: scf.for %{{.*}} = %[[FIRST]] to %[[END]] step %c1
// CHECK: gpu.barrier
func.func @loop(%y: memref<20x64xi32>, %s: index) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c20 = arith.constant 20 : index
  %c64 = arith.constant 64 : index
  %v = arith.index_cast %s : index to i32
  scf.for %r = %c0 to %c20 step %c1 {
    scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
      memref.store %v, %y[%r, %i] : memref<20x64xi32>
    }
  }
  return
}

// -----

// An iteration costs 1 and the loop itself 1: 38 of them fit the 39 that one loop leaves.
// CHECK-LABEL: gpu.func @uniform
// CHECK-SAME: accord.steps = 3 : i32
// CHECK: arith.muli %{{.*}}, %c38
func.func @uniform(%y: memref<100xi32>) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  %v = arith.constant 7 : i32
  scf.for %r = %c0 to %c100 step %c1 {
    memref.store %v, %y[%r] : memref<100xi32>
  }
  return
}

// -----

// 100 rounds of one iteration each: 38 of them share a step, 38·64 = 2432 elements.
// CHECK-LABEL: gpu.func @chunks
// CHECK-SAME: accord.steps = 3 : i32
// CHECK: %[[START:.*]] = arith.muli %{{.*}}, %c2432
// CHECK: %[[LAST:.*]] = arith.addi %[[START]], %c2432
// CHECK: %[[END:.*]] = arith.minui %[[LAST]], %c6400
// CHECK: %[[FIRST:.*]] = arith.addi %[[START]], %{{.*}}
// CHECK: scf.for %{{.*}} = %[[FIRST]] to %[[END]] step %c64
func.func @chunks(%y: memref<6400xi32>) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c6400 = arith.constant 6400 : index
  %v = arith.constant 7 : i32
  scf.parallel (%i) = (%c0) to (%c6400) step (%c1) {
    memref.store %v, %y[%i] : memref<6400xi32>
  }
  return
}

// -----

// One iteration of the outer loop is above the budget: its body is cut again, and the row is step / 2.
// CHECK-LABEL: gpu.func @nested
// CHECK-SAME: accord.steps = 10 : i32
// CHECK-DAG: arith.divui %{{.*}}, %c2
// CHECK-DAG: arith.remui %{{.*}}, %c2
// CHECK: scf.if
// CHECK: gpu.barrier
// CHECK: scf.if
// CHECK: gpu.barrier
func.func @nested(%y: memref<5x1600xi32>) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c5 = arith.constant 5 : index
  %c1600 = arith.constant 1600 : index
  scf.for %r = %c0 to %c5 step %c1 {
    %row = memref.subview %y[%r, 0] [1, 1600] [1, 1] : memref<5x1600xi32> to memref<1600xi32, strided<[1], offset: ?>>
    scf.parallel (%i) = (%c0) to (%c1600) step (%c1) {
      %v = arith.index_cast %i : index to i32
      memref.store %v, %row[%i] : memref<1600xi32, strided<[1], offset: ?>>
    }
    scf.parallel (%i) = (%c0) to (%c1600) step (%c1) {
      %v = memref.load %row[%i] : memref<1600xi32, strided<[1], offset: ?>>
      %w = arith.addi %v, %v : i32
      memref.store %w, %row[%i] : memref<1600xi32, strided<[1], offset: ?>>
    }
  }
  return
}
