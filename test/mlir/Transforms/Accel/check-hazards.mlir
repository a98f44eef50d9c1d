// A missing token is a race, a buffer that nothing wrote is told, and what no program holds has no place in one.
// RUN: %accord-opt %s --split-input-file --verify-diagnostics --pass-pipeline="builtin.module(accel-check-hazards)"

func.func @ordered(%x: memref<16xf32> {accel.role = "argument"}, %y: memref<16xf32> {accel.role = "result"})
    attributes {accel.program} {
  %t = memref.alloc() {accel.address = 0 : i64} : memref<16xf32, #accel.mem<spm>>
  %0 = accel.load %x to %t : memref<16xf32> to memref<16xf32, #accel.mem<spm>>
  %1 = accel.store %t to %y after(%0) : memref<16xf32, #accel.mem<spm>> to memref<16xf32>
  return
}

// -----

// expected-error @+1 {{race on spm byte 0x0 (+64)}}
func.func @race(%x: memref<16xf32> {accel.role = "argument"}, %y: memref<16xf32> {accel.role = "result"})
    attributes {accel.program} {
  %t = memref.alloc() {accel.address = 0 : i64} : memref<16xf32, #accel.mem<spm>>
  %0 = accel.load %x to %t : memref<16xf32> to memref<16xf32, #accel.mem<spm>>
  %1 = accel.store %t to %y : memref<16xf32, #accel.mem<spm>> to memref<16xf32>
  return
}

// -----

func.func @address(%x: memref<16xf32> {accel.role = "argument"}) attributes {accel.program} {
  // expected-error @+1 {{expected accel.address on an on-chip buffer: run accel-assign-memory}}
  %t = memref.alloc() : memref<16xf32, #accel.mem<spm>>
  return
}

// -----

// expected-error @+1 {{expected accel.role of argument #0 to be "argument", "result" or "inout"}}
func.func @role(%x: memref<16xf32>) attributes {accel.program} {
  return
}

// -----

// expected-error @+1 {{expected arguments of memref and index type, got 'f32'}}
func.func @argument(%x: f32) attributes {accel.program} {
  return
}

// -----

func.func @foreign(%x: memref<16xf32> {accel.role = "inout"}) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  // expected-error @+1 {{expected accel commands, scf.for, memref.subview and index arithmetic in a program, got 'memref.load'}}
  %0 = memref.load %x[%c0] : memref<16xf32>
  return
}

// -----

func.func @step(%x: memref<16xf32> {accel.role = "inout"}, %n: index) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error @+1 {{expected a positive step, got 0}}
  scf.for %i = %c0 to %c1 step %n {
  }
  // Scalars that are not given are 0.
  return
}

// -----

func.func @divide(%n: index) attributes {accel.program} {
  %c1 = arith.constant 1 : index
  // expected-error @+1 {{divides by 0}}
  %0 = arith.divui %c1, %n : index
  return
}

// -----

func.func @loop_buffer(%x: memref<16xf32> {accel.role = "argument"}) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %c1 step %c1 {
    // expected-error @+1 {{expected a buffer at the function's top, got one in a loop}}
    %t = memref.alloc() {accel.address = 0 : i64} : memref<16xf32, #accel.mem<spm>>
  }
  return
}

// -----

// expected-error @+1 {{expected a buffer of i8, i16, i32, f16 or f32}}
func.func @element(%x: memref<16xi64> {accel.role = "argument"}) attributes {accel.program} {
  return
}
