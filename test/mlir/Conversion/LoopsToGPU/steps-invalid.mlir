// Is what cannot be cut into steps refused by name?
// RUN: %accord-opt %s --split-input-file --verify-diagnostics --accord-loops-to-gpu="step-budget=40"

func.func @long_invocation(%y: memref<64xi32>) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %v = arith.constant 7 : i32
  // expected-error @below {{expected one round of the workgroup to run at most 37 loop iterations an invocation, got 66}}
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
    scf.for %j = %c0 to %c64 step %c1 {
      memref.store %v, %y[%j] : memref<64xi32>
    }
  }
  return
}

// -----

func.func @carried(%y: memref<64xi32>) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant 0 : i32
  // expected-error @below {{expected no values carried by a loop of several steps, got 1}}
  %r = scf.for %j = %c0 to %c64 step %c1 iter_args(%s = %zero) -> i32 {
    %t = arith.addi %s, %s : i32
    scf.yield %t : i32
  }
  memref.store %r, %y[%c0] : memref<64xi32>
  return
}

// -----

func.func @crossing(%y: memref<64xi32>) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %c30 = arith.constant 30 : index
  // expected-error @below {{expected index arithmetic alone to cross from one step to another, got a result of this op}}
  %v = memref.load %y[%c0] : memref<64xi32>
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
    scf.for %j = %c0 to %c30 step %c1 {
      memref.store %v, %y[%i] : memref<64xi32>
    }
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
    scf.for %j = %c0 to %c30 step %c1 {
      memref.store %v, %y[%i] : memref<64xi32>
    }
  }
  return
}

// -----

func.func @unbounded(%y: memref<64xi32>, %n: index) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %v = arith.constant 7 : i32
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
    // expected-error @below {{expected bounds with a constant range and a constant step, so that its iterations can be counted}}
    scf.for %j = %c0 to %n step %c1 {
      memref.store %v, %y[%j] : memref<64xi32>
    }
  }
  return
}

// -----

// A distance that is constant is counted, and so is a minimum with one (the groups of a row).
func.func @distance(%y: memref<10x10xi32>) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %c10 = arith.constant 10 : index
  %v = arith.constant 7 : i32
  scf.parallel (%i, %g) = (%c0, %c0) to (%c10, %c2) step (%c1, %c1) {
    %first = arith.muli %g, %c4 : index
    %next = arith.addi %g, %c1 : index
    %end = arith.muli %next, %c4 : index
    %less = arith.cmpi slt, %end, %c10 : index
    %last = arith.select %less, %end, %c10 : index
    scf.for %j = %first to %last step %c1 {
      memref.store %v, %y[%i, %j] : memref<10x10xi32>
    }
  }
  return
}

// -----

// A bound that depends on values but stays below a constant is one.
func.func @bounded(%y: memref<64xi32>, %n: index) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c64 = arith.constant 64 : index
  %v = arith.constant 7 : i32
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
    %m = arith.remui %n, %c3 : index
    scf.for %j = %c0 to %m step %c1 {
      memref.store %v, %y[%j] : memref<64xi32>
    }
  }
  return
}

// -----

// A remainder by 50 is at most 49: 1 + (1 + 49·1).
func.func @bounded_far(%y: memref<64xi32>, %n: index) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c50 = arith.constant 50 : index
  %c64 = arith.constant 64 : index
  %v = arith.constant 7 : i32
  // expected-error @below {{expected one round of the workgroup to run at most 37 loop iterations an invocation, got 51}}
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
    %m = arith.remui %n, %c50 : index
    scf.for %j = %c0 to %m step %c1 {
      memref.store %v, %y[%j] : memref<64xi32>
    }
  }
  return
}

// -----

// expected-error @below {{expected fewer loops than the 40 loop iterations of a step, got 40}}
func.func @many_loops(%y: memref<64xi32>) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  scf.parallel (%i) = (%c0) to (%c64) step (%c1) {
  }
  return
}
