// What an elementwise body becomes, op by op and idiom by idiom.
// RUN: %accord-opt %s --linalg-to-nn | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>

// As torch writes it: a NaN stays one.
// CHECK-LABEL: @relu(
// CHECK: ^bb0(%[[X:.*]]: f32):
// CHECK-NEXT: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// CHECK-NEXT: %[[C:.*]] = arith.cmpf ugt, %[[X]], %[[ZERO]] : f32
// CHECK-NEXT: %[[Y:.*]] = arith.select %[[C]], %[[X]], %[[ZERO]] : f32
// CHECK-NEXT: nn.yield %[[Y]]
func.func @relu(%a: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%a : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%x: f32, %out: f32):
      %c = arith.cmpf ugt, %x, %zero : f32
      %r = arith.select %c, %x, %zero : f32
      linalg.yield %r : f32
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// The same by name: against a constant that is no -0, maximumf is one compare.
// CHECK-LABEL: @relu_by_max(
// CHECK: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// CHECK-NEXT: %[[C:.*]] = arith.cmpf ugt, %[[X:.*]], %[[ZERO]] : f32
// CHECK-NEXT: arith.select %[[C]], %[[X]], %[[ZERO]] : f32
// CHECK-NEXT: nn.yield
func.func @relu_by_max(%a: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  %y = linalg.max ins(%f, %a : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// In general the larger of two zeros is +0, and a NaN wins.
// CHECK-LABEL: @max(
// CHECK: ^bb0(%[[A:.*]]: f32, %[[B:.*]]: f32):
// CHECK-DAG: %[[IA:.*]] = arith.bitcast %[[A]]
// CHECK-DAG: %[[IB:.*]] = arith.bitcast %[[B]]
// CHECK: %[[I:.*]] = arith.andi %[[IA]], %[[IB]]
// CHECK: %[[EQUAL:.*]] = arith.bitcast %[[I]] : i32 to f32
// CHECK: %[[NAN:.*]] = arith.addf %[[A]], %[[B]]
// CHECK: %[[C0:.*]] = arith.cmpf oeq, %[[A]], %[[B]]
// CHECK: %[[S0:.*]] = arith.select %[[C0]], %[[EQUAL]], %[[NAN]]
// CHECK: %[[C1:.*]] = arith.cmpf olt, %[[A]], %[[B]]
// CHECK: %[[S1:.*]] = arith.select %[[C1]], %[[B]], %[[S0]]
// CHECK: %[[C2:.*]] = arith.cmpf ogt, %[[A]], %[[B]]
// CHECK: arith.select %[[C2]], %[[A]], %[[S1]]
func.func @max(%a: tensor<4x8xf32>, %b: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %y = linalg.max ins(%a, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// The lower of two zeros is -0, so against +0 the short form would be wrong.
// CHECK-LABEL: @min_zero(
// CHECK: arith.ori
func.func @min_zero(%a: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %f = arith.constant dense<0.0> : tensor<4x8xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %y = linalg.min ins(%a, %f : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// Two ops, as torch writes silu; then the gate's product.
// CHECK-LABEL: @silu_mul(
// CHECK-NEXT: tensor.empty
// CHECK-NEXT: nn.silu_mul ins(%arg0, %arg1 : tensor<4x8xf32>, tensor<4x8xf32>)
// CHECK-NEXT: return
func.func @silu_mul(%g: tensor<4x8xf32>, %u: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %one = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%g : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%x: f32, %out: f32):
      %0 = arith.negf %x : f32
      %1 = math.exp %0 : f32
      %2 = arith.addf %1, %one : f32
      %3 = arith.divf %one, %2 : f32
      linalg.yield %3 : f32
  } -> tensor<4x8xf32>
  %m = linalg.mul ins(%s, %g : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  %y = linalg.mul ins(%m, %u : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// In one body, with the division in the numerator's place and the sign as a difference.
// CHECK-LABEL: @silu(
// CHECK: nn.silu ins(%arg0 : tensor<4x8xf32>)
// CHECK-LABEL: @swiglu(
// CHECK: nn.silu_mul ins(%arg1, %arg0 : tensor<4x8xf32>, tensor<4x8xf32>)
func.func @silu(%g: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %one = arith.constant 1.0 : f32
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%g : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%x: f32, %out: f32):
      %0 = arith.subf %zero, %x : f32
      %1 = math.exp %0 : f32
      %2 = arith.addf %one, %1 : f32
      %3 = arith.divf %x, %2 : f32
      linalg.yield %3 : f32
  } -> tensor<4x8xf32>
  return %s : tensor<4x8xf32>
}
func.func @swiglu(%u: tensor<4x8xf32>, %g: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %one = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %s = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%u, %g : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%v: f32, %x: f32, %out: f32):
      %0 = arith.negf %x : f32
      %1 = math.exp %0 : f32
      %2 = arith.addf %1, %one : f32
      %3 = arith.divf %one, %2 : f32
      %4 = arith.mulf %x, %3 : f32
      %5 = arith.mulf %v, %4 : f32
      linalg.yield %5 : f32
  } -> tensor<4x8xf32>
  return %s : tensor<4x8xf32>
}

// A sigmoid that something else reads stays, and so does the product.
// CHECK-LABEL: @read_twice(
// CHECK: nn.built sigmoid
// CHECK-NOT: nn.silu
// CHECK: return
func.func @read_twice(%g: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %one = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%g : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%x: f32, %out: f32):
      %0 = arith.negf %x : f32
      %1 = math.exp %0 : f32
      %2 = arith.addf %1, %one : f32
      %3 = arith.divf %one, %2 : f32
      linalg.yield %3 : f32
  } -> tensor<4x8xf32>
  %m = linalg.mul ins(%s, %g : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %s, %m : tensor<4x8xf32>, tensor<4x8xf32>
}

// GELU by tanh, as torch writes it: x^3 by products, constants in place.
// CHECK-LABEL: @gelu_tanh(
// CHECK: ^bb0(%[[X:.*]]: f32):
// CHECK-NEXT: %[[X2:.*]] = arith.mulf %[[X]], %[[X]] : f32
// CHECK-NEXT: %[[X3:.*]] = arith.mulf %[[X2]], %[[X]] : f32
// CHECK: nn.built tanh
// CHECK: nn.yield
func.func @gelu_tanh(%a: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %c3 = arith.constant 3 : i64
  %c = arith.constant 4.471500e-02 : f32
  %root = arith.constant 0.797884583 : f32
  %one = arith.constant 1.0 : f32
  %half = arith.constant 5.0e-01 : f64
  %e = tensor.empty() : tensor<4x8xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%a : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%x: f32, %out: f32):
      %0 = math.fpowi %x, %c3 : f32, i64
      %1 = arith.mulf %0, %c : f32
      %2 = arith.addf %x, %1 : f32
      %3 = arith.mulf %2, %root : f32
      %4 = math.tanh %3 : f32
      %5 = arith.addf %4, %one : f32
      %h = arith.truncf %half : f64 to f32
      %6 = arith.mulf %5, %h : f32
      %7 = arith.mulf %x, %6 : f32
      linalg.yield %7 : f32
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// GELU by erf, as torch writes it by default: x·(0.5·(1 + erf(x / sqrt 2))), f32(1 / f32(sqrt 2)) = 0.707106769.
// CHECK-LABEL: @gelu(
// CHECK: %[[C:.*]] = arith.constant 0.707106769 : f32
// CHECK: %[[S:.*]] = arith.mulf %{{.*}}, %[[C]] : f32
// CHECK: nn.built erf(%[[S]])
// CHECK: nn.yield
func.func @gelu(%a: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %root = arith.constant 1.41421354 : f32
  %one = arith.constant 1.0 : f32
  %half = arith.constant 5.0e-01 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%a : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%x: f32, %out: f32):
      %0 = arith.divf %x, %root : f32
      %1 = math.erf %0 : f32
      %2 = arith.addf %1, %one : f32
      %3 = arith.mulf %2, %half : f32
      %4 = arith.mulf %x, %3 : f32
      linalg.yield %4 : f32
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// By a power of two a division is an exact product; by another constant a product with the nearest reciprocal, f32(1/3)
// = 0x3eaaaaab; roots of constants are constants, f32(sqrt 2) = 1.41421354.
// CHECK-LABEL: @division(
// CHECK-DAG: %[[EIGHTH:.*]] = arith.constant 1.250000e-01 : f32
// CHECK-DAG: %[[THIRD:.*]] = arith.constant 0.333333343 : f32
// CHECK-DAG: %[[ROOT:.*]] = arith.constant 1.41421354 : f32
// CHECK-NOT: divf
// CHECK-NOT: sqrt
// CHECK: nn.yield
func.func @division(%a: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %eight = arith.constant 8.0 : f32
  %three = arith.constant 3.0 : f32
  %two = arith.constant 2.0 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%a : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%x: f32, %out: f32):
      %0 = arith.divf %x, %eight : f32
      %1 = arith.divf %0, %three : f32
      %2 = math.sqrt %two : f32
      %3 = arith.addf %1, %2 : f32
      linalg.yield %3 : f32
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// Fast-math flags permit, they do not ask: none stay. Logic of conditions, absolute value, a power by a float.
// CHECK-LABEL: @flags(
// CHECK-NOT: fastmath
// CHECK: arith.andi %{{.*}}, %{{.*}} : i1
// CHECK: nn.yield
func.func @flags(%a: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %two = arith.constant 2.0 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%a : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%x: f32, %out: f32):
      %0 = arith.addf %x, %two fastmath<fast> : f32
      %1 = math.absf %0 : f32
      %2 = math.powf %1, %two : f32
      %3 = arith.cmpf olt, %2, %x : f32
      %4 = arith.cmpf ord, %2, %x : f32
      %5 = arith.andi %3, %4 : i1
      %6 = arith.select %5, %2, %x : f32
      %7 = arith.maxnumf %6, %0 : f32
      linalg.yield %7 : f32
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// What only looks like a sigmoid is written out: 1 / (2 + e^-x), and 1 / (1 + e^(2 - x)).
// CHECK-LABEL: @no_sigmoid(
// CHECK-NOT: sigmoid
// CHECK-COUNT-2: nn.built exp
// CHECK: return
func.func @no_sigmoid(%g: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %one = arith.constant 1.0 : f32
  %two = arith.constant 2.0 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %a = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%g : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%x: f32, %out: f32):
      %0 = arith.negf %x : f32
      %1 = math.exp %0 : f32
      %2 = arith.addf %1, %two : f32
      %3 = arith.divf %one, %2 : f32
      linalg.yield %3 : f32
  } -> tensor<4x8xf32>
  %b = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%g : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%x: f32, %out: f32):
      %0 = arith.subf %two, %x : f32
      %1 = math.exp %0 : f32
      %2 = arith.addf %one, %1 : f32
      %3 = arith.divf %one, %2 : f32
      linalg.yield %3 : f32
  } -> tensor<4x8xf32>
  return %a, %b : tensor<4x8xf32>, tensor<4x8xf32>
}

// A silu that is returned too stays beside the product.
// CHECK-LABEL: @silu_read_twice(
// CHECK: %[[S:.*]] = nn.silu ins(%arg0
// CHECK-NOT: nn.silu_mul
// CHECK: return %[[S]]
func.func @silu_read_twice(%g: tensor<4x8xf32>, %u: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %one = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<4x8xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%g : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%x: f32, %out: f32):
      %0 = arith.negf %x : f32
      %1 = math.exp %0 : f32
      %2 = arith.addf %one, %1 : f32
      %3 = arith.divf %x, %2 : f32
      linalg.yield %3 : f32
  } -> tensor<4x8xf32>
  %m = linalg.mul ins(%s, %u : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %s, %m : tensor<4x8xf32>, tensor<4x8xf32>
}

// maxnumf: the first unless it is a NaN; of two NaNs one.
// CHECK-LABEL: @maxnum(
// CHECK: ^bb0(%[[A:.*]]: f32, %[[B:.*]]: f32):
// CHECK-NEXT: %[[U:.*]] = arith.cmpf uno, %[[B]], %[[B]] : f32
// CHECK-NEXT: %[[N:.*]] = arith.select %[[U]], %[[A]], %[[B]] : f32
// CHECK-NEXT: %[[G:.*]] = arith.cmpf ogt, %[[A]], %[[B]] : f32
// CHECK-NEXT: arith.select %[[G]], %[[A]], %[[N]] : f32
func.func @maxnum(%a: tensor<4x8xf32>, %b: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%a, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%x: f32, %z: f32, %out: f32):
      %0 = arith.maxnumf %x, %z : f32
      linalg.yield %0 : f32
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
