// What CSE and dead-code elimination may do around a cache: reads of it stay behind the writes before them.
// RUN: %accord-opt %s --cse --canonicalize | FileCheck %s

// CHECK-LABEL: @step
func.func @step(%x: tensor<1x12xf32>, %q: tensor<1x24xf32>, %k: memref<2x8x3x4xf16>, %v: memref<2x8x3x4xf16>, %p: index,
                %y0: tensor<1x24xf32>) -> (tensor<1x24xf32>, tensor<1x24xf32>, tensor<1x24xf32>, tensor<4xf32>, tensor<4xf32>) {
  %c0 = arith.constant 0 : index
  // One parameter, read twice, is one value.
  // CHECK-COUNT-1: nn.param
  // CHECK-NOT: nn.param
  %w0 = nn.param "w" : tensor<4xf32>
  %w1 = nn.param "w" : tensor<4xf32>
  // CHECK: nn.cache_append
  nn.cache_append ins(%x : tensor<1x12xf32>) into(%k : memref<2x8x3x4xf16>) at(%c0, %p)
  // Nothing is written between the first two: one is left. The third reads what is appended between.
  // CHECK: %[[A:.*]] = nn.attention
  // CHECK-NEXT: nn.cache_append
  // CHECK-NEXT: %[[B:.*]] = nn.attention
  // CHECK-NEXT: return %[[A]], %[[A]], %[[B]]
  %a = nn.attention {heads = 6, scale = 0.5} ins(%q : tensor<1x24xf32>) cache(%k, %v : memref<2x8x3x4xf16>, memref<2x8x3x4xf16>)
         at(%c0, %p) outs(%y0 : tensor<1x24xf32>) -> tensor<1x24xf32>
  %b = nn.attention {heads = 6, scale = 0.5} ins(%q : tensor<1x24xf32>) cache(%k, %v : memref<2x8x3x4xf16>, memref<2x8x3x4xf16>)
         at(%c0, %p) outs(%y0 : tensor<1x24xf32>) -> tensor<1x24xf32>
  nn.cache_append ins(%x : tensor<1x12xf32>) into(%v : memref<2x8x3x4xf16>) at(%c0, %p)
  %c = nn.attention {heads = 6, scale = 0.5} ins(%q : tensor<1x24xf32>) cache(%k, %v : memref<2x8x3x4xf16>, memref<2x8x3x4xf16>)
         at(%c0, %p) outs(%y0 : tensor<1x24xf32>) -> tensor<1x24xf32>
  // Unused, and it only reads: gone.
  %d = nn.attention {heads = 6, scale = 0.25} ins(%q : tensor<1x24xf32>) cache(%k, %v : memref<2x8x3x4xf16>, memref<2x8x3x4xf16>)
         at(%c0, %p) outs(%y0 : tensor<1x24xf32>) -> tensor<1x24xf32>
  return %a, %b, %c, %w0, %w1 : tensor<1x24xf32>, tensor<1x24xf32>, tensor<1x24xf32>, tensor<4xf32>, tensor<4xf32>
}
