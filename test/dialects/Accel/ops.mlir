// Every command parses, prints and parses the same again.
// RUN: %accord-opt %s | %accord-opt | FileCheck %s

!spm = memref<8x576xf32, #accel.mem<spm>>

// CHECK-LABEL: func.func @copies
// CHECK: %[[D:.*]] = accel.done
// CHECK: %[[L:.*]] = accel.load %{{.*}} to %{{.*}} after(%[[D]]) : memref<8x576xf32> to memref<8x576xf32, #accel.mem<spm>>
// CHECK: %[[S:.*]] = accel.store %{{.*}} to %{{.*}} after(%[[L]], %[[D]]) : memref<8x576xf32, #accel.mem<spm>> to memref<8x576xf32, #accel.mem<dram>>
// CHECK: accel.wait(%[[S]])
// CHECK: accel.barrier
func.func @copies(%x: memref<8x576xf32>, %y: memref<8x576xf32, #accel.mem<dram>>) {
  %tile = memref.alloc() : !spm
  %d = accel.done
  %l = accel.load %x to %tile after(%d) : memref<8x576xf32> to !spm
  %s = accel.store %tile to %y after(%l, %d) : !spm to memref<8x576xf32, #accel.mem<dram>>
  accel.wait(%s)
  accel.barrier
  return
}

// CHECK-LABEL: func.func @product
// CHECK: accel.vector {{ ?}}quantize ins(%{{.*}}) outs(%{{.*}}) {group = 32 : i64}
// CHECK: accel.table ins(%{{.*}}) outs(%{{.*}}) after(%{{.*}}) {group = 32 : i64}
// CHECK: accel.lmma ins(%{{.*}}) outs(%{{.*}}) after(%{{.*}}) {group = 32 : i64}
// CHECK: accel.vector {{ ?}}dequant ins(%{{.*}}) outs(%{{.*}}) accumulate(%{{.*}}) after(%{{.*}}) {bits = 4 : i64, group = 32 : i64, zero = 0 : i64}
func.func @product(%x: memref<2x64xf32, #accel.mem<spm>>, %q: memref<2x64xi8, #accel.mem<spm>>,
                   %s: memref<2x2xf32, #accel.mem<spm>>, %t: memref<2x16x8xi16, #accel.mem<spm>>,
                   %a: memref<2x2xi32, #accel.mem<spm>>, %p: memref<1x16x4x32xi8, #accel.mem<spm>>,
                   %i: memref<2x2x64xi32, #accel.mem<acc>>, %d: memref<1x2x64xf16, #accel.mem<spm>>,
                   %y: memref<2x64xf32, #accel.mem<spm>>, %more: i1) {
  %0 = accel.vector quantize ins(%x : memref<2x64xf32, #accel.mem<spm>>)
         outs(%q, %s : memref<2x64xi8, #accel.mem<spm>>, memref<2x2xf32, #accel.mem<spm>>) {group = 32 : i64}
  %1 = accel.table ins(%q : memref<2x64xi8, #accel.mem<spm>>)
         outs(%t, %a : memref<2x16x8xi16, #accel.mem<spm>>, memref<2x2xi32, #accel.mem<spm>>) after(%0) {group = 32 : i64}
  %2 = accel.lmma ins(%t, %p : memref<2x16x8xi16, #accel.mem<spm>>, memref<1x16x4x32xi8, #accel.mem<spm>>)
         outs(%i : memref<2x2x64xi32, #accel.mem<acc>>) after(%1) {group = 32 : i64}
  %3 = accel.vector dequant ins(%i, %a, %s, %d, %d : memref<2x2x64xi32, #accel.mem<acc>>, memref<2x2xi32, #accel.mem<spm>>,
         memref<2x2xf32, #accel.mem<spm>>, memref<1x2x64xf16, #accel.mem<spm>>, memref<1x2x64xf16, #accel.mem<spm>>)
         outs(%y : memref<2x64xf32, #accel.mem<spm>>) accumulate(%more) after(%2)
         {bits = 4 : i64, group = 32 : i64, zero = 0 : i64}
  return
}
