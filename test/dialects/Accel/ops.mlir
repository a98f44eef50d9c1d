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
// CHECK: accel.quantize ins(%{{.*}}) outs(%{{.*}}) {group = 32 : i64}
// CHECK: accel.table ins(%{{.*}}) outs(%{{.*}}) after(%{{.*}}) {group = 32 : i64}
// CHECK: accel.lmma ins(%{{.*}}) outs(%{{.*}}) after(%{{.*}}) {group = 32 : i64}
// CHECK: accel.dequant ins(%{{.*}}) outs(%{{.*}}) accumulate(%{{.*}}) after(%{{.*}}) {bits = 4 : i64, group = 32 : i64, zero = 0 : i64}
func.func @product(%x: memref<2x64xf32, #accel.mem<spm>>, %q: memref<2x64xi8, #accel.mem<spm>>,
                   %s: memref<2x2xf32, #accel.mem<spm>>, %t: memref<2x16x8xi16, #accel.mem<spm>>,
                   %a: memref<2x2xi32, #accel.mem<spm>>, %p: memref<1x16x4x32xi8, #accel.mem<spm>>,
                   %i: memref<2x2x64xi32, #accel.mem<acc>>, %d: memref<1x2x64xf16, #accel.mem<spm>>,
                   %y: memref<2x64xf32, #accel.mem<spm>>, %more: i1) {
  %0 = accel.quantize ins(%x : memref<2x64xf32, #accel.mem<spm>>)
         outs(%q, %s : memref<2x64xi8, #accel.mem<spm>>, memref<2x2xf32, #accel.mem<spm>>) {group = 32 : i64}
  %1 = accel.table ins(%q : memref<2x64xi8, #accel.mem<spm>>)
         outs(%t, %a : memref<2x16x8xi16, #accel.mem<spm>>, memref<2x2xi32, #accel.mem<spm>>) after(%0) {group = 32 : i64}
  %2 = accel.lmma ins(%t, %p : memref<2x16x8xi16, #accel.mem<spm>>, memref<1x16x4x32xi8, #accel.mem<spm>>)
         outs(%i : memref<2x2x64xi32, #accel.mem<acc>>) after(%1) {group = 32 : i64}
  %3 = accel.dequant ins(%i, %a, %s, %d, %d : memref<2x2x64xi32, #accel.mem<acc>>, memref<2x2xi32, #accel.mem<spm>>,
         memref<2x2xf32, #accel.mem<spm>>, memref<1x2x64xf16, #accel.mem<spm>>, memref<1x2x64xf16, #accel.mem<spm>>)
         outs(%y : memref<2x64xf32, #accel.mem<spm>>) accumulate(%more) after(%2)
         {bits = 4 : i64, group = 32 : i64, zero = 0 : i64}
  return
}

// CHECK-LABEL: func.func @attention
// CHECK: accel.scores ins(%{{.*}}) outs(%{{.*}}) live(%{{.*}}) after(%{{.*}}) {head_dim = 64 : i64, heads = 9 : i64, scale = 1.250000e-01 : f32}
// CHECK: accel.softmax ins(%{{.*}}) outs(%{{.*}}) live(%{{.*}}) {chunk = 64 : i64, heads = 9 : i64}
// CHECK: accel.weigh ins(%{{.*}}) outs(%{{.*}}) accumulate(%{{.*}}) live(%{{.*}}) after(%{{.*}}) {head_dim = 64 : i64, heads = 9 : i64}
func.func @attention(%q: memref<8x576xf32, #accel.mem<spm>>, %k: memref<64x192xf16, #accel.mem<spm>>,
                     %s: memref<72x64xf32, #accel.mem<spm>>, %a: memref<72x64xf32, #accel.mem<spm>>,
                     %y: memref<8x576xf32, #accel.mem<spm>>, %n: index, %more: i1) {
  %d = accel.done
  %0 = accel.scores ins(%q, %k : memref<8x576xf32, #accel.mem<spm>>, memref<64x192xf16, #accel.mem<spm>>)
         outs(%s : memref<72x64xf32, #accel.mem<spm>>) live(%n) after(%d)
         {heads = 9 : i64, head_dim = 64 : i64, scale = 0.125 : f32}
  %1 = accel.softmax ins(%s : memref<72x64xf32, #accel.mem<spm>>) outs(%a : memref<72x64xf32, #accel.mem<spm>>)
         live(%n) {heads = 9 : i64, chunk = 64 : i64}
  %2 = accel.weigh ins(%a, %k : memref<72x64xf32, #accel.mem<spm>>, memref<64x192xf16, #accel.mem<spm>>)
         outs(%y : memref<8x576xf32, #accel.mem<spm>>) accumulate(%more) live(%n) after(%1)
         {heads = 9 : i64, head_dim = 64 : i64}
  return
}

// CHECK-LABEL: func.func @embedding
// CHECK: %[[G:.*]] = accel.gather ins(%{{.*}}, %{{.*}} : memref<100x64xi8>, memref<8xi32, #accel.mem<spm>>) outs(%{{.*}} : memref<8x64xi8, #accel.mem<spm>>) after(%{{.*}})
// CHECK: accel.expand ins(%{{.*}}) outs(%{{.*}}) after(%[[G]]) {group = 32 : i64, zero = 8 : i64}
// CHECK: accel.narrow
// CHECK: accel.widen
// CHECK: accel.map ins(%{{.*}}, %{{.*}} : memref<8x64xf32, #accel.mem<spm>>, memref<8x64xf32, #accel.mem<spm>>) outs(%{{.*}} : memref<8x64xf32, #accel.mem<spm>>) {body = "x0 x1: v0 = f32 0; v1 = cmpf.ogt x0 v0; v2 = select v1 x0 v0; v3 = mul v2 v2; v4 = mul v3 x1; yield v4"}
// CHECK: accel.map outs(%{{.*}} : memref<8x64xf32, #accel.mem<spm>>) {body = ": v0 = f32 1; yield v0"}
// CHECK: accel.transpose
func.func @embedding(%t: memref<100x64xi8>, %i: memref<8xi32, #accel.mem<spm>>, %c: memref<8x64xi8, #accel.mem<spm>>,
                     %d: memref<8x2xf16, #accel.mem<spm>>, %x: memref<8x64xf32, #accel.mem<spm>>,
                     %h: memref<8x64xf16, #accel.mem<spm>>, %y: memref<8x64xf32, #accel.mem<spm>>,
                     %z: memref<64x8xf32, #accel.mem<spm>>) {
  %done = accel.done
  %0 = accel.gather ins(%t, %i : memref<100x64xi8>, memref<8xi32, #accel.mem<spm>>)
         outs(%c : memref<8x64xi8, #accel.mem<spm>>) after(%done)
  %1 = accel.expand ins(%c, %d, %d : memref<8x64xi8, #accel.mem<spm>>, memref<8x2xf16, #accel.mem<spm>>,
         memref<8x2xf16, #accel.mem<spm>>) outs(%x : memref<8x64xf32, #accel.mem<spm>>) after(%0)
         {group = 32 : i64, zero = 8 : i64}
  %2 = accel.narrow ins(%x : memref<8x64xf32, #accel.mem<spm>>) outs(%h : memref<8x64xf16, #accel.mem<spm>>)
  %3 = accel.widen ins(%h : memref<8x64xf16, #accel.mem<spm>>) outs(%y : memref<8x64xf32, #accel.mem<spm>>)
  %4 = accel.map ins(%x, %x : memref<8x64xf32, #accel.mem<spm>>, memref<8x64xf32, #accel.mem<spm>>)
         outs(%y : memref<8x64xf32, #accel.mem<spm>>) {body = "x0 x1: v0 = f32 0; v1 = cmpf.ogt x0 v0; v2 = select v1 x0 v0; v3 = mul v2 v2; v4 = mul v3 x1; yield v4"}
  %5 = accel.map outs(%y : memref<8x64xf32, #accel.mem<spm>>) {body = ": v0 = f32 1; yield v0"}
  %6 = accel.transpose ins(%y : memref<8x64xf32, #accel.mem<spm>>) outs(%z : memref<64x8xf32, #accel.mem<spm>>)
  return
}

// CHECK-LABEL: func.func @spans
// CHECK: accel.dequant {{.*}} {act_group = 64 : i64, bits = 0 : i64, group = 16 : i64, weight_group = 32 : i64, zero = 0 : i64}
func.func @spans(%i: memref<4x2x64xi32, #accel.mem<acc>>, %a: memref<2x4xi32, #accel.mem<spm>>,
                 %s: memref<2x1xf32, #accel.mem<spm>>, %d: memref<1x2x64xf32, #accel.mem<spm>>,
                 %y: memref<2x64xf32, #accel.mem<spm>>) {
  %0 = accel.dequant ins(%i, %a, %s, %d : memref<4x2x64xi32, #accel.mem<acc>>, memref<2x4xi32, #accel.mem<spm>>,
         memref<2x1xf32, #accel.mem<spm>>, memref<1x2x64xf32, #accel.mem<spm>>)
         outs(%y : memref<2x64xf32, #accel.mem<spm>>)
         {bits = 0 : i64, group = 16 : i64, zero = 0 : i64, act_group = 64 : i64, weight_group = 32 : i64}
  return
}

// CHECK-LABEL: func.func @multiplied
// CHECK: accel.group_sums ins(%{{.*}}) outs(%{{.*}}) {group = 32 : i64}
// CHECK: accel.mma ins(%{{.*}}) outs(%{{.*}}) after(%{{.*}}) {group = 32 : i64, zero = 128 : i64}
// CHECK: accel.dequant ins(%{{.*}}) outs(%{{.*}}) after(%{{.*}}) {bits = 0 : i64, group = 32 : i64, zero = 0 : i64}
func.func @multiplied(%q: memref<2x64xi8, #accel.mem<spm>>, %s: memref<2x2xf32, #accel.mem<spm>>,
                      %a: memref<2x2xi32, #accel.mem<spm>>, %p: memref<1x16x8x32xi8, #accel.mem<spm>>,
                      %i: memref<2x2x64xi32, #accel.mem<acc>>, %d: memref<1x2x64xf16, #accel.mem<spm>>,
                      %y: memref<2x64xf32, #accel.mem<spm>>) {
  %0 = accel.group_sums ins(%q : memref<2x64xi8, #accel.mem<spm>>)
         outs(%a : memref<2x2xi32, #accel.mem<spm>>) {group = 32 : i64}
  %1 = accel.mma ins(%q, %p : memref<2x64xi8, #accel.mem<spm>>, memref<1x16x8x32xi8, #accel.mem<spm>>)
         outs(%i : memref<2x2x64xi32, #accel.mem<acc>>) after(%0) {group = 32 : i64, zero = 128 : i64}
  %2 = accel.dequant ins(%i, %a, %s, %d : memref<2x2x64xi32, #accel.mem<acc>>, memref<2x2xi32, #accel.mem<spm>>,
         memref<2x2xf32, #accel.mem<spm>>, memref<1x2x64xf16, #accel.mem<spm>>)
         outs(%y : memref<2x64xf32, #accel.mem<spm>>) after(%0, %1) {bits = 0 : i64, group = 32 : i64, zero = 0 : i64}
  return
}
