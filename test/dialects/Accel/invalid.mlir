// What the ISA's table refuses (sim/isa), and the constraints of accel.run by their labels in AccelOps.td.
// RUN: %accord-opt %s --split-input-file --verify-diagnostics

func.func @load_c1(%x: memref<8x64xf32>, %t: memref<8x32xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected dest [8,64] f32, got [8,32] f32}}
  %0 = accel.load %x to %t : memref<8x64xf32> to memref<8x32xf32, #accel.mem<spm>>
  return
}

// -----

func.func @load_c2(%x: memref<8xf32>, %t: memref<8xf32>) {
  // expected-error @+1 {{expected dest in l2 or spm or acc or reg, got dram}}
  %0 = accel.load %x to %t : memref<8xf32> to memref<8xf32>
  return
}

// -----

func.func @load_c3(%x: memref<1x1x1x1x8xf32>, %t: memref<1x1x1x1x8xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected source of rank 0 to 4, got 5}}
  %0 = accel.load %x to %t : memref<1x1x1x1x8xf32> to memref<1x1x1x1x8xf32, #accel.mem<spm>>
  return
}

// -----

func.func @load_static(%x: memref<?xf32>, %t: memref<8xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected a static shape of positive extents for source, got 'memref<?xf32>'}}
  %0 = accel.load %x to %t : memref<?xf32> to memref<8xf32, #accel.mem<spm>>
  return
}

// -----

func.func @store_c1(%x: memref<8xf32>, %t: memref<8xi32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected dest [8] i32, got [8] f32}}
  %0 = accel.store %t to %x : memref<8xi32, #accel.mem<spm>> to memref<8xf32>
  return
}

// -----

func.func @store_c2(%x: memref<8xf32>, %t: memref<8xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected source in l2 or spm or acc or reg, got dram}}
  %0 = accel.store %x to %t : memref<8xf32> to memref<8xf32, #accel.mem<spm>>
  return
}

// -----

func.func @store_c3(%x: memref<1x1x1x1x8xf32>, %t: memref<1x1x1x1x8xf32, #accel.mem<acc>>) {
  // expected-error @+1 {{expected source of rank 0 to 4, got 5}}
  %0 = accel.store %t to %x : memref<1x1x1x1x8xf32, #accel.mem<acc>> to memref<1x1x1x1x8xf32>
  return
}

// -----

func.func @table_c1(%q: memref<2x64xi8, #accel.mem<spm>>, %t: memref<2x15x8xi16, #accel.mem<spm>>,
                    %a: memref<2x2xi32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected tables [2,16,8] i16, got [2,15,8] i16}}
  %0 = accel.table ins(%q : memref<2x64xi8, #accel.mem<spm>>)
         outs(%t, %a : memref<2x15x8xi16, #accel.mem<spm>>, memref<2x2xi32, #accel.mem<spm>>) {group = 32 : i64}
  return
}

// -----

func.func @table_c2(%q: memref<2x64xi8, #accel.mem<spm>>, %t: memref<2x16x8xi16, #accel.mem<spm>>,
                    %a: memref<2x2xi32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected group to be a positive multiple of 4, got 30}}
  %0 = accel.table ins(%q : memref<2x64xi8, #accel.mem<spm>>)
         outs(%t, %a : memref<2x16x8xi16, #accel.mem<spm>>, memref<2x2xi32, #accel.mem<spm>>) {group = 30 : i64}
  return
}

// -----

func.func @table_c3(%q: memref<2x64xi8>, %t: memref<2x16x8xi16, #accel.mem<spm>>, %a: memref<2x2xi32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected codes in l2 or spm or acc or reg, got dram}}
  %0 = accel.table ins(%q : memref<2x64xi8>)
         outs(%t, %a : memref<2x16x8xi16, #accel.mem<spm>>, memref<2x2xi32, #accel.mem<spm>>) {group = 32 : i64}
  return
}

// -----

func.func @lmma_c1(%t: memref<2x16x8xi16, #accel.mem<spm>>, %p: memref<1x16x4x32xi8, #accel.mem<spm>>,
                   %i: memref<1x2x64xi32, #accel.mem<acc>>) {
  // expected-error @+1 {{expected isum [2,2,64] i32, got [1,2,64] i32}}
  %0 = accel.lmma ins(%t, %p : memref<2x16x8xi16, #accel.mem<spm>>, memref<1x16x4x32xi8, #accel.mem<spm>>)
         outs(%i : memref<1x2x64xi32, #accel.mem<acc>>) {group = 32 : i64}
  return
}

// -----

func.func @lmma_c2(%t: memref<2x16x8xi16, #accel.mem<spm>>, %p: memref<1x16x9x32xi8, #accel.mem<spm>>,
                   %i: memref<2x2x64xi32, #accel.mem<acc>>) {
  // expected-error @+1 {{expected 1 to 8 planes, got 9}}
  %0 = accel.lmma ins(%t, %p : memref<2x16x8xi16, #accel.mem<spm>>, memref<1x16x9x32xi8, #accel.mem<spm>>)
         outs(%i : memref<2x2x64xi32, #accel.mem<acc>>) {group = 32 : i64}
  return
}

// -----

func.func @lmma_c3(%t: memref<2x16x8xi16, #accel.mem<spm>>, %p: memref<1x16x4x32xi8, #accel.mem<spm>>,
                   %i: memref<2x2x64xi32, #accel.mem<acc>>) {
  // expected-error @+1 {{expected group to be a positive multiple of 4, got 0}}
  %0 = accel.lmma ins(%t, %p : memref<2x16x8xi16, #accel.mem<spm>>, memref<1x16x4x32xi8, #accel.mem<spm>>)
         outs(%i : memref<2x2x64xi32, #accel.mem<acc>>) {group = 0 : i64}
  return
}

// -----

func.func @lmma_c4(%t: memref<2x16x8xi16, #accel.mem<spm>>, %p: memref<1x16x4x32xi8, #accel.mem<spm>>,
                   %i: memref<2x2x64xi32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected isum in acc, got spm}}
  %0 = accel.lmma ins(%t, %p : memref<2x16x8xi16, #accel.mem<spm>>, memref<1x16x4x32xi8, #accel.mem<spm>>)
         outs(%i : memref<2x2x64xi32, #accel.mem<spm>>) {group = 32 : i64}
  return
}

// -----

func.func @mma_c1(%q: memref<2x64xi8, #accel.mem<spm>>, %p: memref<1x15x4x32xi8, #accel.mem<spm>>,
                  %i: memref<2x2x64xi32, #accel.mem<acc>>) {
  // expected-error @+1 {{expected planes [1,16,4,32] i8, got [1,15,4,32] i8}}
  %0 = accel.mma ins(%q, %p : memref<2x64xi8, #accel.mem<spm>>, memref<1x15x4x32xi8, #accel.mem<spm>>)
         outs(%i : memref<2x2x64xi32, #accel.mem<acc>>) {group = 32 : i64, zero = 0 : i64}
  return
}

// -----

func.func @mma_c2(%q: memref<2x64xi8, #accel.mem<spm>>, %p: memref<1x16x9x32xi8, #accel.mem<spm>>,
                  %i: memref<2x2x64xi32, #accel.mem<acc>>) {
  // expected-error @+1 {{expected 1 to 8 planes, got 9}}
  %0 = accel.mma ins(%q, %p : memref<2x64xi8, #accel.mem<spm>>, memref<1x16x9x32xi8, #accel.mem<spm>>)
         outs(%i : memref<2x2x64xi32, #accel.mem<acc>>) {group = 32 : i64, zero = 0 : i64}
  return
}

// -----

func.func @mma_c3(%q: memref<2x64xi8, #accel.mem<spm>>, %p: memref<1x16x4x32xi8, #accel.mem<spm>>,
                  %i: memref<2x2x64xi32, #accel.mem<acc>>) {
  // expected-error @+1 {{expected group to be a positive multiple of 4, got 30}}
  %0 = accel.mma ins(%q, %p : memref<2x64xi8, #accel.mem<spm>>, memref<1x16x4x32xi8, #accel.mem<spm>>)
         outs(%i : memref<2x2x64xi32, #accel.mem<acc>>) {group = 30 : i64, zero = 0 : i64}
  return
}

// -----

func.func @mma_c4(%q: memref<2x64xi8>, %p: memref<1x16x4x32xi8, #accel.mem<spm>>,
                  %i: memref<2x2x64xi32, #accel.mem<acc>>) {
  // expected-error @+1 {{expected codes in spm, got dram}}
  %0 = accel.mma ins(%q, %p : memref<2x64xi8>, memref<1x16x4x32xi8, #accel.mem<spm>>)
         outs(%i : memref<2x2x64xi32, #accel.mem<acc>>) {group = 32 : i64, zero = 0 : i64}
  return
}

// -----

func.func @mma_c5(%q: memref<2x64xi8, #accel.mem<spm>>, %p: memref<1x16x8x32xi8, #accel.mem<spm>>,
                  %i: memref<2x2x64xi32, #accel.mem<acc>>) {
  // expected-error @+1 {{expected codes u - zero that are int8 (-128 to 127), got 8 planes with zero 0}}
  %0 = accel.mma ins(%q, %p : memref<2x64xi8, #accel.mem<spm>>, memref<1x16x8x32xi8, #accel.mem<spm>>)
         outs(%i : memref<2x2x64xi32, #accel.mem<acc>>) {group = 32 : i64, zero = 0 : i64}
  return
}

// -----

func.func @mma_c5_code(%q: memref<2x64xi8, #accel.mem<spm>>, %p: memref<1x16x4x32xi8, #accel.mem<spm>>,
                       %i: memref<2x2x64xi32, #accel.mem<acc>>) {
  // expected-error @+1 {{expected codes u - zero that are int8 (-128 to 127), got 4 planes with zero 16}}
  %0 = accel.mma ins(%q, %p : memref<2x64xi8, #accel.mem<spm>>, memref<1x16x4x32xi8, #accel.mem<spm>>)
         outs(%i : memref<2x2x64xi32, #accel.mem<acc>>) {group = 32 : i64, zero = 16 : i64}
  return
}

// -----

func.func @group_sums_c2(%q: memref<2x64xi8, #accel.mem<spm>>, %a: memref<2x3xi32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected asum [2,2] i32, got [2,3] i32}}
  %0 = accel.group_sums ins(%q : memref<2x64xi8, #accel.mem<spm>>) outs(%a : memref<2x3xi32, #accel.mem<spm>>) {group = 32 : i64}
  return
}

// -----

func.func @group_sums_c3(%q: memref<2x64xi8, #accel.mem<spm>>, %a: memref<2x2xi32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected group of at least 1, got 0}}
  %0 = accel.group_sums ins(%q : memref<2x64xi8, #accel.mem<spm>>) outs(%a : memref<2x2xi32, #accel.mem<spm>>) {group = 0 : i64}
  return
}

// -----

func.func @vector_command(%x: memref<2x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected ','}}
  %0 = accel.rope ins(%x : memref<2x64xf32, #accel.mem<spm>>) outs(%x : memref<2x64xf32, #accel.mem<spm>>)
  return
}

// -----

func.func @vector_command(%x: memref<2x64xf32, #accel.mem<spm>>, %y: memref<2x32xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected x [2 or 1,32 or 1] or [32 or 1] f32, got [2,64] f32}}
  %0 = accel.map ins(%x : memref<2x64xf32, #accel.mem<spm>>) outs(%y : memref<2x32xf32, #accel.mem<spm>>) {body = "x0: v0 = sigmoid x0; v1 = mul x0 v0; yield v1"}
  return
}

// -----

func.func @vector_missing(%x: memref<2x64xf32, #accel.mem<spm>>, %w: memref<64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{requires attribute 'eps'}}
  %0 = accel.rms_norm ins(%x, %w : memref<2x64xf32, #accel.mem<spm>>, memref<64xf32, #accel.mem<spm>>)
         outs(%x : memref<2x64xf32, #accel.mem<spm>>)
  return
}

// -----

func.func @vector_foreign(%x: memref<2x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected no group, got one}}
  %0 = accel.map ins(%x : memref<2x64xf32, #accel.mem<spm>>) outs(%x : memref<2x64xf32, #accel.mem<spm>>)
         {body = "x0: v0 = sigmoid x0; v1 = mul x0 v0; yield v1", group = 32 : i64}
  return
}

// -----

func.func @vector_range(%x: memref<2x64xf32, #accel.mem<spm>>, %c: memref<2x24xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected head_dim to divide 64, got 48}}
  %0 = accel.rope ins(%x, %c, %c : memref<2x64xf32, #accel.mem<spm>>, memref<2x24xf32, #accel.mem<spm>>,
         memref<2x24xf32, #accel.mem<spm>>) outs(%x : memref<2x64xf32, #accel.mem<spm>>)
         {head_dim = 48 : i64, halves = false}
  return
}

// -----

func.func @vector_command(%x: memref<2x64xf32>, %y: memref<2x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected x in l2 or spm or acc or reg, got dram}}
  %0 = accel.map ins(%x : memref<2x64xf32>) outs(%y : memref<2x64xf32, #accel.mem<spm>>) {body = "x0: v0 = sigmoid x0; v1 = mul x0 v0; yield v1"}
  return
}

// -----

func.func @gather_c1(%t: memref<100x64xf32>, %i: memref<8xi32, #accel.mem<spm>>, %d: memref<8x32xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected dest [8,64] f32, got [8,32] f32}}
  %0 = accel.gather ins(%t, %i : memref<100x64xf32>, memref<8xi32, #accel.mem<spm>>) outs(%d : memref<8x32xf32, #accel.mem<spm>>)
  return
}

// -----

func.func @gather_c1_indices(%t: memref<100x64xf32>, %i: memref<8xf32, #accel.mem<spm>>, %d: memref<8x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected indices [8] i32, got [8] f32}}
  %0 = accel.gather ins(%t, %i : memref<100x64xf32>, memref<8xf32, #accel.mem<spm>>) outs(%d : memref<8x64xf32, #accel.mem<spm>>)
  return
}

// -----

func.func @gather_c1_rank(%t: memref<6400xf32>, %i: memref<8xi32, #accel.mem<spm>>, %d: memref<8x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected table of rank 2, got}}
  %0 = accel.gather ins(%t, %i : memref<6400xf32>, memref<8xi32, #accel.mem<spm>>) outs(%d : memref<8x64xf32, #accel.mem<spm>>)
  return
}

// -----

func.func @gather_c2(%t: memref<100x64xf32, #accel.mem<spm>>, %i: memref<8xi32, #accel.mem<spm>>, %d: memref<8x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected table in dram, got spm}}
  %0 = accel.gather ins(%t, %i : memref<100x64xf32, #accel.mem<spm>>, memref<8xi32, #accel.mem<spm>>) outs(%d : memref<8x64xf32, #accel.mem<spm>>)
  return
}

// -----

func.func @gather_c2_indices(%t: memref<100x64xf32>, %i: memref<8xi32>, %d: memref<8x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected indices in l2 or spm or acc or reg, got dram}}
  %0 = accel.gather ins(%t, %i : memref<100x64xf32>, memref<8xi32>) outs(%d : memref<8x64xf32, #accel.mem<spm>>)
  return
}

// -----

func.func @vector_expand(%c: memref<2x64xi8, #accel.mem<spm>>, %y: memref<2x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected ','}}
  %0 = accel.expand ins(%c : memref<2x64xi8, #accel.mem<spm>>)
         outs(%y : memref<2x64xf32, #accel.mem<spm>>) {group = 32 : i64, zero = 0 : i64}
  return
}

// -----

func.func @vector_outputs(%q: memref<2x32xf32, #accel.mem<spm>>, %k: memref<16x16xf16, #accel.mem<spm>>, %y: memref<2x32xf32, #accel.mem<spm>>) {
  // expected-error @+2 {{expected ':'}}
  %0 = accel.map ins(%q, %q : memref<2x32xf32, #accel.mem<spm>>, memref<2x32xf32, #accel.mem<spm>>)
         outs(%y, %y : memref<2x32xf32, #accel.mem<spm>>, memref<2x32xf32, #accel.mem<spm>>) {body = "x0 x1: v0 = f32 0; v1 = cmpf.ogt x0 v0; v2 = select v1 x0 v0; v3 = mul v2 v2; v4 = mul v3 x1; yield v4"}
  return
}

// -----

func.func @map_operand(%x: memref<2x64xf32, #accel.mem<spm>>, %u: memref<2x32xf32, #accel.mem<spm>>, %y: memref<2x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected x [2 or 1,64 or 1] or [64 or 1] f32, got [2,32] f32}}
  %0 = accel.map ins(%x, %u : memref<2x64xf32, #accel.mem<spm>>, memref<2x32xf32, #accel.mem<spm>>)
         outs(%y : memref<2x64xf32, #accel.mem<spm>>) {body = "x0 x1: v0 = f32 0; v1 = cmpf.ogt x0 v0; v2 = select v1 x0 v0; v3 = mul v2 v2; v4 = mul v3 x1; yield v4"}
  return
}

// -----

func.func @vector_narrow(%x: memref<2x64xf32, #accel.mem<spm>>, %y: memref<2x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected y [2,64] f16, got [2,64] f32}}
  %0 = accel.narrow ins(%x : memref<2x64xf32, #accel.mem<spm>>)
         outs(%y : memref<2x64xf32, #accel.mem<spm>>)
  return
}

// -----

func.func @vector_widen(%x: memref<2x64xf32, #accel.mem<spm>>, %y: memref<2x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected x [2,64] f16, got [2,64] f32}}
  %0 = accel.widen ins(%x : memref<2x64xf32, #accel.mem<spm>>)
         outs(%y : memref<2x64xf32, #accel.mem<spm>>)
  return
}

// -----

func.func @vector_expand(%c: memref<2x70xi8, #accel.mem<spm>>, %d: memref<2x2xf16, #accel.mem<spm>>, %y: memref<2x70xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected d [2,3] f16 or f32, got [2,2] f16}}
  %0 = accel.expand ins(%c, %d : memref<2x70xi8, #accel.mem<spm>>, memref<2x2xf16, #accel.mem<spm>>)
         outs(%y : memref<2x70xf32, #accel.mem<spm>>) {group = 32 : i64, zero = 8 : i64}
  return
}

// -----

func.func @vector_expand_min(%c: memref<2x64xi8, #accel.mem<spm>>, %d: memref<2x2xf16, #accel.mem<spm>>, %m: memref<2x2xf32, #accel.mem<spm>>, %y: memref<2x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected min [2,2] f16, got [2,2] f32}}
  %0 = accel.expand ins(%c, %d, %m : memref<2x64xi8, #accel.mem<spm>>, memref<2x2xf16, #accel.mem<spm>>, memref<2x2xf32, #accel.mem<spm>>)
         outs(%y : memref<2x64xf32, #accel.mem<spm>>) {group = 32 : i64, zero = 8 : i64}
  return
}

// -----

func.func @vector_expand_codes(%c: memref<2x64xi16, #accel.mem<spm>>, %d: memref<2x2xf16, #accel.mem<spm>>, %y: memref<2x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected codes [2,64] i8, got [2,64] i16}}
  %0 = accel.expand ins(%c, %d : memref<2x64xi16, #accel.mem<spm>>, memref<2x2xf16, #accel.mem<spm>>)
         outs(%y : memref<2x64xf32, #accel.mem<spm>>) {group = 32 : i64, zero = 8 : i64}
  return
}

// -----

func.func @vector_scores(%q: memref<2x32xf32, #accel.mem<spm>>, %k: memref<16x16xf16, #accel.mem<spm>>, %s: memref<8x15xf32, #accel.mem<spm>>, %n: index) {
  // expected-error @+1 {{expected s [8,16] f32, got [8,15] f32}}
  %0 = accel.scores ins(%q, %k : memref<2x32xf32, #accel.mem<spm>>, memref<16x16xf16, #accel.mem<spm>>)
         outs(%s : memref<8x15xf32, #accel.mem<spm>>) live(%n) {heads = 4 : i64, head_dim = 8 : i64, scale = 1.0 : f32}
  return
}

// -----

func.func @vector_scores_type(%q: memref<2x32xf32, #accel.mem<spm>>, %k: memref<16x16xi16, #accel.mem<spm>>, %s: memref<8x16xf32, #accel.mem<spm>>, %n: index) {
  // expected-error @+1 {{expected k [16,16] f16 or f32, got [16,16] i16}}
  %0 = accel.scores ins(%q, %k : memref<2x32xf32, #accel.mem<spm>>, memref<16x16xi16, #accel.mem<spm>>)
         outs(%s : memref<8x16xf32, #accel.mem<spm>>) live(%n) {heads = 4 : i64, head_dim = 8 : i64, scale = 1.0 : f32}
  return
}

// -----

func.func @vector_weigh(%a: memref<8x15xf32, #accel.mem<spm>>, %v: memref<16x16xf16, #accel.mem<spm>>, %y: memref<2x32xf32, #accel.mem<spm>>, %n: index) {
  // expected-error @+1 {{expected v [15,16] f16 or f32, got [16,16] f16}}
  %0 = accel.weigh ins(%a, %v : memref<8x15xf32, #accel.mem<spm>>, memref<16x16xf16, #accel.mem<spm>>)
         outs(%y : memref<2x32xf32, #accel.mem<spm>>) live(%n) {heads = 4 : i64, head_dim = 8 : i64}
  return
}

// -----

func.func @vector_scores_missing(%q: memref<2x32xf32, #accel.mem<spm>>, %k: memref<16x16xf16, #accel.mem<spm>>, %s: memref<8x16xf32, #accel.mem<spm>>, %n: index) {
  // expected-error @+1 {{requires attribute 'scale'}}
  %0 = accel.scores ins(%q, %k : memref<2x32xf32, #accel.mem<spm>>, memref<16x16xf16, #accel.mem<spm>>)
         outs(%s : memref<8x16xf32, #accel.mem<spm>>) live(%n) {heads = 4 : i64, head_dim = 8 : i64}
  return
}

// -----

func.func @vector_heads(%q: memref<2x32xf32, #accel.mem<spm>>, %k: memref<16x16xf16, #accel.mem<spm>>, %s: memref<8x16xf32, #accel.mem<spm>>, %n: index) {
  // expected-error @+1 {{expected q [2,24] f32, got [2,32] f32}}
  %0 = accel.scores ins(%q, %k : memref<2x32xf32, #accel.mem<spm>>, memref<16x16xf16, #accel.mem<spm>>)
         outs(%s : memref<8x16xf32, #accel.mem<spm>>) live(%n) {heads = 3 : i64, head_dim = 8 : i64, scale = 1.0 : f32}
  return
}

// -----

func.func @vector_cache_heads(%q: memref<2x32xf32, #accel.mem<spm>>, %k: memref<16x24xf16, #accel.mem<spm>>, %s: memref<8x16xf32, #accel.mem<spm>>, %n: index) {
  // expected-error @+1 {{expected k of heads of 8, a divisor of 4, got 24 columns}}
  %0 = accel.scores ins(%q, %k : memref<2x32xf32, #accel.mem<spm>>, memref<16x24xf16, #accel.mem<spm>>)
         outs(%s : memref<8x16xf32, #accel.mem<spm>>) live(%n) {heads = 4 : i64, head_dim = 8 : i64, scale = 1.0 : f32}
  return
}

// -----

func.func @vector_softmax_together(%x: memref<6x64xf32, #accel.mem<spm>>, %y: memref<6x64xf32, #accel.mem<spm>>, %n: index) {
  // expected-error @+1 {{expected live, heads and chunk together or none of them, got live, heads and no chunk}}
  %0 = accel.softmax ins(%x : memref<6x64xf32, #accel.mem<spm>>)
         outs(%y : memref<6x64xf32, #accel.mem<spm>>) live(%n) {heads = 3 : i64}
  return
}

// -----

func.func @vector_softmax_alone(%x: memref<6x64xf32, #accel.mem<spm>>, %y: memref<6x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected live, heads and chunk together or none of them, got no live, heads and chunk}}
  %0 = accel.softmax ins(%x : memref<6x64xf32, #accel.mem<spm>>)
         outs(%y : memref<6x64xf32, #accel.mem<spm>>) {heads = 3 : i64, chunk = 64 : i64}
  return
}

// -----

func.func @vector_softmax_heads(%x: memref<6x64xf32, #accel.mem<spm>>, %y: memref<6x64xf32, #accel.mem<spm>>, %n: index) {
  // expected-error @+1 {{expected heads to divide 6, got 4}}
  %0 = accel.softmax ins(%x : memref<6x64xf32, #accel.mem<spm>>)
         outs(%y : memref<6x64xf32, #accel.mem<spm>>) live(%n) {heads = 4 : i64, chunk = 64 : i64}
  return
}

// -----

func.func @vector_softmax_chunk(%x: memref<6x64xf32, #accel.mem<spm>>, %y: memref<6x64xf32, #accel.mem<spm>>, %n: index) {
  // expected-error @+1 {{expected chunk of at least 1, got 0}}
  %0 = accel.softmax ins(%x : memref<6x64xf32, #accel.mem<spm>>)
         outs(%y : memref<6x64xf32, #accel.mem<spm>>) live(%n) {heads = 3 : i64, chunk = 0 : i64}
  return
}

// -----

func.func @vector_expand_group(%c: memref<2x64xi8, #accel.mem<spm>>, %d: memref<2x2xf16, #accel.mem<spm>>, %y: memref<2x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected group of at least 1, got 0}}
  %0 = accel.expand ins(%c, %d : memref<2x64xi8, #accel.mem<spm>>, memref<2x2xf16, #accel.mem<spm>>)
         outs(%y : memref<2x64xf32, #accel.mem<spm>>) {group = 0 : i64, zero = 0 : i64}
  return
}

// -----

func.func @vector_expand_zero(%c: memref<2x64xi8, #accel.mem<spm>>, %d: memref<2x2xf16, #accel.mem<spm>>, %y: memref<2x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected zero from 0 to 255, got 256}}
  %0 = accel.expand ins(%c, %d : memref<2x64xi8, #accel.mem<spm>>, memref<2x2xf16, #accel.mem<spm>>)
         outs(%y : memref<2x64xf32, #accel.mem<spm>>) {group = 32 : i64, zero = 256 : i64}
  return
}

// -----

func.func @vector_bits(%i: memref<4x2x64xi32, #accel.mem<spm>>, %a: memref<2x4xi32, #accel.mem<spm>>, %s: memref<2x4xf32, #accel.mem<spm>>, %d: memref<1x4x64xf16, #accel.mem<spm>>, %y: memref<2x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected bits from 0 to 8, got 9}}
  %0 = accel.dequant ins(%i, %a, %s, %d : memref<4x2x64xi32, #accel.mem<spm>>, memref<2x4xi32, #accel.mem<spm>>, memref<2x4xf32, #accel.mem<spm>>, memref<1x4x64xf16, #accel.mem<spm>>)
         outs(%y : memref<2x64xf32, #accel.mem<spm>>) {bits = 9 : i64, group = 32 : i64, zero = 0 : i64}
  return
}

// -----

func.func @vector_zero(%i: memref<4x2x64xi32, #accel.mem<spm>>, %a: memref<2x4xi32, #accel.mem<spm>>, %s: memref<2x4xf32, #accel.mem<spm>>, %d: memref<1x4x64xf16, #accel.mem<spm>>, %y: memref<2x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected zero from 0 to 0, got 1}}
  %0 = accel.dequant ins(%i, %a, %s, %d : memref<4x2x64xi32, #accel.mem<spm>>, memref<2x4xi32, #accel.mem<spm>>, memref<2x4xf32, #accel.mem<spm>>, memref<1x4x64xf16, #accel.mem<spm>>)
         outs(%y : memref<2x64xf32, #accel.mem<spm>>) {bits = 0 : i64, group = 32 : i64, zero = 1 : i64}
  return
}

// -----

func.func @vector_exact(%i: memref<4x2x64xi32, #accel.mem<spm>>, %a: memref<2x4xi32, #accel.mem<spm>>, %s: memref<2x4xf32, #accel.mem<spm>>, %d: memref<1x4x64xf16, #accel.mem<spm>>, %y: memref<2x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{so that sums convert exactly, got group 516 and bits 8}}
  %0 = accel.dequant ins(%i, %a, %s, %d : memref<4x2x64xi32, #accel.mem<spm>>, memref<2x4xi32, #accel.mem<spm>>, memref<2x4xf32, #accel.mem<spm>>, memref<1x4x64xf16, #accel.mem<spm>>)
         outs(%y : memref<2x64xf32, #accel.mem<spm>>) {bits = 0 : i64, group = 516 : i64, zero = 0 : i64}
  return
}

// -----

func.func @vector_act_group(%i: memref<4x2x64xi32, #accel.mem<spm>>, %a: memref<2x4xi32, #accel.mem<spm>>, %s: memref<2x4xf32, #accel.mem<spm>>, %d: memref<1x4x64xf16, #accel.mem<spm>>, %y: memref<2x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected scales [2,3] f32, got [2,4] f32}}
  %0 = accel.dequant ins(%i, %a, %s, %d : memref<4x2x64xi32, #accel.mem<spm>>, memref<2x4xi32, #accel.mem<spm>>, memref<2x4xf32, #accel.mem<spm>>, memref<1x4x64xf16, #accel.mem<spm>>)
         outs(%y : memref<2x64xf32, #accel.mem<spm>>) {bits = 4 : i64, group = 32 : i64, zero = 0 : i64, act_group = 48 : i64}
  return
}

// -----

func.func @vector_act_group(%i: memref<4x2x64xi32, #accel.mem<spm>>, %a: memref<2x4xi32, #accel.mem<spm>>, %s: memref<2x4xf32, #accel.mem<spm>>, %d: memref<1x4x64xf16, #accel.mem<spm>>, %y: memref<2x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected scales [2,2] f32, got [2,4] f32}}
  %0 = accel.dequant ins(%i, %a, %s, %d : memref<4x2x64xi32, #accel.mem<spm>>, memref<2x4xi32, #accel.mem<spm>>, memref<2x4xf32, #accel.mem<spm>>, memref<1x4x64xf16, #accel.mem<spm>>)
         outs(%y : memref<2x64xf32, #accel.mem<spm>>) {bits = 4 : i64, group = 32 : i64, zero = 0 : i64, act_group = 64 : i64}
  return
}

// -----

func.func @vector_weight_group(%i: memref<4x2x64xi32, #accel.mem<spm>>, %a: memref<2x4xi32, #accel.mem<spm>>, %s: memref<2x4xf32, #accel.mem<spm>>, %d: memref<1x4x64xf16, #accel.mem<spm>>, %y: memref<2x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected d [1,2,64] f16 or f32, got [1,4,64] f16}}
  %0 = accel.dequant ins(%i, %a, %s, %d : memref<4x2x64xi32, #accel.mem<spm>>, memref<2x4xi32, #accel.mem<spm>>, memref<2x4xf32, #accel.mem<spm>>, memref<1x4x64xf16, #accel.mem<spm>>)
         outs(%y : memref<2x64xf32, #accel.mem<spm>>) {bits = 4 : i64, group = 32 : i64, zero = 0 : i64, weight_group = 96 : i64}
  return
}

// -----

func.func @vector_min(%i: memref<4x2x64xi32, #accel.mem<spm>>, %a: memref<2x4xi32, #accel.mem<spm>>, %s: memref<2x4xf32, #accel.mem<spm>>, %d: memref<1x4x64xf32, #accel.mem<spm>>, %m: memref<1x4x64xf16, #accel.mem<spm>>, %y: memref<2x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected min [1,4,64] f32, got [1,4,64] f16}}
  %0 = accel.dequant ins(%i, %a, %s, %d, %m : memref<4x2x64xi32, #accel.mem<spm>>, memref<2x4xi32, #accel.mem<spm>>, memref<2x4xf32, #accel.mem<spm>>, memref<1x4x64xf32, #accel.mem<spm>>, memref<1x4x64xf16, #accel.mem<spm>>)
         outs(%y : memref<2x64xf32, #accel.mem<spm>>) {bits = 4 : i64, group = 32 : i64, zero = 0 : i64}
  return
}

// -----

func.func @vector_live_missing(%q: memref<2x32xf32, #accel.mem<spm>>, %k: memref<16x16xf16, #accel.mem<spm>>, %s: memref<8x16xf32, #accel.mem<spm>>) {
  // expected-error @+2 {{custom op 'accel.scores' expected 'live'}}
  %0 = accel.scores ins(%q, %k : memref<2x32xf32, #accel.mem<spm>>, memref<16x16xf16, #accel.mem<spm>>)
         outs(%s : memref<8x16xf32, #accel.mem<spm>>) {heads = 4 : i64, head_dim = 8 : i64, scale = 1.0 : f32}
  return
}

// -----

func.func @vector_live_foreign(%x: memref<6x64xf32, #accel.mem<spm>>, %y: memref<6x64xf32, #accel.mem<spm>>, %n: index) {
  // expected-error @+2 {{custom op 'live' is unknown}}
  %0 = accel.map ins(%x : memref<6x64xf32, #accel.mem<spm>>)
         outs(%y : memref<6x64xf32, #accel.mem<spm>>) live(%n) {body = "x0: v0 = sigmoid x0; v1 = mul x0 v0; yield v1"}
  return
}

// -----

func.func @vector_accumulate(%q: memref<2x32xf32, #accel.mem<spm>>, %k: memref<16x16xf16, #accel.mem<spm>>, %s: memref<8x16xf32, #accel.mem<spm>>, %n: index, %f: i1) {
  // expected-error @+2 {{custom op 'accel.scores' expected 'live'}}
  %0 = accel.scores ins(%q, %k : memref<2x32xf32, #accel.mem<spm>>, memref<16x16xf16, #accel.mem<spm>>)
         outs(%s : memref<8x16xf32, #accel.mem<spm>>) accumulate(%f) live(%n) {heads = 4 : i64, head_dim = 8 : i64, scale = 1.0 : f32}
  return
}

// -----

func.func @vector_eps(%x: memref<2x32xf32, #accel.mem<spm>>, %w: memref<32xf32, #accel.mem<spm>>, %y: memref<2x32xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected a finite, not negative eps, got -1.000000}}
  %0 = accel.rms_norm ins(%x, %w : memref<2x32xf32, #accel.mem<spm>>, memref<32xf32, #accel.mem<spm>>)
         outs(%y : memref<2x32xf32, #accel.mem<spm>>) {eps = -1.0 : f32}
  return
}

// -----

func.func @vector_scale(%q: memref<2x32xf32, #accel.mem<spm>>, %k: memref<16x16xf16, #accel.mem<spm>>, %s: memref<8x16xf32, #accel.mem<spm>>, %n: index) {
  // expected-error @+1 {{expected a finite scale, got nan}}
  %0 = accel.scores ins(%q, %k : memref<2x32xf32, #accel.mem<spm>>, memref<16x16xf16, #accel.mem<spm>>)
         outs(%s : memref<8x16xf32, #accel.mem<spm>>) live(%n) {heads = 4 : i64, head_dim = 8 : i64, scale = 0x7FC00000 : f32}
  return
}

// -----

func.func @vector_in_place(%x: memref<2x32xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected outputs apart from inputs and from each other, got y twice}}
  %0 = accel.map ins(%x : memref<2x32xf32, #accel.mem<spm>>) outs(%x : memref<2x32xf32, #accel.mem<spm>>) {body = "x0: v0 = sigmoid x0; v1 = mul x0 v0; yield v1"}
  return
}

// -----

func.func @run_c1(%x: memref<16xf32>) {
  %c0 = arith.constant 0 : index
  // expected-error @+1 {{expected 'nowhere' to be a function with accel.program, got none}}
  accel.run @nowhere(%x) at(%c0) : memref<16xf32>
  return
}

// -----

func.func private @part(memref<4xf32>, index)
func.func @run_c1_without(%x: memref<16xf32>) {
  %c0 = arith.constant 0 : index
  // expected-error @+1 {{expected 'part' to be a function with accel.program, got one without}}
  accel.run @part(%x) at(%c0) scalars(%c0) : memref<16xf32>
  return
}

// -----

func.func private @part(memref<4xf32>, index) attributes {accel.program}
func.func @run_c2(%x: memref<16xf32>) {
  %c0 = arith.constant 0 : index
  // expected-error @+1 {{expected 1 buffers, as many offsets and 1 scalars for 'part', got 1, 1 and 0}}
  accel.run @part(%x) at(%c0) : memref<16xf32>
  return
}

// -----

func.func private @part(memref<4xf32>) attributes {accel.program}
func.func @run_c3_element(%x: memref<16xi32>) {
  %c0 = arith.constant 0 : index
  // expected-error @+1 {{expected buffer #0 to hold a window like 'memref<4xf32>' at 0, got 'memref<16xi32>'}}
  accel.run @part(%x) at(%c0) : memref<16xi32>
  return
}

// -----

func.func private @part(memref<4xf32>) attributes {accel.program}
func.func @run_c3_end(%x: memref<16xf32>) {
  %last = arith.constant 12 : index
  accel.run @part(%x) at(%last) : memref<16xf32>
  %c13 = arith.constant 13 : index
  // expected-error @+1 {{expected buffer #0 to hold a window like 'memref<4xf32>' at 13, got 'memref<16xf32>'}}
  accel.run @part(%x) at(%c13) : memref<16xf32>
  return
}

// -----

func.func private @part(memref<4xf32>) attributes {accel.program}
func.func @run_c3_begin(%x: memref<16xf32>) {
  %before = arith.constant -1 : index
  // expected-error @+1 {{expected buffer #0 to hold a window like 'memref<4xf32>' at -1, got 'memref<16xf32>'}}
  accel.run @part(%x) at(%before) : memref<16xf32>
  return
}

// -----

func.func private @part(memref<4xf32>) attributes {accel.program}
func.func @run_c4(%x: memref<16xf32, #accel.mem<spm>>) {
  %c0 = arith.constant 0 : index
  // expected-error @+1 {{expected buffer #0 to be dense, of static shape and in dram}}
  accel.run @part(%x) at(%c0) : memref<16xf32, #accel.mem<spm>>
  return
}

// -----

func.func @live_as_an_attribute(%x: memref<6x16xf32, #accel.mem<spm>>, %y: memref<6x16xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected live as an operand, got an attribute}}
  %0 = accel.softmax ins(%x : memref<6x16xf32, #accel.mem<spm>>) outs(%y : memref<6x16xf32, #accel.mem<spm>>)
         {live = 3 : i64, heads = 2 : i64, chunk = 16 : i64}
  return
}

// -----

func.func @field_of_another_command(%x: memref<6x16xf32, #accel.mem<spm>>, %y: memref<6x16xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected no zero, got one}}
  %0 = accel.map ins(%x : memref<6x16xf32, #accel.mem<spm>>) outs(%y : memref<6x16xf32, #accel.mem<spm>>)
         {body = "x0: v0 = sigmoid x0; v1 = mul x0 v0; yield v1", zero = "none"}
  return
}

// -----

func.func @map_body(%x: memref<2x64xf32, #accel.mem<spm>>, %y: memref<2x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{body: column 10: expected a primitive or a built function, got 'sin'}}
  %0 = accel.map ins(%x : memref<2x64xf32, #accel.mem<spm>>) outs(%y : memref<2x64xf32, #accel.mem<spm>>)
         {body = "x0: v0 = sin x0; yield v0"}
  return
}

// -----

func.func @map_inputs(%x: memref<2x64xf32, #accel.mem<spm>>, %y: memref<2x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected a body of 1 inputs, got 2}}
  %0 = accel.map ins(%x : memref<2x64xf32, #accel.mem<spm>>) outs(%y : memref<2x64xf32, #accel.mem<spm>>)
         {body = "x0 x1: yield x1"}
  return
}

// -----

func.func @map_rank(%x: memref<1x2x64xf32, #accel.mem<spm>>, %y: memref<2x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected x [2 or 1,64 or 1] or [64 or 1] f32, got [1,2,64] f32}}
  %0 = accel.map ins(%x : memref<1x2x64xf32, #accel.mem<spm>>) outs(%y : memref<2x64xf32, #accel.mem<spm>>)
         {body = "x0: yield x0"}
  return
}

// -----

func.func @contract(%a: memref<2x64xf32, #accel.mem<spm>>, %b: memref<8x32xf16, #accel.mem<spm>>, %y: memref<2x8xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected b [8,64] f16 or f32, got [8,32] f16}}
  %0 = accel.contract ins(%a, %b : memref<2x64xf32, #accel.mem<spm>>, memref<8x32xf16, #accel.mem<spm>>)
         outs(%y : memref<2x8xf32, #accel.mem<spm>>)
  return
}
