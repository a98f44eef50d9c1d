// Is each command the loops that README.md's table promises, with the parallelism a GPU needs?
// RUN: %accord-opt %s --accel-to-loops --canonicalize --cse | FileCheck %s
#spm = #accel.mem<spm>
#acc = #accel.mem<acc>

// CHECK-LABEL: @copies
// CHECK: scf.parallel (%[[I:.*]], %[[J:.*]]) = (%{{.*}}, %{{.*}}) to (%{{c3[^,]*}}, %{{c36[^,]*}})
// CHECK-NEXT: %[[V:.*]] = memref.load %arg0[%[[I]], %[[J]]]
// CHECK-NEXT: memref.store %[[V]], %[[B:.*]][%[[I]], %[[J]]] : memref<3x36xf32, #accel.mem<spm>>
// CHECK: scf.parallel
// CHECK-NEXT: memref.load %[[B]]
// CHECK-NEXT: memref.store {{.*}}, %arg1
// CHECK-NOT: accel.{{load|store|barrier}}
func.func @copies(%x: memref<3x36xf32>, %y: memref<3x36xf32>) {
  %b = memref.alloc() : memref<3x36xf32, #spm>
  %t = accel.load %x to %b : memref<3x36xf32> to memref<3x36xf32, #spm>
  %u = accel.store %b to %y after(%t) : memref<3x36xf32, #spm> to memref<3x36xf32>
  accel.barrier
  return
}

// 10 codes are 3 tables, the last with two absent activations: a clamped load and a zero in its place. One iteration
// a table, eight entries each; then one iteration a group.
// CHECK-LABEL: @table
// CHECK: scf.parallel (%{{.*}}, %{{.*}}) = (%{{.*}}, %{{.*}}) to (%{{c2[^,]*}}, %{{c3[^,]*}})
// CHECK: arith.cmpi slt
// CHECK: arith.select
// CHECK-COUNT-8: memref.store {{.*}} : memref<2x3x8xi16, #accel.mem<spm>>
// CHECK: scf.parallel
// CHECK: scf.for
// CHECK: arith.extsi {{.*}} : i8 to i32
// CHECK: memref.store {{.*}} : memref<2x1xi32, #accel.mem<spm>>
func.func @table(%codes: memref<2x10xi8, #spm>, %tables: memref<2x3x8xi16, #spm>, %asum: memref<2x1xi32, #spm>) {
  %t = accel.table ins(%codes : memref<2x10xi8, #spm>)
                   outs(%tables, %asum : memref<2x3x8xi16, #spm>, memref<2x1xi32, #spm>) {group = 32 : i64}
  return
}

// Parallel over (g, m, n); tables of the group inside, planes unrolled: low bits look up, bit 3 negates, the plane
// shifts.
// CHECK-LABEL: @lmma
// CHECK: scf.parallel (%{{.*}}, %{{.*}}, %{{.*}}) = (%{{.*}}, %{{.*}}, %{{.*}}) to (%{{c2[^,]*}}, %{{c3[^,]*}}, %{{c65[^,]*}})
// CHECK: scf.for
// CHECK-COUNT-2: arith.andi {{.*}}, %c7_i32
// CHECK: arith.shli {{.*}}, %c1_i32
// CHECK-NOT: arith.andi {{.*}}, %c7_i32
// CHECK: memref.store {{.*}} : memref<2x3x65xi32, #accel.mem<acc>>
func.func @lmma(%tables: memref<3x9x8xi16, #spm>, %planes: memref<2x9x2x32xi8, #spm>, %isum: memref<2x3x65xi32, #acc>) {
  %t = accel.lmma ins(%tables, %planes : memref<3x9x8xi16, #spm>, memref<2x9x2x32xi8, #spm>)
                  outs(%isum : memref<2x3x65xi32, #acc>) {group = 32 : i64}
  return
}

// No accumulate: the first group starts the accumulator and no zero is ever added. f16 is widened by integers.
// CHECK-LABEL: @dequant
// CHECK-NOT: arith.extf
// CHECK: scf.parallel
// CHECK: arith.bitcast {{.*}} : f16 to i16
// CHECK: scf.for %{{.*}} = %c1 to %c3
// CHECK-NOT: memref.load %arg4
// CHECK: memref.store {{.*}}, %arg4
func.func @dequant(%isum: memref<3x3x65xi32, #acc>, %asum: memref<3x3xi32, #spm>, %s: memref<3x3xf32, #spm>,
                   %d: memref<2x3x64xf16, #spm>, %y: memref<3x65xf32, #spm>) {
  %t = accel.dequant ins(%isum, %asum, %s, %d : memref<3x3x65xi32, #acc>, memref<3x3xi32, #spm>, memref<3x3xf32, #spm>, memref<2x3x64xf16, #spm>)
    outs(%y : memref<3x65xf32, #spm>) {group = 32 : i64, bits = 8 : i64, zero = 128 : i64}
  return
}

// With a flag: the output is read, and the flag chooses.
// CHECK-LABEL: @dequant_accumulate
// CHECK-SAME: %[[FLAG:[a-z0-9]*]]: i1
// CHECK: %[[OLD:.*]] = memref.load %arg4
// CHECK: %[[SUM:.*]] = arith.addf %[[OLD]], %[[FIRST:.*]] : f32
// CHECK: arith.select %[[FLAG]], %[[SUM]], %[[FIRST]] : f32
func.func @dequant_accumulate(%isum: memref<1x3x65xi32, #acc>, %asum: memref<3x1xi32, #spm>, %s: memref<3x1xf32, #spm>,
                              %d: memref<2x1x64xf16, #spm>, %y: memref<3x65xf32, #spm>, %more: i1) {
  %t = accel.dequant ins(%isum, %asum, %s, %d : memref<1x3x65xi32, #acc>, memref<3x1xi32, #spm>, memref<3x1xf32, #spm>, memref<2x1x64xf16, #spm>)
    outs(%y : memref<3x65xf32, #spm>) accumulate(%more) {group = 32 : i64, bits = 4 : i64, zero = 0 : i64}
  return
}

// Sixteen lanes a row in parallel, then rows, then elements; two norms share one scratch.
// CHECK-LABEL: @rms_norm
// CHECK: memref.alloc() {accel.scratch} : memref<2x16xf32, #accel.mem<spm>>
// CHECK-NOT: memref.alloc
// CHECK: scf.parallel (%{{.*}}, %[[LANE:.*]]) = {{.*}} to (%c2, %c16)
// CHECK: scf.for %{{.*}} = %{{.*}} to %c36 step %c16
// CHECK: scf.parallel (%{{.*}}) = (%{{.*}}) to (%c2)
// CHECK: scf.parallel (%{{.*}}, %{{.*}}) = {{.*}} to (%c2, %c36)
func.func @rms_norm(%x: memref<2x36xf32, #spm>, %w: memref<36xf32, #spm>, %y: memref<2x36xf32, #spm>, %z: memref<2x36xf32, #spm>) {
  %t = accel.rms_norm ins(%x, %w : memref<2x36xf32, #spm>, memref<36xf32, #spm>) outs(%y : memref<2x36xf32, #spm>) {eps = 1.0e-5 : f32}
  %u = accel.rms_norm ins(%y, %w : memref<2x36xf32, #spm>, memref<36xf32, #spm>) outs(%z : memref<2x36xf32, #spm>) after(%t) {eps = 1.0e-5 : f32}
  return
}

// A row of five has five lanes and no loop.
// CHECK-LABEL: @softmax_short
// CHECK-NOT: scf.for
// CHECK: scf.parallel {{.*}} to (%c2, %c5)
func.func @softmax_short(%x: memref<2x5xf32, #spm>, %y: memref<2x5xf32, #spm>) {
  %t = accel.softmax ins(%x : memref<2x5xf32, #spm>) outs(%y : memref<2x5xf32, #spm>)
  return
}

// CHECK-LABEL: @rope
// CHECK: scf.parallel (%{{.*}}, %{{.*}}, %{{.*}}) = {{.*}} to (%c2, %c3, %c4)
// CHECK-COUNT-4: arith.mulf
func.func @rope(%x: memref<2x24xf32, #spm>, %c: memref<2x4xf32, #spm>, %s: memref<2x4xf32, #spm>, %y: memref<2x24xf32, #spm>) {
  %t = accel.rope ins(%x, %c, %s : memref<2x24xf32, #spm>, memref<2x4xf32, #spm>, memref<2x4xf32, #spm>)
    outs(%y : memref<2x24xf32, #spm>) {head_dim = 8 : i64, halves = true}
  return
}

// A query sees live + its number positions, at most all eight. What it does not see is computed and selected away; four
// heads share two heads of keys of three columns.
// CHECK-LABEL: @scores
// CHECK-SAME: %[[LIVE:[a-z0-9]*]]: index
// CHECK: scf.parallel (%[[QUERY:.*]], %[[HEAD:.*]], %[[J:.*]]) = {{.*}} to (%c2, %c4, %c8)
// CHECK: arith.divui %[[HEAD]], %c2
// CHECK: %[[DOT:.*]] = scf.for %{{.*}} = %c1 to %c3 step %c1
// CHECK: %[[SCALED:.*]] = arith.mulf %[[DOT]], %{{.*}} : f32
// CHECK: %[[SEEN:.*]] = arith.addi %[[LIVE]], %[[QUERY]]
// CHECK: %[[LESS:.*]] = arith.cmpi slt, %[[SEEN]], %c8
// CHECK: %[[END:.*]] = arith.select %[[LESS]], %[[SEEN]], %c8
// CHECK: %[[IN:.*]] = arith.cmpi slt, %[[J]], %[[END]]
// CHECK: arith.select %[[IN]], %[[SCALED]], %{{.*}} : f32
func.func @scores(%q: memref<2x12xf32, #spm>, %k: memref<8x6xf16, #spm>, %s: memref<8x8xf32, #spm>, %n: index) {
  %t = accel.scores ins(%q, %k : memref<2x12xf32, #spm>, memref<8x6xf16, #spm>)
         outs(%s : memref<8x8xf32, #spm>) live(%n) {heads = 4 : i64, head_dim = 3 : i64, scale = 0.5 : f32}
  return
}

// The first position starts the sum or continues the output; the loop ends with what is seen; nothing seen: the output
// or 0. No zero is added.
// CHECK-LABEL: @weigh
// CHECK-SAME: %[[FLAG:[a-z0-9]*]]: i1
// CHECK: %[[END:.*]] = arith.select %{{.*}}, %{{.*}}, %c8
// CHECK: %[[OLD:.*]] = memref.load %arg2
// CHECK: %[[SUM:.*]] = arith.addf %[[OLD]], %[[FIRST:.*]] : f32
// CHECK: %[[START:.*]] = arith.select %[[FLAG]], %[[SUM]], %[[FIRST]] : f32
// CHECK: %[[NONE:.*]] = arith.select %[[FLAG]], %[[OLD]], %{{.*}} : f32
// CHECK: %[[ALL:.*]] = scf.for %{{.*}} = %c1 to %[[END]] step %c1 iter_args(%{{.*}} = %[[START]])
// CHECK: %[[ANY:.*]] = arith.cmpi sgt, %[[END]], %c0
// CHECK: arith.select %[[ANY]], %[[ALL]], %[[NONE]] : f32
func.func @weigh(%a: memref<8x8xf32, #spm>, %v: memref<8x6xf32, #spm>, %y: memref<2x12xf32, #spm>, %n: index, %more: i1) {
  %t = accel.weigh ins(%a, %v : memref<8x8xf32, #spm>, memref<8x6xf32, #spm>)
         outs(%y : memref<2x12xf32, #spm>) accumulate(%more) live(%n) {heads = 4 : i64, head_dim = 3 : i64}
  return
}

// Six rows of three heads: a row's loop ends with what its query sees, absent lanes are skipped, and the rest is 0.
// CHECK-LABEL: @softmax_live
// CHECK: scf.parallel (%[[ROW:.*]], %{{.*}}) = {{.*}} to (%c6, %c16)
// CHECK: %[[QUERY:.*]] = arith.divui %[[ROW]], %c3
// CHECK: %[[SEEN:.*]] = arith.addi %{{.*}}, %[[QUERY]]
// CHECK: %[[END:.*]] = arith.select %{{.*}}, %[[SEEN]], %c40
// CHECK: scf.for %{{.*}} = %{{.*}} to %[[END]] step %c16
// CHECK: scf.parallel (%{{.*}}) = (%c0) to (%c6)
// CHECK-COUNT-15: arith.select {{.*}} : f32
// CHECK: scf.parallel (%{{.*}}, %{{.*}}) = {{.*}} to (%c6, %c40)
// CHECK: scf.parallel (%{{.*}}, %{{.*}}) = {{.*}} to (%c6, %c16)
// CHECK: scf.parallel (%{{.*}}) = (%c0) to (%c6)
// CHECK: scf.parallel (%{{.*}}, %[[COLUMN:.*]]) = {{.*}} to (%c6, %c40)
// CHECK: %[[SCALED:.*]] = arith.mulf
// CHECK: %[[IN:.*]] = arith.cmpi slt, %[[COLUMN]], %{{.*}}
// CHECK: arith.select %[[IN]], %[[SCALED]], %{{.*}} : f32
func.func @softmax_live(%x: memref<6x40xf32, #spm>, %y: memref<6x40xf32, #spm>, %n: index) {
  %t = accel.softmax ins(%x : memref<6x40xf32, #spm>) outs(%y : memref<6x40xf32, #spm>)
         live(%n) {heads = 3 : i64, chunk = 16 : i64}
  return
}

// An index that is no row reads the last one.
// CHECK-LABEL: @gather
// CHECK: scf.parallel (%[[M:.*]], %[[W:.*]]) = {{.*}} to (%c4, %c6)
// CHECK: %[[INDEX:.*]] = arith.index_cast %{{.*}} : i32 to index
// CHECK: arith.cmpi ult, %[[INDEX]], %c49
// CHECK: %[[ROW:.*]] = arith.select %{{.*}}, %[[INDEX]], %c49
// CHECK: memref.load %arg0[%[[ROW]], %[[W]]] : memref<50x6xf16>
func.func @gather(%t: memref<50x6xf16>, %i: memref<4xi32, #spm>, %d: memref<4x6xf16, #spm>) {
  %0 = accel.gather ins(%t, %i : memref<50x6xf16>, memref<4xi32, #spm>) outs(%d : memref<4x6xf16, #spm>)
  return
}

// Narrowing is done on integers, and so is widening.
// CHECK-LABEL: @narrow
// CHECK-NOT: arith.truncf
// CHECK: %[[H:.*]] = arith.bitcast %{{.*}} : i16 to f16
// CHECK-NEXT: memref.store %[[H]], %arg1
// CHECK: arith.bitcast %{{.*}} : f16 to i16
// CHECK-NOT: arith.extf
// CHECK: memref.store %{{.*}}, %arg2
func.func @narrow(%x: memref<2x3xf32, #spm>, %y: memref<2x3xf16, #spm>, %z: memref<2x3xf32, #spm>) {
  %0 = accel.narrow ins(%x : memref<2x3xf32, #spm>) outs(%y : memref<2x3xf16, #spm>)
  %1 = accel.widen ins(%y : memref<2x3xf16, #spm>) outs(%z : memref<2x3xf32, #spm>)
  return
}

// Whole sums are scaled as they are, and asum is not read; two scale groups share a scale of the activations.
// CHECK-LABEL: @dequant_whole
// CHECK-NOT: memref.load %arg1
// CHECK-NOT: arith.shrsi
// CHECK: scf.for %[[G:[a-z0-9]*]] = %c1 to %c4
// CHECK: memref.load %arg0[%[[G]], %{{.*}}, %{{.*}}] : memref<4x2x64xi32
// CHECK: %[[SPAN:.*]] = arith.divui %[[G]], %c2
// CHECK: memref.load %arg2[%{{.*}}, %[[SPAN]]] : memref<2x2xf32
// CHECK: memref.load %arg3[%{{.*}}, %[[G]], %{{.*}}] : memref<1x4x64xf32
func.func @dequant_whole(%isum: memref<4x2x64xi32, #acc>, %asum: memref<2x4xi32, #spm>, %s: memref<2x2xf32, #spm>,
                         %d: memref<1x4x64xf32, #spm>, %y: memref<2x64xf32, #spm>) {
  %t = accel.dequant ins(%isum, %asum, %s, %d : memref<4x2x64xi32, #acc>, memref<2x4xi32, #spm>, memref<2x2xf32, #spm>, memref<1x4x64xf32, #spm>)
    outs(%y : memref<2x64xf32, #spm>) {group = 16 : i64, bits = 0 : i64, zero = 0 : i64, act_group = 32 : i64}
  return
}
