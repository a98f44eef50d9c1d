// Do the built functions use nothing but what every target rounds alike?
// RUN: %accord-opt %s --accel-to-loops | FileCheck %s --implicit-check-not=math. --implicit-check-not=fastmath \
// RUN:   --implicit-check-not=divf --implicit-check-not=remf --implicit-check-not=maximumf --implicit-check-not=maxnumf \
// RUN:   --implicit-check-not=extf --implicit-check-not=truncf --implicit-check-not=fma
#spm = #accel.mem<spm>

// exp clamps, rounds by the magic add (1.5 * 2^23 prints as 0x4B400000 or 12582912) and converts what is then in range.
// CHECK-LABEL: @silu
// CHECK-DAG: %[[MAGIC:.*]] = arith.constant 0x4B400000 : f32
// CHECK: %[[SUM:.*]] = arith.addf %{{.*}}, %[[MAGIC]]
// CHECK: %[[N:.*]] = arith.subf %[[SUM]], %[[MAGIC]]
// CHECK: arith.fptosi %[[N]] : f32 to i32
func.func @silu(%x: memref<2x36xf32, #spm>, %y: memref<2x36xf32, #spm>) {
  %t = accel.map ins(%x : memref<2x36xf32, #spm>) outs(%y : memref<2x36xf32, #spm>) {body = "x0: v0 = sigmoid x0; v1 = mul x0 v0; yield v1"}
  return
}

// CHECK-LABEL: @norm_softmax_quantize
func.func @norm_softmax_quantize(%x: memref<2x36xf32, #spm>, %w: memref<36xf32, #spm>, %y: memref<2x36xf32, #spm>,
                                 %z: memref<2x36xf32, #spm>, %c: memref<2x36xi8, #spm>, %s: memref<2x2xf32, #spm>) {
  %t = accel.rms_norm ins(%x, %w : memref<2x36xf32, #spm>, memref<36xf32, #spm>) outs(%y : memref<2x36xf32, #spm>) {eps = 1.0e-5 : f32}
  %u = accel.softmax ins(%y : memref<2x36xf32, #spm>) outs(%z : memref<2x36xf32, #spm>) after(%t)
  %v = accel.quantize ins(%z : memref<2x36xf32, #spm>) outs(%c, %s : memref<2x36xi8, #spm>, memref<2x2xf32, #spm>) after(%u) {group = 32 : i64}
  return
}
