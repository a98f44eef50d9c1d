// Is everything that is not loops form refused by name?
// RUN: %accord-opt %s --split-input-file --verify-diagnostics --accord-loops-to-gpu

func.func @nested(%y: memref<4xi32>) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  scf.parallel (%i) = (%c0) to (%c4) step (%c1) {
    // expected-error @below {{expected no scf.parallel inside another}}
    scf.parallel (%j) = (%c0) to (%c4) step (%c1) {
    }
  }
  return
}

// -----

func.func @computed_bounds(%n: index) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error @below {{expected constant bounds and steps}}
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
  }
  return
}

// -----

func.func @alloc_inside(%y: memref<4xi32>) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%c1) step (%c1) {
    // expected-error @below {{expected on-chip buffers outside of scf.parallel}}
    %a = memref.alloc() : memref<4xi32>
  }
  return
}

// -----

// expected-error @below {{argument 0: expected an index or a static identity-layout memref of i8, i16, i32, f16 or f32, got 'memref<4xf64>'}}
func.func @element_type(%y: memref<4xf64>) attributes {accel.program} {
  return
}

// -----

func.func @foreign(%x: memref<4xf32>, %y: memref<4xf32>) attributes {accel.program} {
  // expected-error @below {{expected loops form (scf.parallel, scf.for, scf.if, memref.load, store, subview, alloc, arith), got this op}}
  memref.copy %x, %y : memref<4xf32> to memref<4xf32>
  return
}
