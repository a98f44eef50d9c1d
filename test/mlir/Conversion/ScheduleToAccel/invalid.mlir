// What schedule-to-accel refuses.
// RUN: %accord-opt %s --split-input-file --verify-diagnostics --pass-pipeline="builtin.module(schedule-to-accel)"

// expected-error @+1 {{expected argument #0 to be a tensor of static shape, a cache or an index, got 'tensor<?x64xf32>'}}
func.func @dynamic(%x: tensor<?x64xf32>) {
  return
}

// -----

// expected-error @+1 {{expected argument #0 in storage planes, got gguf_q4_1}}
func.func @storage(%w: tensor<64x32x!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>>) {
  return
}

// -----

func.func @rows(%t: tensor<4xi32>, %w: tensor<64x32x!lut.weight<u4, group = 32, zero = 0, min, storage = planes>>) -> tensor<4x32xf32> {
  // expected-error @-1 {{expected argument #1 in the storage of a file, which nn.embed reads by rows, got planes}}
  %y0 = tensor.empty() : tensor<4x32xf32>
  %y = nn.embed ins(%t, %w : tensor<4xi32>, tensor<64x32x!lut.weight<u4, group = 32, zero = 0, min, storage = planes>>)
         outs(%y0 : tensor<4x32xf32>) -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// -----

// expected-error @+1 {{expected argument #0 to be a cache that nn.cache_append and nn.attention use, got 'memref<8x16xf32>'}}
func.func @memory(%m: memref<8x16xf32>) {
  return
}

// -----

func.func private @callee(tensor<4x64xf32>) -> tensor<4x64xf32>
func.func @sequence(%x: tensor<4x64xf32>) -> tensor<4x64xf32> attributes {accel.sequence} {
  // expected-error @+1 {{expected a call of a function that is a program, got 'callee'}}
  %y = func.call @callee(%x) : (tensor<4x64xf32>) -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// -----

// expected-error @+1 {{expected result #0 to be a tensor of static shape, got 'f32'}}
func.func @result(%x: tensor<4x64xf32>) -> f32 {
  %f = arith.constant 0.0 : f32
  return %f : f32
}

// -----

func.func @forward(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  // expected-error @+1 {{expected result #0 to be computed by an op of this function, and returned once}}
  return %x : tensor<4x64xf32>
}

// -----

func.func private @callee(tensor<4x64xf32>) -> tensor<4x64xf32>
func.func @call(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  // expected-error @+1 {{expected lut and nn ops in scf.for loops, got 'func.call'}}
  %y = func.call @callee(%x) : (tensor<4x64xf32>) -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// -----

func.func @destination(%x: tensor<4x64xf32>, %y0: tensor<4x64xf32>) -> tensor<4x64xf32> {
  // expected-error @+1 {{expected a destination that starts from tensor.empty}}
  %y = nn.silu ins(%x : tensor<4x64xf32>) outs(%y0 : tensor<4x64xf32>) -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// -----

func.func @unwritten() -> tensor<4x64xf32> {
  %x = tensor.empty() : tensor<4x64xf32>
  %y0 = tensor.empty() : tensor<4x64xf32>
  // expected-error @-2 {{expected a tensor that this program computes, got one of 'tensor.empty'}}
  %y = nn.silu ins(%x : tensor<4x64xf32>) outs(%y0 : tensor<4x64xf32>) -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// -----

func.func @level(%q: tensor<4x64xi8>) -> (tensor<4x16x16xi16>, tensor<4x2xi32>) {
  %t0 = tensor.empty() : tensor<4x16x16xi16>
  %a0 = tensor.empty() : tensor<4x2xi32>
  // expected-error @+1 {{expected half tables, got full}}
  %t, %a = lut.precompute {form = full, group = 32} ins(%q : tensor<4x64xi8>)
             outs(%t0, %a0 : tensor<4x16x16xi16>, tensor<4x2xi32>) -> tensor<4x16x16xi16>, tensor<4x2xi32>
  return %t, %a : tensor<4x16x16xi16>, tensor<4x2xi32>
}

// -----

func.func @copied(%x: tensor<8x64xf32>) -> tensor<8x64xf32> {
  %y0 = tensor.empty() : tensor<8x64xf32>
  %t0 = tensor.empty() : tensor<8x64xf32>
  %t = nn.silu ins(%x : tensor<8x64xf32>) outs(%t0 : tensor<8x64xf32>) -> tensor<8x64xf32>
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  %y = scf.for %i = %c0 to %c8 step %c4 iter_args(%acc = %y0) -> tensor<8x64xf32> {
    %tile = tensor.extract_slice %t[%i, 0] [4, 64] [1, 1] : tensor<8x64xf32> to tensor<4x64xf32>
    // expected-error @+1 {{expected a tile that was computed in place, as tiling makes it}}
    %next = tensor.insert_slice %tile into %acc[%i, 0] [4, 64] [1, 1] : tensor<4x64xf32> into tensor<8x64xf32>
    scf.yield %next : tensor<8x64xf32>
  }
  return %y : tensor<8x64xf32>
}
