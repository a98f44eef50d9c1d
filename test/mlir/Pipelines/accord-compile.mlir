// The registered pipeline tells a wrong level, a machine that is not there, and goes from a level to itself.
// RUN: not %accord-opt %s --pass-pipeline="builtin.module(accord-compile{hardware=%source/models/hardware/lut-edge.yaml from=L2 to=L1})" 2>&1 | FileCheck %s --check-prefix=BACK
// RUN: not %accord-opt %s --pass-pipeline="builtin.module(accord-compile{hardware=%source/models/hardware/lut-edge.yaml to=L4})" 2>&1 | FileCheck %s --check-prefix=LEVEL
// RUN: not %accord-opt %s --pass-pipeline="builtin.module(accord-compile{hardware=none.yaml})" 2>&1 | FileCheck %s --check-prefix=FILE
// RUN: %accord-opt %s --pass-pipeline="builtin.module(accord-compile{hardware=%source/models/hardware/lut-edge.yaml from=L1 to=L1})" | FileCheck %s --check-prefix=SAME

// The order of passes, as Pipelines.cpp gives its reasons: the race check is last, on addresses.
// RUN: %accord-opt %s --dump-pass-pipeline --pass-pipeline="builtin.module(accord-compile{hardware=%source/models/hardware/lut-edge.yaml})" 2>&1 | FileCheck %s --check-prefix=LUT
// RUN: %accord-opt %s --dump-pass-pipeline --pass-pipeline="builtin.module(accord-compile{hardware=%source/models/hardware/mac-edge.yaml})" 2>&1 | FileCheck %s --check-prefix=MAC
// RUN: %accord-opt %s --dump-pass-pipeline --pass-pipeline="builtin.module(accord-compile{hardware=%source/models/hardware/mac-edge.yaml from=L1})" 2>&1 | FileCheck %s --check-prefix=CHECKED

// LUT: builtin.module(linalg-to-nn,matrix-arguments,func.func(lut-split-precompute,lut-symmetrize,lut-invert-indices,lut-to-lmma{k=4 m=2 n=64}),lut-hoist-repack,cse,model-to-sequence,schedule-for-hardware{{[^)]*}},apply-schedule,schedule-to-accel,canonicalize{{[^)]*}},cse,canonicalize{{[^)]*}},accel-assign-memory{{[^)]*}},accel-check-hazards{{.}}{{.}})
// MAC: builtin.module(linalg-to-nn,matrix-arguments,func.func(lut-to-mma{k=4 m=4 n=32}),lut-hoist-repack,cse,
// CHECKED: builtin.module(func.func(lut-check-instr{k=4 m=4 mac=true n=32}),model-to-sequence,

// BACK: expected a level not below L2 and a machine with a LUT array or an int8 MAC array, got L1 and lut-edge
// LEVEL: expected levels L0 to L3, got L0 and L4
// FILE: none.yaml
// SAME: func.func @nothing
func.func @nothing() {
  return
}
