// Workgroups of 32 to 1024 invocations: what every device of the contract has.
// RUN: %accord-opt %s --accord-loops-to-gpu="workgroup-size=1024" | FileCheck %s
// RUN: not %accord-opt %s --accord-loops-to-gpu="workgroup-size=1025" 2>&1 | FileCheck %s --check-prefix=LARGE
// RUN: not %accord-opt %s --accord-loops-to-gpu="workgroup-size=31" 2>&1 | FileCheck %s --check-prefix=SMALL

// CHECK: known_block_size = array<i32: 1024, 1, 1>
// LARGE: expected workgroup-size in 32..1024, got 1025
// SMALL: expected workgroup-size in 32..1024, got 31
func.func @f(%x: memref<4xf32>) attributes {accel.program} {
  return
}
