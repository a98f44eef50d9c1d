// The registered pipeline tells a wrong level, a machine that is not there, and goes from a level to itself.
// RUN: not %accord-opt %s --pass-pipeline="builtin.module(accord-compile{hardware=%source/models/hardware/lut-edge.yaml from=L2 to=L1})" 2>&1 | FileCheck %s --check-prefix=BACK
// RUN: not %accord-opt %s --pass-pipeline="builtin.module(accord-compile{hardware=%source/models/hardware/lut-edge.yaml to=L4})" 2>&1 | FileCheck %s --check-prefix=LEVEL
// RUN: not %accord-opt %s --pass-pipeline="builtin.module(accord-compile{hardware=none.yaml})" 2>&1 | FileCheck %s --check-prefix=FILE
// RUN: %accord-opt %s --pass-pipeline="builtin.module(accord-compile{hardware=%source/models/hardware/lut-edge.yaml from=L1 to=L1})" | FileCheck %s --check-prefix=SAME

// BACK: expected a level not below L2 and a machine with a LUT array or an int8 MAC array, got L1 and lut-edge
// LEVEL: expected levels L0 to L3, got L0 and L4
// FILE: none.yaml
// SAME: func.func @nothing
func.func @nothing() {
  return
}
