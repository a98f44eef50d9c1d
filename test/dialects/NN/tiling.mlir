// Tiles of rows of the ops that know positions: a tile's first row stands as much later, in the same layer.
// RUN: %accord-opt %s --transform-interpreter --canonicalize --cse | FileCheck %s

// CHECK-LABEL: @rows
// CHECK-SAME: %[[LAYER:[a-z0-9]*]]: index, %[[AT:[a-z0-9]*]]: index
// CHECK: scf.for %[[I:[a-z0-9]+]] = %
// CHECK: %[[ROW:.*]] = arith.addi %[[AT]], %[[I]] : index
// CHECK: nn.cache_append ins({{.*}} : tensor<2x4xf32>) {{.*}} at(%[[LAYER]], %[[ROW]])
// CHECK: scf.for %[[J:[a-z0-9]+]] = %
// CHECK: %[[LATER:.*]] = arith.addi %[[AT]], %[[J]] : index
// CHECK: nn.attention {{.*}} at(%[[LAYER]], %[[LATER]]) outs({{.*}} : tensor<2x4xf32>)
!c = memref<2x16x1x4xf16>
func.func @rows(%x: tensor<8x4xf32>, %k: !c, %v: !c, %layer: index, %at: index) -> tensor<8x4xf32> {
  nn.cache_append ins(%x : tensor<8x4xf32>) into(%k : !c) at(%layer, %at)
  %e = tensor.empty() : tensor<8x4xf32>
  %y = nn.attention {heads = 1, scale = 0.5} ins(%x : tensor<8x4xf32>) cache(%k, %v : !c, !c) at(%layer, %at)
         outs(%e : tensor<8x4xf32>) -> tensor<8x4xf32>
  return %y : tensor<8x4xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %a = transform.structured.match ops{["nn.cache_append"]} in %root : (!transform.any_op) -> !transform.any_op
    %t, %l = transform.structured.tile_using_for %a tile_sizes [2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %b = transform.structured.match ops{["nn.attention"]} in %root : (!transform.any_op) -> !transform.any_op
    %u, %m = transform.structured.tile_using_for %b tile_sizes [2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
