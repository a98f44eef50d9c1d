// Elementwise ops of linalg, by name, as maps and as generics, of any rank, become nn.add, nn.softmax or nn.map.
// RUN: %accord-opt %s --linalg-to-nn | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>
#unit_row = affine_map<(d0, d1) -> (0, d1)>
#column = affine_map<(d0, d1) -> (d0, 0)>
#turned = affine_map<(d0, d1) -> (d1, d0)>
#id1 = affine_map<(d0) -> (d0)>
#id3 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#last = affine_map<(d0, d1, d2) -> (d2)>
#first = affine_map<(d0, d1, d2) -> (d0)>
#inner = affine_map<(d0, d1, d2) -> (d1, d2)>

// CHECK-LABEL: @add(
// CHECK-NEXT: %[[E:.*]] = tensor.empty() : tensor<4x8xf32>
// CHECK-NEXT: nn.add ins(%arg0, %arg1 : tensor<4x8xf32>, tensor<4x8xf32>) outs(%[[E]] : tensor<4x8xf32>)
func.func @add(%a: tensor<4x8xf32>, %b: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %y = linalg.add ins(%a, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// CHECK-LABEL: @named(
func.func @named(%a: tensor<4x8xf32>, %b: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  // CHECK: nn.map ins(%{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<4x8xf32>)
  // CHECK: arith.subf
  %0 = linalg.sub ins(%a, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  // CHECK: arith.mulf
  %1 = linalg.mul ins(%0, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  // CHECK: %[[R:.*]] = nn.built rcp(%[[B:.*]])
  // CHECK: arith.mulf %{{.*}}, %[[R]]
  %2 = linalg.div ins(%1, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  // CHECK: nn.built exp
  %3 = linalg.exp ins(%2 : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  // CHECK: nn.built tanh
  %4 = linalg.tanh ins(%3 : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  // CHECK: nn.built rsqrt
  %5 = linalg.rsqrt ins(%4 : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  // CHECK: arith.negf
  %6 = linalg.negf ins(%5 : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  // CHECK: %[[I:.*]] = arith.bitcast %{{.*}} : f32 to i32
  // CHECK: %[[MASK:.*]] = arith.constant 2147483647 : i32
  // CHECK: %[[M:.*]] = arith.andi %[[I]], %[[MASK]]
  // CHECK: arith.bitcast %[[M]] : i32 to f32
  %7 = linalg.abs ins(%6 : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  // CHECK: %[[X:.*]] = nn.built rcp
  // CHECK-NEXT: nn.yield %[[X]]
  %8 = linalg.reciprocal ins(%7 : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  // CHECK: ^bb0(%[[S:.*]]: f32):
  // CHECK-NEXT: arith.mulf %[[S]], %[[S]]
  %9 = linalg.square ins(%8 : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %9 : tensor<4x8xf32>
}

// CHECK-LABEL: @map(
// CHECK: nn.map ins(%arg0, %arg1 :
// CHECK: arith.subf
func.func @map(%a: tensor<4x8xf32>, %b: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %y = linalg.map ins(%a, %b : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>)
    (%x: f32, %z: f32) {
      %s = arith.subf %x, %z : f32
      linalg.yield %s : f32
    }
  return %y : tensor<4x8xf32>
}

// A vector, a row, a column and a scalar are read where they are.
// CHECK-LABEL: @broadcast_operands(
// CHECK-NOT: nn.transpose
// CHECK: nn.map ins(%arg0, %arg1, %arg2, %arg3, %{{.*}} : tensor<4x8xf32>, tensor<8xf32>, tensor<1x8xf32>, tensor<4x1xf32>, tensor<1x1xf32>)
func.func @broadcast_operands(%a: tensor<4x8xf32>, %v: tensor<8xf32>, %r: tensor<1x8xf32>, %c: tensor<4x1xf32>,
                              %s: tensor<f32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #unit_row, #column, affine_map<(d0, d1) -> ()>, #id], iterator_types = ["parallel", "parallel"]}
    ins(%a, %v, %r, %c, %s : tensor<4x8xf32>, tensor<8xf32>, tensor<1x8xf32>, tensor<4x1xf32>, tensor<f32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%0: f32, %1: f32, %2: f32, %3: f32, %4: f32, %out: f32):
      %5 = arith.addf %0, %1 : f32
      %6 = arith.addf %5, %2 : f32
      %7 = arith.addf %6, %3 : f32
      %8 = arith.addf %7, %4 : f32
      linalg.yield %8 : f32
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// CHECK-LABEL: @turned_operand(
// CHECK: %[[T:.*]] = nn.transpose ins(%arg1 : tensor<8x4xf32>)
// CHECK: nn.add ins(%arg0, %[[T]] :
func.func @turned_operand(%a: tensor<4x8xf32>, %b: tensor<8x4xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %y = linalg.generic {indexing_maps = [#id, #turned, #id], iterator_types = ["parallel", "parallel"]}
    ins(%a, %b : tensor<4x8xf32>, tensor<8x4xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%0: f32, %1: f32, %out: f32):
      %2 = arith.addf %0, %1 : f32
      linalg.yield %2 : f32
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// The destination where the body reads it.
// CHECK-LABEL: @accumulates(
// CHECK: nn.add ins(%arg0, %arg1 :
func.func @accumulates(%a: tensor<4x8xf32>, %b: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
    ins(%a : tensor<4x8xf32>) outs(%b : tensor<4x8xf32>) {
    ^bb0(%0: f32, %out: f32):
      %2 = arith.addf %0, %out : f32
      linalg.yield %2 : f32
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// Filled and constant operands are constants of the body.
// CHECK-LABEL: @constants(
// CHECK: nn.map ins(%arg0 : tensor<4x8xf32>)
// CHECK-DAG: arith.constant 2.500000e+00 : f32
// CHECK-DAG: arith.constant 3.000000e+00 : f32
func.func @constants(%a: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %c = arith.constant 2.5 : f32
  %three = arith.constant dense<3.0> : tensor<8xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %f = linalg.fill ins(%c : f32) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  %y = linalg.generic {indexing_maps = [#id, #id, #row, #id], iterator_types = ["parallel", "parallel"]}
    ins(%a, %f, %three : tensor<4x8xf32>, tensor<4x8xf32>, tensor<8xf32>) outs(%e : tensor<4x8xf32>) {
    ^bb0(%0: f32, %1: f32, %2: f32, %out: f32):
      %3 = arith.mulf %0, %1 : f32
      %4 = arith.subf %3, %2 : f32
      linalg.yield %4 : f32
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// CHECK-LABEL: @rank1(
// CHECK-DAG: %[[A:.*]] = tensor.expand_shape %arg0 {{\[\[}}0, 1]] output_shape [1, 8]
// CHECK-DAG: %[[B:.*]] = tensor.expand_shape %arg1 {{\[\[}}0, 1]] output_shape [1, 8]
// CHECK: %[[Y:.*]] = nn.add ins(%[[A]], %[[B]] : tensor<1x8xf32>, tensor<1x8xf32>)
// CHECK: tensor.collapse_shape %[[Y]] {{\[\[}}0, 1]]
func.func @rank1(%a: tensor<8xf32>, %b: tensor<8xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %y = linalg.add ins(%a, %b : tensor<8xf32>, tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %y : tensor<8xf32>
}

// CHECK-LABEL: @rank0(
// CHECK: nn.add ins(%{{.*}}, %{{.*}} : tensor<1x1xf32>, tensor<1x1xf32>)
func.func @rank0(%a: tensor<f32>, %b: tensor<f32>) -> tensor<f32> {
  %e = tensor.empty() : tensor<f32>
  %y = linalg.add ins(%a, %b : tensor<f32>, tensor<f32>) outs(%e : tensor<f32>) -> tensor<f32>
  return %y : tensor<f32>
}

// Views between raised ops fold away.
// CHECK-LABEL: @rank3(
// CHECK: %[[X:.*]] = tensor.collapse_shape %arg0 {{\[\[}}0, 1], [2]] : tensor<2x4x8xf32> into tensor<8x8xf32>
// CHECK: nn.map ins(%[[X]], %arg1 : tensor<8x8xf32>, tensor<8xf32>)
// CHECK-NOT: tensor.collapse_shape
// CHECK: nn.map
// CHECK: tensor.expand_shape %{{.*}} {{\[\[}}0, 1], [2]] output_shape [2, 4, 8]
func.func @rank3(%a: tensor<2x4x8xf32>, %v: tensor<8xf32>) -> tensor<2x4x8xf32> {
  %e = tensor.empty() : tensor<2x4x8xf32>
  %y = linalg.generic {indexing_maps = [#id3, #last, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%a, %v : tensor<2x4x8xf32>, tensor<8xf32>) outs(%e : tensor<2x4x8xf32>) {
    ^bb0(%0: f32, %1: f32, %out: f32):
      %2 = arith.addf %0, %1 : f32
      linalg.yield %2 : f32
  } -> tensor<2x4x8xf32>
  %z = linalg.exp ins(%y : tensor<2x4x8xf32>) outs(%e : tensor<2x4x8xf32>) -> tensor<2x4x8xf32>
  return %z : tensor<2x4x8xf32>
}

// Where the operands split the axes elsewhere, so do rows and columns.
// CHECK-LABEL: @rank3_split(
// CHECK-DAG: %[[A:.*]] = tensor.collapse_shape %arg0 {{\[\[}}0], [1, 2]] : tensor<2x4x8xf32> into tensor<2x32xf32>
// CHECK-DAG: %[[I:.*]] = tensor.collapse_shape %arg1 {{\[\[}}0, 1]] : tensor<4x8xf32> into tensor<32xf32>
// CHECK-DAG: %[[IR:.*]] = tensor.expand_shape %[[I]] {{\[\[}}0, 1]] output_shape [1, 32]
// CHECK-DAG: %[[F:.*]] = tensor.expand_shape %arg2 {{\[\[}}0, 1]] output_shape [2, 1]
// CHECK: nn.map ins(%[[A]], %[[IR]], %[[F]] : tensor<2x32xf32>, tensor<1x32xf32>, tensor<2x1xf32>)
func.func @rank3_split(%a: tensor<2x4x8xf32>, %i: tensor<4x8xf32>, %f: tensor<2xf32>) -> tensor<2x4x8xf32> {
  %e = tensor.empty() : tensor<2x4x8xf32>
  %y = linalg.generic {indexing_maps = [#id3, #inner, #first, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%a, %i, %f : tensor<2x4x8xf32>, tensor<4x8xf32>, tensor<2xf32>) outs(%e : tensor<2x4x8xf32>) {
    ^bb0(%0: f32, %1: f32, %2: f32, %out: f32):
      %3 = arith.addf %0, %1 : f32
      %4 = arith.mulf %3, %2 : f32
      linalg.yield %4 : f32
  } -> tensor<2x4x8xf32>
  return %y : tensor<2x4x8xf32>
}

// An axis of extent 1 is rows or columns, as it suits.
// CHECK-LABEL: @unit_axes(
// CHECK: nn.add ins(%{{.*}}, %arg1 : tensor<4x8xf32>, tensor<4x8xf32>)
func.func @unit_axes(%a: tensor<1x4x8xf32>, %b: tensor<4x8xf32>) -> tensor<1x4x8xf32> {
  %e = tensor.empty() : tensor<1x4x8xf32>
  %y = linalg.generic {indexing_maps = [#id3, #inner, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
    ins(%a, %b : tensor<1x4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<1x4x8xf32>) {
    ^bb0(%0: f32, %1: f32, %out: f32):
      %3 = arith.addf %0, %1 : f32
      linalg.yield %3 : f32
  } -> tensor<1x4x8xf32>
  return %y : tensor<1x4x8xf32>
}

// CHECK-LABEL: @dynamic(
// CHECK: nn.map ins(%arg0, %arg1 : tensor<?x8xf32>, tensor<8xf32>) outs(%{{.*}} : tensor<?x8xf32>)
func.func @dynamic(%a: tensor<?x8xf32>, %v: tensor<8xf32>, %m: index) -> tensor<?x8xf32> {
  %e = tensor.empty(%m) : tensor<?x8xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
    ins(%a, %v : tensor<?x8xf32>, tensor<8xf32>) outs(%e : tensor<?x8xf32>) {
    ^bb0(%0: f32, %1: f32, %out: f32):
      %2 = arith.addf %0, %1 : f32
      linalg.yield %2 : f32
  } -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// CHECK-LABEL: @softmax(
// CHECK: nn.softmax ins(%arg0 : tensor<4x8xf32>)
func.func @softmax(%a: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %y = linalg.softmax dimension(1) ins(%a : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// CHECK-LABEL: @softmax_rank3(
// CHECK: nn.softmax ins(%{{.*}} : tensor<8x8xf32>)
func.func @softmax_rank3(%a: tensor<2x4x8xf32>) -> tensor<2x4x8xf32> {
  %e = tensor.empty() : tensor<2x4x8xf32>
  %y = linalg.softmax dimension(2) ins(%a : tensor<2x4x8xf32>) outs(%e : tensor<2x4x8xf32>) -> tensor<2x4x8xf32>
  return %y : tensor<2x4x8xf32>
}

// Constants of other types that a body converts, as torch-mlir writes a scalar operand: f64 is rounded once, i64 once.
// CHECK-LABEL: func.func @wide_constants
// CHECK: nn.map
// CHECK-DAG: arith.constant 1.000000e-01 : f32
// CHECK-DAG: arith.constant -3.000000e+00 : f32
// CHECK: nn.yield
func.func @wide_constants(%x: tensor<2x32xf32>) -> tensor<2x32xf32> {
  %tenth = arith.constant dense<1.0000000000000001e-01> : tensor<f64>
  %three = arith.constant dense<-3> : tensor<i64>
  %e = tensor.empty() : tensor<2x32xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> ()>, affine_map<(d0, d1) -> ()>,
                                        affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]}
      ins(%x, %tenth, %three : tensor<2x32xf32>, tensor<f64>, tensor<i64>) outs(%e : tensor<2x32xf32>) {
  ^bb0(%in: f32, %t: f64, %i: i64, %out: f32):
    %0 = arith.truncf %t : f64 to f32
    %1 = arith.sitofp %i : i64 to f32
    %2 = arith.mulf %in, %0 : f32
    %3 = arith.addf %2, %1 : f32
    linalg.yield %3 : f32
  } -> tensor<2x32xf32>
  return %y : tensor<2x32xf32>
}
