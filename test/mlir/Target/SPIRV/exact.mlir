// Do f32 operations get NoContraction, barriers storage semantics, and loops that may not run their initial value?
// RUN: %accord-opt %s --accord-loops-to-gpu --accord-gpu-to-spirv --verify-diagnostics | FileCheck %s
// RUN: %accord-opt %s --accord-loops-to-gpu --accord-gpu-to-nvvm | FileCheck %s --check-prefix=NVVM

// CHECK: spirv.module @{{.*}} Logical GLSL450 requires #spirv.vce<v1.0, [Shader], [SPV_KHR_storage_buffer_storage_class]>
// CHECK: spirv.FMul {{.*}} {no_contraction} : f32
// CHECK: spirv.FAdd {{.*}} {no_contraction} : f32
// CHECK: %[[R:.*]] = spirv.Load "Function"
// CHECK: spirv.Select %{{.*}}, %[[R]], %{{.*}} : i1, f32
// CHECK: spirv.ControlBarrier <Workgroup>, <Workgroup>, <AcquireRelease|UniformMemory|WorkgroupMemory>
// CHECK: spirv.ExecutionMode @f "LocalSize", 64, 1, 1

// NVVM: llvm.func @f(%{{.*}}: !llvm.ptr{{.*}}) attributes {{.*}}nvvm.kernel
// NVVM: llvm.fmul
// NVVM: nvvm.barrier0
func.func @f(%x: memref<100xf32> {accel.role = "inout"}) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  scf.parallel (%i) = (%c0) to (%c100) step (%c1) {
    %a = memref.load %x[%i] : memref<100xf32>
    %r = scf.for %j = %c0 to %i step %c1 iter_args(%s = %a) -> f32 {
      %m = arith.mulf %s, %a : f32
      %t = arith.addf %m, %a : f32
      scf.yield %t : f32
    }
    memref.store %r, %x[%i] : memref<100xf32>
  }
  return
}
