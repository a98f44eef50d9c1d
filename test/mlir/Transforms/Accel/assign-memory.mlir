// Addresses one after the other, aligned to 64; too little memory and none are told.
// RUN: %accord-opt %s --split-input-file --verify-diagnostics --pass-pipeline="builtin.module(accel-assign-memory{hardware=%source/models/hardware/lut-edge.yaml})" | FileCheck %s

// CHECK-LABEL: func.func @two
// CHECK: memref.alloc() {accel.address = 0 : i64} : memref<3x7xi8, #accel.mem<spm>>
// CHECK: memref.alloc() {accel.address = 64 : i64} : memref<16xf32, #accel.mem<spm>>
// CHECK: memref.alloc() {accel.address = 0 : i64} : memref<16xi32, #accel.mem<acc>>
func.func @two() attributes {accel.program} {
  %a = memref.alloc() : memref<3x7xi8, #accel.mem<spm>>
  %b = memref.alloc() : memref<16xf32, #accel.mem<spm>>
  %c = memref.alloc() : memref<16xi32, #accel.mem<acc>>
  return
}

// Both together are twice the accumulator: the second takes the place of the first, behind a barrier.
// CHECK-LABEL: func.func @turns
// CHECK: memref.alloc() {accel.address = 0 : i64} : memref<16384xi32, #accel.mem<acc>>
// CHECK: memref.alloc() {accel.address = 0 : i64} : memref<16384xi32, #accel.mem<acc>>
// CHECK: accel.load
// CHECK-NEXT: accel.store
// CHECK-NEXT: accel.barrier
// CHECK-NEXT: accel.load
// CHECK-NEXT: accel.store
// CHECK-NOT: accel.barrier
func.func @turns(%x: memref<16384xi32> {accel.role = "argument"}, %y: memref<16384xi32> {accel.role = "result"})
    attributes {accel.program} {
  %a = memref.alloc() : memref<16384xi32, #accel.mem<acc>>
  %b = memref.alloc() : memref<16384xi32, #accel.mem<acc>>
  %0 = accel.load %x to %a : memref<16384xi32> to memref<16384xi32, #accel.mem<acc>>
  %1 = accel.store %a to %y after(%0) : memref<16384xi32, #accel.mem<acc>> to memref<16384xi32>
  %2 = accel.load %x to %b : memref<16384xi32> to memref<16384xi32, #accel.mem<acc>>
  %3 = accel.store %b to %y after(%2) : memref<16384xi32, #accel.mem<acc>> to memref<16384xi32>
  return
}

// Buffers that take turns have one place, as large as the largest of them, whichever stands last.
// CHECK-LABEL: func.func @turn_sizes
// CHECK: memref.alloc() {accel.address = 0 : i64} : memref<64xi32, #accel.mem<acc>>
// CHECK: memref.alloc() {accel.address = 0 : i64} : memref<16xi32, #accel.mem<acc>>
// CHECK: memref.alloc() {accel.address = 256 : i64} : memref<16xi32, #accel.mem<acc>>
func.func @turn_sizes() attributes {accel.program} {
  %a = memref.alloc() {accel.turn = 0 : i64} : memref<64xi32, #accel.mem<acc>>
  %b = memref.alloc() {accel.turn = 0 : i64} : memref<16xi32, #accel.mem<acc>>
  %c = memref.alloc() : memref<16xi32, #accel.mem<acc>>
  return
}

// -----

// Two buffers of one command are in use at once: their bytes are two places, or none.
// expected-error @+1 {{expected buffers of at most 262144 bytes in spm of lut-edge, got 327680 (327680 at once)}}
func.func @meet(%x: memref<160x256xf32> {accel.role = "argument"}, %y: memref<160x256xf32> {accel.role = "result"})
    attributes {accel.program} {
  // expected-note @+1 {{163840 bytes}}
  %a = memref.alloc() : memref<160x256xf32, #accel.mem<spm>>
  // expected-note @+1 {{163840 bytes}}
  %b = memref.alloc() : memref<160x256xf32, #accel.mem<spm>>
  %0 = accel.load %x to %a : memref<160x256xf32> to memref<160x256xf32, #accel.mem<spm>>
  %1 = accel.map ins(%a : memref<160x256xf32, #accel.mem<spm>>) outs(%b : memref<160x256xf32, #accel.mem<spm>>) after(%0) {body = "x0: v0 = sigmoid x0; v1 = mul x0 v0; yield v1"}
  %2 = accel.store %b to %y after(%1) : memref<160x256xf32, #accel.mem<spm>> to memref<160x256xf32>
  return
}

// -----

// expected-error @+1 {{expected buffers of at most 65536 bytes in acc of lut-edge, got 65600 (65600 at once); smaller tiles or fewer buffers (cust.tile, cust.buffer) need less}}
func.func @full() attributes {accel.program} {
  // expected-note @+1 {{65536 bytes for 'memref<16384xi32, #accel.mem<acc>>'}}
  %a = memref.alloc() : memref<16384xi32, #accel.mem<acc>>
  // expected-note @+1 {{4 bytes for 'memref<1xi32, #accel.mem<acc>>'}}
  %b = memref.alloc() : memref<1xi32, #accel.mem<acc>>
  return
}

// -----

func.func @none() attributes {accel.program} {
  // expected-error @+1 {{expected a buffer in dram, spm or acc: lut-edge has no such memory}}
  %a = memref.alloc() : memref<16xi32, #accel.mem<l2>>
  return
}
