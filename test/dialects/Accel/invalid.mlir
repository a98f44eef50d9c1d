// Every constraint of the accel commands, by its label in AccelOps.td.
// RUN: %accord-opt %s --split-input-file --verify-diagnostics

func.func @load_c1(%x: memref<8x64xf32>, %t: memref<8x32xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected source and dest of one shape and type}}
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
  // expected-error @+1 {{expected rank at most 4, got 5}}
  %0 = accel.load %x to %t : memref<1x1x1x1x8xf32> to memref<1x1x1x1x8xf32, #accel.mem<spm>>
  return
}

// -----

func.func @load_static(%x: memref<?xf32>, %t: memref<8xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected a static shape for source}}
  %0 = accel.load %x to %t : memref<?xf32> to memref<8xf32, #accel.mem<spm>>
  return
}

// -----

func.func @store_c1(%x: memref<8xf32>, %t: memref<8xi32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected source and dest of one shape and type}}
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
  // expected-error @+1 {{expected rank at most 4, got 5}}
  %0 = accel.store %t to %x : memref<1x1x1x1x8xf32, #accel.mem<acc>> to memref<1x1x1x1x8xf32>
  return
}

// -----

func.func @table_c1(%q: memref<2x64xi8, #accel.mem<spm>>, %t: memref<2x15x8xi16, #accel.mem<spm>>,
                    %a: memref<2x2xi32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected tables of shape and type 'tensor<2x16x8xi16>', got 'tensor<2x15x8xi16>'}}
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
  // expected-error @+1 {{expected isum of shape and type 'tensor<2x2x64xi32>', got 'tensor<1x2x64xi32>'}}
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

func.func @vector_c1(%x: memref<2x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{add expected 2 inputs, got 1}}
  %0 = accel.vector add ins(%x : memref<2x64xf32, #accel.mem<spm>>) outs(%x : memref<2x64xf32, #accel.mem<spm>>)
  return
}

// -----

func.func @vector_c2(%x: memref<2x64xf32, #accel.mem<spm>>, %y: memref<2x32xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected y of shape and type 'tensor<2x64xf32>', got 'tensor<2x32xf32>'}}
  %0 = accel.vector silu ins(%x : memref<2x64xf32, #accel.mem<spm>>) outs(%y : memref<2x32xf32, #accel.mem<spm>>)
  return
}

// -----

func.func @vector_c3_missing(%x: memref<2x64xf32, #accel.mem<spm>>, %w: memref<64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{rms_norm expected attribute 'eps'}}
  %0 = accel.vector rms_norm ins(%x, %w : memref<2x64xf32, #accel.mem<spm>>, memref<64xf32, #accel.mem<spm>>)
         outs(%x : memref<2x64xf32, #accel.mem<spm>>)
  return
}

// -----

func.func @vector_c3_foreign(%x: memref<2x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{silu takes no attribute 'group'}}
  %0 = accel.vector silu ins(%x : memref<2x64xf32, #accel.mem<spm>>) outs(%x : memref<2x64xf32, #accel.mem<spm>>)
         {group = 32 : i64}
  return
}

// -----

func.func @vector_c3_range(%x: memref<2x64xf32, #accel.mem<spm>>, %c: memref<2x24xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected head_dim to be even and to divide 64, got 48}}
  %0 = accel.vector rope ins(%x, %c, %c : memref<2x64xf32, #accel.mem<spm>>, memref<2x24xf32, #accel.mem<spm>>,
         memref<2x24xf32, #accel.mem<spm>>) outs(%x : memref<2x64xf32, #accel.mem<spm>>)
         {head_dim = 48 : i64, halves = false}
  return
}

// -----

func.func @vector_c4(%x: memref<2x64xf32>, %y: memref<2x64xf32, #accel.mem<spm>>) {
  // expected-error @+1 {{expected input in l2 or spm or acc or reg, got dram}}
  %0 = accel.vector silu ins(%x : memref<2x64xf32>) outs(%y : memref<2x64xf32, #accel.mem<spm>>)
  return
}
