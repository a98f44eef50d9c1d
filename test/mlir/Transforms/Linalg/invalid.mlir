// Every refusal, at the op: what L0 does not have, and forms that are no op of nn.
// RUN: %accord-opt %s --linalg-to-nn --split-input-file --verify-diagnostics

// Ops of other dialects, and of linalg's own that are neither products nor elementwise.

func.func @pad(%x: tensor<4x8xf32>) -> tensor<5x8xf32> {
  %zero = arith.constant 0.0 : f32
  // expected-error @+1 {{'tensor.pad' op is no op of L0: expected one that mlir/Transforms/Linalg/README.md lists, got 'tensor.pad'}}
  %y = tensor.pad %x low[0, 0] high[1, 0] {
    ^bb0(%i: index, %j: index):
      tensor.yield %zero : f32
  } : tensor<4x8xf32> to tensor<5x8xf32>
  return %y : tensor<5x8xf32>
}

// -----

func.func @on_tensors(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error @+1 {{'arith.addf' op is no op of L0}}
  %y = arith.addf %x, %x : tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

func.func @assertion(%c: i1) {
  // expected-error @+1 {{'cf.assert' op is no op of L0}}
  cf.assert %c, "mismatched size for broadcast"
  return
}

// -----

// expected-error @+1 {{'ml_program.global' op is no op of L0}}
ml_program.global private mutable @state(dense<0.0> : tensor<4xf32>) : tensor<4xf32>
func.func @global() -> tensor<4xf32> {
  %y = ml_program.global_load @state : tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @loop(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error @+1 {{'scf.for' op is no op of L0}}
  %y = scf.for %i = %c0 to %c1 step %c1 iter_args(%a = %x) -> tensor<4x8xf32> {
    scf.yield %a : tensor<4x8xf32>
  }
  return %y : tensor<4x8xf32>
}

// -----

func.func @convolution(%x: tensor<1x8x8x3xf32>, %w: tensor<3x3x3x16xf32>) -> tensor<1x6x6x16xf32> {
  %init = arith.constant dense<0.0> : tensor<1x6x6x16xf32>
  // expected-error @+1 {{'linalg.conv_2d_nhwc_hwcf' op expected operands that follow loops, got affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1 + d4, d2 + d5, d6)>}}
  %y = linalg.conv_2d_nhwc_hwcf ins(%x, %w : tensor<1x8x8x3xf32>, tensor<3x3x3x16xf32>) outs(%init : tensor<1x6x6x16xf32>) -> tensor<1x6x6x16xf32>
  return %y : tensor<1x6x6x16xf32>
}

// -----

func.func @reduction(%x: tensor<4x8xf32>) -> tensor<4xf32> {
  %init = arith.constant dense<0.0> : tensor<4xf32>
  // expected-error @+1 {{'linalg.reduce' op expected a sum of products of two operands (the only reduction of linalg that is an op of L0), got another reduction}}
  %y = linalg.reduce {arith.addf} ins(%x : tensor<4x8xf32>) outs(%init : tensor<4xf32>) dimensions = [1]
  return %y : tensor<4xf32>
}

// -----

func.func @max_reduction(%x: tensor<4x8xf32>, %z: tensor<4x8xf32>) -> tensor<4xf32> {
  %init = arith.constant dense<0.0> : tensor<4xf32>
  // expected-error @+1 {{'linalg.generic' op expected a sum of products of two operands}}
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>],
         iterator_types = ["parallel", "reduction"]} ins(%x, %z : tensor<4x8xf32>, tensor<4x8xf32>) outs(%init : tensor<4xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %p = arith.mulf %a, %b : f32
      %s = arith.maximumf %p, %c : f32
      linalg.yield %s : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

// Products.

func.func @accumulator_argument(%x: tensor<4x8xf32>, %w: tensor<8x16xf32>, %init: tensor<4x16xf32>) -> tensor<4x16xf32> {
  // expected-error @+1 {{'linalg.matmul' op expected an accumulator that starts at zero (linalg.fill of 0.0), got an argument; add it by an op of its own}}
  %y = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x16xf32>) outs(%init : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %y : tensor<4x16xf32>
}

// -----

func.func @accumulator_bias(%x: tensor<4x8xf32>, %w: tensor<8x16xf32>, %bias: tensor<16xf32>) -> tensor<4x16xf32> {
  %e = tensor.empty() : tensor<4x16xf32>
  %init = linalg.broadcast ins(%bias : tensor<16xf32>) outs(%e : tensor<4x16xf32>) dimensions = [0]
  // expected-error @+1 {{'linalg.matmul' op expected an accumulator that starts at zero (linalg.fill of 0.0), got 'linalg.broadcast'; add it by an op of its own}}
  %y = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x16xf32>) outs(%init : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %y : tensor<4x16xf32>
}

// -----

func.func @accumulator_one(%x: tensor<4x8xf32>, %w: tensor<8x16xf32>) -> tensor<4x16xf32> {
  %one = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<4x16xf32>
  %init = linalg.fill ins(%one : f32) outs(%e : tensor<4x16xf32>) -> tensor<4x16xf32>
  // expected-error @+1 {{'linalg.matmul' op expected an accumulator that starts at zero (linalg.fill of 0.0), got 1.000000e+00}}
  %y = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x16xf32>) outs(%init : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %y : tensor<4x16xf32>
}

// -----

func.func @accumulator_empty(%x: tensor<4x8xf32>, %w: tensor<8x16xf32>) -> tensor<4x16xf32> {
  %e = tensor.empty() : tensor<4x16xf32>
  // expected-error @+1 {{'linalg.matmul' op expected an accumulator that starts at zero (linalg.fill of 0.0), got 'tensor.empty'}}
  %y = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x16xf32>) outs(%e : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %y : tensor<4x16xf32>
}

// -----

func.func @integers(%x: tensor<4x8xi8>, %w: tensor<8x16xi8>) -> tensor<4x16xi32> {
  %init = arith.constant dense<0> : tensor<4x16xi32>
  // expected-error @+1 {{'linalg.matmul' op expected a sum of products of two operands}}
  %y = linalg.matmul ins(%x, %w : tensor<4x8xi8>, tensor<8x16xi8>) outs(%init : tensor<4x16xi32>) -> tensor<4x16xi32>
  return %y : tensor<4x16xi32>
}

// -----

func.func @double(%x: tensor<4x8xf64>, %w: tensor<8x16xf64>) -> tensor<4x16xf64> {
  %init = arith.constant dense<0.0> : tensor<4x16xf64>
  // expected-error @+1 {{'linalg.matmul' op expected an f32 accumulator, got 'tensor<4x16xf64>'}}
  %y = linalg.matmul ins(%x, %w : tensor<4x8xf64>, tensor<8x16xf64>) outs(%init : tensor<4x16xf64>) -> tensor<4x16xf64>
  return %y : tensor<4x16xf64>
}

// -----

func.func @half_both(%x: tensor<4x8xf16>, %w: tensor<8x16xf16>) -> tensor<4x16xf32> {
  %init = arith.constant dense<0.0> : tensor<4x16xf32>
  // expected-error @+1 {{'linalg.matmul' op expected a factor of f32 and one of f32, f16 or bf16, got 'f16' and 'f16'}}
  %y = linalg.matmul ins(%x, %w : tensor<4x8xf16>, tensor<8x16xf16>) outs(%init : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %y : tensor<4x16xf32>
}

// -----

func.func @batch(%x: tensor<2x4x8xf32>, %w: tensor<2x8x16xf32>) -> tensor<2x4x16xf32> {
  %init = arith.constant dense<0.0> : tensor<2x4x16xf32>
  // expected-error @+1 {{'linalg.batch_matmul' op expected a product of two matrices, got an axis of extent 2 that both factors share (a batch of products)}}
  %y = linalg.batch_matmul ins(%x, %w : tensor<2x4x8xf32>, tensor<2x8x16xf32>) outs(%init : tensor<2x4x16xf32>) -> tensor<2x4x16xf32>
  return %y : tensor<2x4x16xf32>
}

// -----

func.func @two_sums(%x: tensor<4x2x8xf32>, %w: tensor<2x8x16xf32>) -> tensor<4x16xf32> {
  %init = arith.constant dense<0.0> : tensor<4x16xf32>
  // expected-error @+1 {{'linalg.generic' op expected one axis to sum over, got several}}
  %y = linalg.generic {indexing_maps = [affine_map<(m, n, j, k) -> (m, j, k)>, affine_map<(m, n, j, k) -> (j, k, n)>, affine_map<(m, n, j, k) -> (m, n)>],
         iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%x, %w : tensor<4x2x8xf32>, tensor<2x8x16xf32>) outs(%init : tensor<4x16xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %p = arith.mulf %a, %b : f32
      %s = arith.addf %c, %p : f32
      linalg.yield %s : f32
  } -> tensor<4x16xf32>
  return %y : tensor<4x16xf32>
}

// -----

func.func @no_terms(%x: tensor<4x0xf32>, %w: tensor<0x16xf32>) -> tensor<4x16xf32> {
  %init = arith.constant dense<0.0> : tensor<4x16xf32>
  // expected-error @+1 {{'linalg.matmul' op expected at least one term to sum, got none}}
  %y = linalg.matmul ins(%x, %w : tensor<4x0xf32>, tensor<0x16xf32>) outs(%init : tensor<4x16xf32>) -> tensor<4x16xf32>
  return %y : tensor<4x16xf32>
}

// -----

// Rows on both sides of the summed axis: no view of the factor is a matrix.
func.func @mixed_axes(%x: tensor<2x8x4xf32>, %w: tensor<16x8xf32>) -> tensor<2x4x16xf32> {
  %init = arith.constant dense<0.0> : tensor<2x4x16xf32>
  // expected-error @+1 {{'linalg.generic' op expected factors whose axes form a matrix with the summed axis, got affine_map<(d0, d1, d2, d3) -> (d0, d3, d1)>}}
  %y = linalg.generic {indexing_maps = [affine_map<(b, m, n, k) -> (b, k, m)>, affine_map<(b, m, n, k) -> (n, k)>, affine_map<(b, m, n, k) -> (b, m, n)>],
         iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%x, %w : tensor<2x8x4xf32>, tensor<16x8xf32>) outs(%init : tensor<2x4x16xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %p = arith.mulf %a, %b : f32
      %s = arith.addf %c, %p : f32
      linalg.yield %s : f32
  } -> tensor<2x4x16xf32>
  return %y : tensor<2x4x16xf32>
}

// -----

func.func @mixed_result(%x: tensor<2x4x8xf32>, %w: tensor<16x8xf32>) -> tensor<2x16x4xf32> {
  %init = arith.constant dense<0.0> : tensor<2x16x4xf32>
  // expected-error @+1 {{'linalg.generic' op expected a result whose axes form rows, then columns, got affine_map<(d0, d1, d2, d3) -> (d0, d2, d1)>}}
  %y = linalg.generic {indexing_maps = [affine_map<(b, m, n, k) -> (b, m, k)>, affine_map<(b, m, n, k) -> (n, k)>, affine_map<(b, m, n, k) -> (b, n, m)>],
         iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%x, %w : tensor<2x4x8xf32>, tensor<16x8xf32>) outs(%init : tensor<2x16x4xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %p = arith.mulf %a, %b : f32
      %s = arith.addf %c, %p : f32
      linalg.yield %s : f32
  } -> tensor<2x16x4xf32>
  return %y : tensor<2x16x4xf32>
}

// -----

// Elementwise ops.

func.func @elements(%x: tensor<4x8xi32>) -> tensor<4x8xi32> {
  %e = tensor.empty() : tensor<4x8xi32>
  // expected-error @+1 {{'linalg.add' op expected a result of f32, got 'tensor<4x8xi32>'}}
  %y = linalg.add ins(%x, %x : tensor<4x8xi32>, tensor<4x8xi32>) outs(%e : tensor<4x8xi32>) -> tensor<4x8xi32>
  return %y : tensor<4x8xi32>
}

// -----

func.func @operand_elements(%x: tensor<4x8xf16>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  // expected-error @+1 {{'linalg.map' op expected operands that are f32 tensors or constants, got 'tensor<4x8xf16>'}}
  %y = linalg.map ins(%x : tensor<4x8xf16>) outs(%e : tensor<4x8xf32>)
    (%a: f16) {
      %0 = arith.extf %a : f16 to f32
      linalg.yield %0 : f32
    }
  return %y : tensor<4x8xf32>
}

// -----

func.func @scalar_operand(%c: f32) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  // expected-error @+1 {{'linalg.fill' op expected operands that are f32 tensors or constants, got 'f32'}}
  %y = linalg.fill ins(%c : f32) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

func.func @undefined(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  // expected-error @+1 {{'linalg.add' op expected operands that have values, got one that is tensor.empty}}
  %y = linalg.add ins(%x, %e : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

func.func @memory(%x: memref<4x8xf32>) {
  // expected-error @+1 {{'linalg.exp' op expected tensors and one result, got 0 results and memory}}
  linalg.exp ins(%x : memref<4x8xf32>) outs(%x : memref<4x8xf32>)
  return
}

// -----

func.func @two_results(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %e = tensor.empty() : tensor<8xf32>
  // expected-error @+1 {{'linalg.generic' op expected tensors and one result, got 2 results}}
  %y:2 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
         ins(%x : tensor<8xf32>) outs(%e, %e : tensor<8xf32>, tensor<8xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      linalg.yield %a, %a : f32, f32
  } -> (tensor<8xf32>, tensor<8xf32>)
  return %y#0, %y#1 : tensor<8xf32>, tensor<8xf32>
}

// -----

func.func @result_order(%x: tensor<4x8xf32>) -> tensor<8x4xf32> {
  %e = tensor.empty() : tensor<8x4xf32>
  // expected-error @+1 {{'linalg.generic' op expected a result that follows the loops in order, got affine_map<(d0, d1) -> (d1, d0)>}}
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1, d0)>], iterator_types = ["parallel", "parallel"]}
         ins(%x : tensor<4x8xf32>) outs(%e : tensor<8x4xf32>) {
    ^bb0(%a: f32, %b: f32):
      linalg.yield %a : f32
  } -> tensor<8x4xf32>
  return %y : tensor<8x4xf32>
}

// -----

func.func @strided(%x: tensor<8xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  // expected-error @+1 {{'linalg.generic' op expected operands that follow loops or stay at 0, got affine_map<(d0) -> (d0 * 2)>}}
  %y = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0 * 2)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
         ins(%x : tensor<8xf32>) outs(%e : tensor<4xf32>) {
    ^bb0(%a: f32, %b: f32):
      linalg.yield %a : f32
  } -> tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @permuted(%x: tensor<2x4x3x8xf32>) -> tensor<2x3x4x8xf32> {
  %e = tensor.empty() : tensor<2x3x4x8xf32>
  // expected-error @+1 {{'linalg.transpose' op expected axes that form the rows and columns of a matrix, got affine_map<(d0, d1, d2, d3) -> (d0, d2, d1, d3)>}}
  %y = linalg.transpose ins(%x : tensor<2x4x3x8xf32>) outs(%e : tensor<2x3x4x8xf32>) permutation = [0, 2, 1, 3]
  return %y : tensor<2x3x4x8xf32>
}

// -----

// Rows by one operand, columns by another: no one split serves both.
func.func @crossed(%x: tensor<2x4x8xf32>, %a: tensor<2x4xf32>, %b: tensor<4x8xf32>) -> tensor<2x4x8xf32> {
  %e = tensor.empty() : tensor<2x4x8xf32>
  // expected-error @+1 {{'linalg.generic' op expected axes that form the rows and columns of a matrix, got affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d1, d2)>}}
  %y = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (i, j)>, affine_map<(i, j, k) -> (j, k)>, affine_map<(i, j, k) -> (i, j, k)>],
         iterator_types = ["parallel", "parallel", "parallel"]} ins(%x, %a, %b : tensor<2x4x8xf32>, tensor<2x4xf32>, tensor<4x8xf32>) outs(%e : tensor<2x4x8xf32>) {
    ^bb0(%0: f32, %1: f32, %2: f32, %out: f32):
      %3 = arith.addf %0, %1 : f32
      %4 = arith.addf %3, %2 : f32
      linalg.yield %4 : f32
  } -> tensor<2x4x8xf32>
  return %y : tensor<2x4x8xf32>
}

// -----

// Bodies; the error stands at the op of the body.

func.func @function(%x: tensor<8xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %y = linalg.map ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>)
    (%a: f32) {
      // expected-error @+1 {{'math.log' op expected an op that an elementwise body may hold (mlir/Transforms/Linalg/README.md lists them), got this one}}
      %0 = math.log %a : f32
      linalg.yield %0 : f32
    }
  return %y : tensor<8xf32>
}

// -----

func.func @fused(%x: tensor<8xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %y = linalg.map ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>)
    (%a: f32) {
      // expected-error @+1 {{'math.fma' op expected an op that an elementwise body may hold}}
      %0 = math.fma %a, %a, %a : f32
      linalg.yield %0 : f32
    }
  return %y : tensor<8xf32>
}

// -----

func.func @root(%x: tensor<8xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %y = linalg.map ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>)
    (%a: f32) {
      // expected-error @+1 {{'math.sqrt' op expected a root of a constant, got one of a value; exact mode has rsqrt}}
      %0 = math.sqrt %a : f32
      linalg.yield %0 : f32
    }
  return %y : tensor<8xf32>
}

// -----

func.func @power(%x: tensor<8xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %c = arith.constant 2.5 : f32
  %y = linalg.map ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>)
    (%a: f32) {
      // expected-error @+1 {{'math.powf' op expected a constant exponent from 1 to 8, got another or a value}}
      %0 = math.powf %a, %c : f32
      linalg.yield %0 : f32
    }
  return %y : tensor<8xf32>
}

// -----

func.func @outside(%x: tensor<8xf32>, %c: f32) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %y = linalg.map ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>)
    (%a: f32) {
      // expected-error @+1 {{'arith.addf' op expected values of the body and constants, got a value from outside of it}}
      %0 = arith.addf %a, %c : f32
      linalg.yield %0 : f32
    }
  return %y : tensor<8xf32>
}

// -----

func.func @narrow(%x: tensor<8xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %y = linalg.map ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>)
    (%a: f32) {
      // expected-error @+1 {{'arith.truncf' op expected f32 in the body of an elementwise op, got 'f32' to 'f16'}}
      %0 = arith.truncf %a : f32 to f16
      %1 = arith.extf %0 : f16 to f32
      linalg.yield %1 : f32
    }
  return %y : tensor<8xf32>
}

// -----

func.func @index(%x: tensor<8xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
         ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) {
    ^bb0(%a: f32, %b: f32):
      // expected-error @+1 {{'linalg.index' op expected f32 in the body of an elementwise op, got 'index'}}
      %i = linalg.index 0 : index
      %j = arith.index_cast %i : index to i32
      %k = arith.sitofp %j : i32 to f32
      %s = arith.addf %a, %k : f32
      linalg.yield %s : f32
  } -> tensor<8xf32>
  return %y : tensor<8xf32>
}

// -----

func.func @softmax_dimension(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  // expected-error @+1 {{'linalg.softmax' op expected the last dimension, 1, with at least one element, got dimension 0 of 'tensor<4x8xf32>'}}
  %y = linalg.softmax dimension(0) ins(%x : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// -----

func.func @softmax_elements(%x: tensor<4x8xf64>) -> tensor<4x8xf64> {
  %e = tensor.empty() : tensor<4x8xf64>
  // expected-error @+1 {{'linalg.softmax' op expected f32, got 'tensor<4x8xf64>'}}
  %y = linalg.softmax dimension(1) ins(%x : tensor<4x8xf64>) outs(%e : tensor<4x8xf64>) -> tensor<4x8xf64>
  return %y : tensor<4x8xf64>
}

// -----

// expected-error @+1 {{'func.func' op expected a function of one block at L0, got 2}}
func.func @blocks(%x: tensor<8xf32>) -> tensor<8xf32> {
  %y = func.call @callee(%x) : (tensor<8xf32>) -> tensor<8xf32>
  return %y : tensor<8xf32>
^never:
  return %x : tensor<8xf32>
}
func.func private @callee(tensor<8xf32>) -> tensor<8xf32>

// -----

func.func @dynamic_view(%x: tensor<?x?x8xf32>, %b: tensor<8xf32>, %m: index, %n: index) -> tensor<?x?x8xf32> {
  %e = tensor.empty(%m, %n) : tensor<?x?x8xf32>
  // expected-error @+1 {{'linalg.generic' op expected at most one dynamic extent among axes that become one, got 2}}
  %y = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (k)>, affine_map<(i, j, k) -> (i, j, k)>],
         iterator_types = ["parallel", "parallel", "parallel"]} ins(%x, %b : tensor<?x?x8xf32>, tensor<8xf32>) outs(%e : tensor<?x?x8xf32>) {
    ^bb0(%0: f32, %1: f32, %out: f32):
      %3 = arith.addf %0, %1 : f32
      linalg.yield %3 : f32
  } -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @softmax_of_nothing(%x: tensor<4x0xf32>) -> tensor<4x0xf32> {
  %e = tensor.empty() : tensor<4x0xf32>
  // expected-error @+1 {{expected the last dimension, 1, with at least one element, got dimension 1 of 'tensor<4x0xf32>'}}
  %y = linalg.softmax dimension(1) ins(%x : tensor<4x0xf32>) outs(%e : tensor<4x0xf32>) -> tensor<4x0xf32>
  return %y : tensor<4x0xf32>
}

// -----

func.func @zeroth_power(%x: tensor<8xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %c = arith.constant 0 : i32
  %y = linalg.map ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>)
    (%a: f32) {
      // expected-error @+1 {{'math.fpowi' op expected a constant exponent from 1 to 8, got another or a value}}
      %0 = math.fpowi %a, %c : f32, i32
      linalg.yield %0 : f32
    }
  return %y : tensor<8xf32>
}

// -----

// What another module may read is not dropped.
// expected-error @+1 {{'ml_program.global' op is no op of L0}}
ml_program.global public @shared(dense<0.0> : tensor<4xf32>) : tensor<4xf32>

// -----

// Columns of the weights in another order than the result's.
func.func @turned_columns(%x: tensor<4x8xf32>, %w: tensor<2x3x8xf32>) -> tensor<4x3x2xf32> {
  %init = arith.constant dense<0.0> : tensor<4x3x2xf32>
  // expected-error @+1 {{'linalg.generic' op expected factors whose axes form a matrix with the summed axis, got affine_map<(d0, d1, d2, d3) -> (d2, d1, d3)>}}
  %y = linalg.generic {indexing_maps = [affine_map<(m, a, b, k) -> (m, k)>, affine_map<(m, a, b, k) -> (b, a, k)>, affine_map<(m, a, b, k) -> (m, a, b)>],
         iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%x, %w : tensor<4x8xf32>, tensor<2x3x8xf32>) outs(%init : tensor<4x3x2xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %p = arith.mulf %a, %b : f32
      %s = arith.addf %c, %p : f32
      linalg.yield %s : f32
  } -> tensor<4x3x2xf32>
  return %y : tensor<4x3x2xf32>
}

// -----

// Columns of a result in another order than its loops.
func.func @turned_result(%x: tensor<4x8xf32>, %w: tensor<3x2x8xf32>) -> tensor<4x2x3xf32> {
  %init = arith.constant dense<0.0> : tensor<4x2x3xf32>
  // expected-error @+1 {{'linalg.generic' op expected a result whose axes form rows, then columns, got affine_map<(d0, d1, d2, d3) -> (d0, d2, d1)>}}
  %y = linalg.generic {indexing_maps = [affine_map<(m, a, b, k) -> (m, k)>, affine_map<(m, a, b, k) -> (a, b, k)>, affine_map<(m, a, b, k) -> (m, b, a)>],
         iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%x, %w : tensor<4x8xf32>, tensor<3x2x8xf32>) outs(%init : tensor<4x2x3xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %p = arith.mulf %a, %b : f32
      %s = arith.addf %c, %p : f32
      linalg.yield %s : f32
  } -> tensor<4x2x3xf32>
  return %y : tensor<4x2x3xf32>
}

// -----

func.func @second_row(%x: tensor<2x8xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  // expected-error @+1 {{'linalg.generic' op expected operands that follow loops or stay at 0, got affine_map<(d0, d1) -> (1, d1)>}}
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (1, j)>, affine_map<(i, j) -> (i, j)>],
         iterator_types = ["parallel", "parallel"]} ins(%x : tensor<2x8xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%a: f32, %c: f32):
      %n = arith.negf %a : f32
      linalg.yield %n : f32
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
