// Does loops form become plain LLVM functions with bare pointers, freed scratch and a packed entry?
// RUN: %accord-opt %s --split-input-file --verify-diagnostics --accel-to-loops --loops-to-llvm | FileCheck %s \
// RUN:   --implicit-check-not=fastmath --implicit-check-not=accel.mem --implicit-check-not=unrealized
#spm = #accel.mem<spm>

// CHECK-DAG: llvm.func @malloc(i64) -> !llvm.ptr
// CHECK-DAG: llvm.func @free(!llvm.ptr)
// CHECK-LABEL: llvm.func @tile(%arg0: !llvm.ptr
// CHECK-SAME: , %arg1: !llvm.ptr
// CHECK-SAME: , %arg2: i64)
// CHECK: llvm.call @malloc
// CHECK: llvm.fadd
// CHECK: llvm.call @free
// CHECK: llvm.return
// CHECK-LABEL: llvm.func @__accord_tile(%arg0: !llvm.ptr, %arg1: !llvm.ptr)
// CHECK: %[[P0:.*]] = llvm.getelementptr %arg0[0]
// CHECK: %[[B0:.*]] = llvm.load %[[P0]] : !llvm.ptr -> !llvm.ptr
// CHECK: %[[P1:.*]] = llvm.getelementptr %arg0[1]
// CHECK: %[[B1:.*]] = llvm.load %[[P1]] : !llvm.ptr -> !llvm.ptr
// CHECK: %[[P2:.*]] = llvm.getelementptr %arg1[0]
// CHECK: %[[S0:.*]] = llvm.load %[[P2]] : !llvm.ptr -> i64
// CHECK: llvm.call @tile(%[[B0]], %[[B1]], %[[S0]])
func.func @tile(%x: memref<8x36xf32> {accel.role = "argument"}, %y: memref<2x36xf32> {accel.role = "result"}, %row: index) {
  %a = memref.alloc() : memref<2x36xf32, #spm>
  %b = memref.alloc() : memref<2x36xf32, #spm>
  %xt = memref.subview %x[%row, 0] [2, 36] [1, 1] : memref<8x36xf32> to memref<2x36xf32, strided<[36, 1], offset: ?>>
  %t = accel.load %xt to %a : memref<2x36xf32, strided<[36, 1], offset: ?>> to memref<2x36xf32, #spm>
  %u = accel.map ins(%a, %a : memref<2x36xf32, #spm>, memref<2x36xf32, #spm>) outs(%b : memref<2x36xf32, #spm>) after(%t) {body = "x0 x1: v0 = add x0 x1; yield v0"}
  %v = accel.store %b to %y after(%u) : memref<2x36xf32, #spm> to memref<2x36xf32>
  return
}

// -----

// A function that only others call gets no entry.
// CHECK-LABEL: llvm.func @helper
// CHECK-NOT: __accord_helper
func.func private @helper(%x: memref<4xf32>) {
  return
}

// -----

// expected-error @below {{expected an entry without results, got 'i64'}}
func.func @returns(%x: index) -> index {
  return %x : index
}

// -----

// expected-error @below {{expected pointers and i64 as arguments of an entry, got 'f32'}}
func.func @takes_float(%x: f32) {
  return
}
