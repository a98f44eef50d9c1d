// Do tokens leave loops, alone and beside carried values, nested too?
// RUN: %accord-opt %s --accel-to-loops | FileCheck %s
#spm = #accel.mem<spm>

// CHECK-LABEL: @carried
// CHECK-NOT: token
// CHECK: scf.for %[[I:.*]] = %c0 to %arg1 step %c1 {
// CHECK-NEXT: %[[R:.*]] = scf.for %{{.*}} = %c0 to %arg1 step %c1 iter_args(%[[A:.*]] = %c0) -> (index) {
// CHECK: scf.parallel
// CHECK: scf.yield %{{.*}} : index
// CHECK-NOT: accel.{{done|wait|load}}
// CHECK: return
func.func @carried(%x: memref<4xf32>, %n: index) {
  %b = memref.alloc() : memref<4xf32, #spm>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %done = accel.done
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%t = %done) -> (!accel.token) {
    %s:2 = scf.for %j = %c0 to %n step %c1 iter_args(%u = %t, %a = %c0) -> (!accel.token, index) {
      %v = accel.load %x to %b after(%u) : memref<4xf32> to memref<4xf32, #spm>
      %next = arith.addi %a, %j : index
      scf.yield %v, %next : !accel.token, index
    }
    accel.wait(%s#0)
    scf.yield %s#0 : !accel.token
  }
  accel.wait(%r)
  return
}

// Each carried value keeps its own place where a token stood between two.
// CHECK-LABEL: @between
// CHECK: %[[R:.*]]:2 = scf.for %{{.*}} iter_args(%[[A:.*]] = %c0, %[[B:.*]] = %c1) -> (index, index) {
// CHECK: %[[S:.*]] = arith.addi %[[A]], %[[B]] : index
// CHECK: scf.yield %[[B]], %[[S]] : index, index
// CHECK: return %[[R]]#0, %[[R]]#1
func.func @between(%x: memref<4xf32>, %n: index) -> (index, index) {
  %b = memref.alloc() : memref<4xf32, #spm>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %done = accel.done
  %r:3 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %c0, %t = %done, %z = %c1) -> (index, !accel.token, index) {
    %v = accel.load %x to %b after(%t) : memref<4xf32> to memref<4xf32, #spm>
    %s = arith.addi %a, %z : index
    scf.yield %z, %v, %s : index, !accel.token, index
  }
  accel.wait(%r#1)
  return %r#0, %r#2 : index, index
}
