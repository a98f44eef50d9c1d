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

// -----

func.func @no_quotient() attributes {accel.program} {
  %m = arith.constant -9223372036854775808 : index
  %k = arith.constant -1 : index
  // expected-error @+1 {{expected a result of 64 bits, got one beyond of -9223372036854775808 and -1}}
  %q = arith.remsi %m, %k : index
  return
}

// -----

func.func @sum() attributes {accel.program} {
  %m = arith.constant 9223372036854775807 : index
  %k = arith.constant 1 : index
  // expected-error @+1 {{expected a result of 64 bits, got one beyond of 9223372036854775807 and 1}}
  %q = arith.addi %m, %k : index
  return
}

// -----

func.func @shift() attributes {accel.program} {
  %k = arith.constant 64 : index
  // expected-error @+1 {{expected a shift by 0 to 63, got 64}}
  %q = arith.shli %k, %k : index
  return
}

// -----

// The next step lies beyond 64 bits: the loop has ended.
func.func @last_step() attributes {accel.program} {
  %l = arith.constant 9223372036854775806 : index
  %u = arith.constant 9223372036854775807 : index
  %s = arith.constant 2 : index
  scf.for %i = %l to %u step %s {
  }
  return
}

// -----

func.func @endless() attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %u = arith.constant 9223372036854775807 : index
  // expected-error @+1 {{expected at most 134217728 ops and 16777216 commands to run, got more}}
  scf.for %i = %c0 to %u step %c1 {
  }
  return
}

// -----

// Told at the loop that leads to too much, before it runs: inner loops count with bounds that are constants or the function's.
func.func @too_much_inside(%n: index) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %u = arith.constant 100000 : index
  %v = arith.addi %u, %n : index
  // expected-error @+1 {{expected at most 134217728 ops and 16777216 commands to run, got more}}
  scf.for %i = %c0 to %u step %c1 {
    %z = arith.addi %i, %c1 : index
    scf.for %j = %c0 to %v step %c1 {
      %y = arith.addi %j, %c1 : index
    }
  }
  return
}

// -----

// A loop that does not run costs nothing, whatever is in it.
func.func @nothing_inside() attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %u = arith.constant 9223372036854775807 : index
  scf.for %i = %c0 to %c0 step %c1 {
    scf.for %j = %c0 to %u step %c1 {
      scf.for %k = %c0 to %u step %c1 {
      }
    }
  }
  return
}

// -----

// Nor does one whose own bounds are empty each time.
func.func @empty_inside() attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %u = arith.constant 9223372036854775807 : index
  scf.for %i = %c0 to %c8 step %c1 {
    %n = arith.subi %i, %i : index
    scf.for %j = %c0 to %n step %c1 {
      scf.for %k = %c0 to %u step %c1 {
      }
    }
  }
  return
}

// -----

func.func @far(%m: memref<4x4xf32> {accel.role = "argument"}, %y: memref<16xf32> {accel.role = "result"})
    attributes {accel.program} {
  %far = arith.constant 9223372036854775807 : index
  // expected-error @+1 {{expected offsets and strides of 64 bits, got some beyond at axis 0}}
  %t = memref.subview %m[%far, 0] [1, 4] [1, 1] : memref<4x4xf32> to memref<4xf32, strided<[1], offset: ?>>
  return
}

// -----

// expected-error @+1 {{expected a buffer of at most 2^44 bytes}}
func.func @large(%x: memref<4611686018427387904x4xf32> {accel.role = "argument"}) attributes {accel.program} {
  return
}

// -----

// In order, and yet no program: the window leaves the buffer.
// expected-error @+1 {{command 0 (load)}}
func.func @outside(%x: memref<16xf32> {accel.role = "argument"}, %y: memref<16xf32> {accel.role = "result"})
    attributes {accel.program} {
  %t = memref.alloc() {accel.address = 0 : i64} : memref<16xf32, #accel.mem<spm>>
  %c1 = arith.constant 1 : index
  %w = memref.subview %x[%c1] [16] [1] : memref<16xf32> to memref<16xf32, strided<[1], offset: ?>>
  %0 = accel.load %w to %t : memref<16xf32, strided<[1], offset: ?>> to memref<16xf32, #accel.mem<spm>>
  %1 = accel.store %t to %y after(%0) : memref<16xf32, #accel.mem<spm>> to memref<16xf32>
  return
}
