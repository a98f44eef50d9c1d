// What becomes of a block: which steps every thread does for itself, which it shares, and where it waits?
// RUN: %accord-opt %s --graph-to-cpu="dot=vnni512 f16c=true" | FileCheck %s
// RUN: %accord-opt %s --graph-to-cpu="dot=vnni512" | FileCheck %s --check-prefix=VNNI
// RUN: %accord-opt %s --graph-to-cpu="dot=pairs256" | FileCheck %s --check-prefix=AVX2
// RUN: %accord-opt %s --graph-to-cpu | FileCheck %s --check-prefix=PLAIN
// RUN: %accord-opt %s --graph-to-cpu="fast=true" | FileCheck %s --check-prefix=FAST

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>

// Many rows: norm, codes and sums by rows, without a barrier among them; then one, as a product reads all rows.
// CHECK-LABEL: func.func private @graph_rows(
// CHECK: call @kernel_rms_norm_64_
// CHECK-NOT: accord_team_barrier
// CHECK: call @kernel_quantize_act_32_0
// CHECK: call @kernel_group_sums_32_0_0
// CHECK: call @accord_team_barrier
// CHECK: call @kernel_mpgemm_u4_g32_a32_t0_min_m6
// CHECK: call @kernel_mpgemm_u4_g32_a32_t0_min_m1
// CHECK: return
func.func @rows(%x: tensor<?x64xf32>, %g: tensor<64xf32>) -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x64xf32>
  %w = nn.param "w" : tensor<64x64x!w>
  %e = tensor.empty(%m) : tensor<?x64xf32>
  %n = nn.rms_norm {eps = 1.0e-5} ins(%x, %g : tensor<?x64xf32>, tensor<64xf32>) outs(%e : tensor<?x64xf32>) -> tensor<?x64xf32>
  %q0 = tensor.empty(%m) : tensor<?x64xi8>
  %s0 = tensor.empty(%m) : tensor<?x2xf32>
  %q, %s = lut.quantize_act {group = 32} ins(%n : tensor<?x64xf32>) outs(%q0, %s0 : tensor<?x64xi8>, tensor<?x2xf32>) -> tensor<?x64xi8>, tensor<?x2xf32>
  %y = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<?x64xi8>, tensor<?x2xf32>, tensor<64x64x!w>) outs(%e : tensor<?x64xf32>) -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// One row: the norm, the codes and their sums are each thread's own; the products' columns are shared, and the sum goes
// by the same columns, so that the only barrier is before all of the result is read.
// CHECK-LABEL: func.func private @graph_row(
// CHECK-NOT: accord_team_barrier
// CHECK: call @kernel_rms_norm_64_
// CHECK: call @kernel_quantize_act_32_0
// CHECK: call @kernel_group_sums_32_0_0
// CHECK: call @kernel_mpgemm_u4_g32_a32_t0_min_m1
// CHECK-NOT: accord_team_barrier
// CHECK: call @kernel_add
// CHECK: call @accord_team_barrier
// CHECK: call @kernel_quantize_act_32_0
// CHECK: call @kernel_mpgemm_u4_g32_a32_t0_min_m1
// CHECK: return
func.func private @row(%x: tensor<1x64xf32>, %g: tensor<64xf32>, %w: tensor<64x64x!w>) -> tensor<1x64xf32> {
  %e = tensor.empty() : tensor<1x64xf32>
  %n = nn.rms_norm {eps = 1.0e-5} ins(%x, %g : tensor<1x64xf32>, tensor<64xf32>) outs(%e : tensor<1x64xf32>) -> tensor<1x64xf32>
  %q0 = tensor.empty() : tensor<1x64xi8>
  %s0 = tensor.empty() : tensor<1x2xf32>
  %q, %s = lut.quantize_act {group = 32} ins(%n : tensor<1x64xf32>) outs(%q0, %s0 : tensor<1x64xi8>, tensor<1x2xf32>) -> tensor<1x64xi8>, tensor<1x2xf32>
  %y = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<1x64xi8>, tensor<1x2xf32>, tensor<64x64x!w>) outs(%e : tensor<1x64xf32>) -> tensor<1x64xf32>
  %z = nn.add ins(%x, %y : tensor<1x64xf32>, tensor<1x64xf32>) outs(%e : tensor<1x64xf32>) -> tensor<1x64xf32>
  %q1, %s1 = lut.quantize_act {group = 32} ins(%z : tensor<1x64xf32>) outs(%q0, %s0 : tensor<1x64xi8>, tensor<1x2xf32>) -> tensor<1x64xi8>, tensor<1x2xf32>
  %r = lut.mpgemm {act_group = 32} ins(%q1, %s1, %w : tensor<1x64xi8>, tensor<1x2xf32>, tensor<64x64x!w>) outs(%e : tensor<1x64xf32>) -> tensor<1x64xf32>
  return %r : tensor<1x64xf32>
}

func.func @one(%x: tensor<1x64xf32>, %g: tensor<64xf32>) -> tensor<1x64xf32> {
  %w = nn.param "w" : tensor<64x64x!w>
  %y = call @row(%x, %g, %w) : (tensor<1x64xf32>, tensor<64xf32>, tensor<64x64x!w>) -> tensor<1x64xf32>
  return %y : tensor<1x64xf32>
}

// CHECK: func.func @__accord_rows(%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr)
// CHECK: func.func @__accord_one(
// VNNI-LABEL: func.func private @kernel_mpgemm_u4_g32_a32_t0_min_m6
// VNNI: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// VNNI-NOT: fastmath
// Codes of 4 bits: eight products of bytes (in two halves) join in words before they are widened.
// AVX2-LABEL: func.func private @kernel_mpgemm_u4_g32_a32_t0_min_m1
// AVX2-COUNT-16: llvm.call_intrinsic "llvm.x86.avx2.pmadd.ub.sw"
// AVX2-COUNT-2: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"
// AVX2-NOT: llvm.call_intrinsic
// AVX2: return
// PLAIN-NOT: llvm.call_intrinsic "llvm.x86
// FAST: arith.mulf %{{.*}} fastmath<contract>
