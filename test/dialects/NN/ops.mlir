// Round trip of every op of the `nn` dialect.
// RUN: %accord-opt %s | %accord-opt | FileCheck %s
// RUN: %accord-opt %s --mlir-print-op-generic | %accord-opt | FileCheck %s

// CHECK-LABEL: @layer
func.func @layer(%x: tensor<4x576xf32>, %w: tensor<576xf32>, %cos: tensor<4x32xf32>, %sin: tensor<4x32xf32>,
                 %o: tensor<4x576xf32>) -> tensor<4x576xf32> {
  // CHECK: nn.rms_norm {eps = 9.99999974E-6} ins(%{{.*}}, %{{.*}} : tensor<4x576xf32>, tensor<576xf32>) outs(%{{.*}} : tensor<4x576xf32>) -> tensor<4x576xf32>
  %0 = nn.rms_norm {eps = 1.0e-5} ins(%x, %w : tensor<4x576xf32>, tensor<576xf32>) outs(%o : tensor<4x576xf32>) -> tensor<4x576xf32>
  // CHECK: nn.softmax ins(%{{.*}} : tensor<4x576xf32>) outs(%{{.*}} : tensor<4x576xf32>) -> tensor<4x576xf32>
  %1 = nn.softmax ins(%0 : tensor<4x576xf32>) outs(%o : tensor<4x576xf32>) -> tensor<4x576xf32>
  // CHECK: nn.rope {head_dim = 64, style = adjacent} ins(%{{.*}}, %{{.*}}, %{{.*}} : tensor<4x576xf32>, tensor<4x32xf32>, tensor<4x32xf32>) outs(%{{.*}} : tensor<4x576xf32>) -> tensor<4x576xf32>
  %2 = nn.rope {head_dim = 64, style = adjacent} ins(%1, %cos, %sin : tensor<4x576xf32>, tensor<4x32xf32>, tensor<4x32xf32>) outs(%o : tensor<4x576xf32>) -> tensor<4x576xf32>
  // CHECK: nn.rope {head_dim = 64, style = halves}
  %3 = nn.rope {head_dim = 64, style = halves} ins(%2, %cos, %sin : tensor<4x576xf32>, tensor<4x32xf32>, tensor<4x32xf32>) outs(%o : tensor<4x576xf32>) -> tensor<4x576xf32>
  // CHECK: nn.silu ins(%{{.*}} : tensor<4x576xf32>) outs(%{{.*}} : tensor<4x576xf32>) -> tensor<4x576xf32>
  %4 = nn.silu ins(%3 : tensor<4x576xf32>) outs(%o : tensor<4x576xf32>) -> tensor<4x576xf32>
  // CHECK: nn.silu_mul ins(%{{.*}}, %{{.*}} : tensor<4x576xf32>, tensor<4x576xf32>) outs(%{{.*}} : tensor<4x576xf32>) -> tensor<4x576xf32>
  %5 = nn.silu_mul ins(%4, %3 : tensor<4x576xf32>, tensor<4x576xf32>) outs(%o : tensor<4x576xf32>) -> tensor<4x576xf32>
  // CHECK: nn.add ins(%{{.*}}, %{{.*}} : tensor<4x576xf32>, tensor<4x576xf32>) outs(%{{.*}} : tensor<4x576xf32>) -> tensor<4x576xf32>
  %6 = nn.add ins(%5, %x : tensor<4x576xf32>, tensor<4x576xf32>) outs(%o : tensor<4x576xf32>) -> tensor<4x576xf32>
  return %6 : tensor<4x576xf32>
}

// CHECK-LABEL: @in_memory
func.func @in_memory(%x: memref<?x64xf32>, %y: memref<?x64xf32>) {
  // CHECK: nn.silu ins(%{{.*}} : memref<?x64xf32>) outs(%{{.*}} : memref<?x64xf32>)
  nn.silu ins(%x : memref<?x64xf32>) outs(%y : memref<?x64xf32>)
  return
}

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
// CHECK-LABEL: @products
func.func @products(%x: tensor<4x576xf32>, %t: tensor<4xi32>, %f32: tensor<192x576xf32>, %f16: tensor<192x576xf16>,
                    %bf16: tensor<192x576xbf16>, %w: tensor<192x576x!w>, %y: tensor<4x192xf32>, %e: tensor<4x576xf32>) {
  // CHECK: nn.relu2_mul ins(%{{.*}}, %{{.*}} : tensor<4x576xf32>, tensor<4x576xf32>) outs(%{{.*}} : tensor<4x576xf32>) -> tensor<4x576xf32>
  %0 = nn.relu2_mul ins(%x, %x : tensor<4x576xf32>, tensor<4x576xf32>) outs(%e : tensor<4x576xf32>) -> tensor<4x576xf32>
  // CHECK: nn.matmul ins(%{{.*}}, %{{.*}} : tensor<4x576xf32>, tensor<192x576xf32>) outs(%{{.*}} : tensor<4x192xf32>) -> tensor<4x192xf32>
  %1 = nn.matmul ins(%x, %f32 : tensor<4x576xf32>, tensor<192x576xf32>) outs(%y : tensor<4x192xf32>) -> tensor<4x192xf32>
  // CHECK: nn.matmul ins(%{{.*}} : tensor<4x576xf32>, tensor<192x576xf16>)
  %2 = nn.matmul ins(%x, %f16 : tensor<4x576xf32>, tensor<192x576xf16>) outs(%y : tensor<4x192xf32>) -> tensor<4x192xf32>
  // CHECK: nn.matmul ins(%{{.*}} : tensor<4x576xf32>, tensor<192x576xbf16>)
  %3 = nn.matmul ins(%x, %bf16 : tensor<4x576xf32>, tensor<192x576xbf16>) outs(%y : tensor<4x192xf32>) -> tensor<4x192xf32>
  // CHECK: nn.embed ins(%{{.*}}, %{{.*}} : tensor<4xi32>, tensor<192x576x!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>>) outs(%{{.*}} : tensor<4x576xf32>) -> tensor<4x576xf32>
  %4 = nn.embed ins(%t, %w : tensor<4xi32>, tensor<192x576x!w>) outs(%e : tensor<4x576xf32>) -> tensor<4x576xf32>
  // CHECK: nn.embed ins(%{{.*}} : tensor<4xi32>, tensor<192x576xf32>)
  %5 = nn.embed ins(%t, %f32 : tensor<4xi32>, tensor<192x576xf32>) outs(%e : tensor<4x576xf32>) -> tensor<4x576xf32>
  // CHECK: nn.embed ins(%{{.*}} : tensor<4xi32>, tensor<192x576xf16>)
  %6 = nn.embed ins(%t, %f16 : tensor<4xi32>, tensor<192x576xf16>) outs(%e : tensor<4x576xf32>) -> tensor<4x576xf32>
  // CHECK: nn.embed ins(%{{.*}} : tensor<4xi32>, tensor<192x576xbf16>)
  %7 = nn.embed ins(%t, %bf16 : tensor<4xi32>, tensor<192x576xbf16>) outs(%e : tensor<4x576xf32>) -> tensor<4x576xf32>
  return
}

// CHECK-LABEL: @model
func.func @model(%x: tensor<?x192xf32>, %q: tensor<?x576xf32>, %k: memref<30x2048x3x64xf16>, %v: memref<30x2048x3x64xf16>,
                 %p: index, %y0: tensor<?x576xf32>, %deep: memref<1x16x3x64xf32>) -> tensor<?x576xf32> {
  %layer = arith.constant 3 : index
  // CHECK: nn.param "blk.0.attn_norm.weight" : tensor<576xf32>
  %norm = nn.param "blk.0.attn_norm.weight" : tensor<576xf32>
  // CHECK: nn.param "a \22quoted\22 name" : tensor<192x576x!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>>
  %w = nn.param "a \22quoted\22 name" : tensor<192x576x!w>
  // CHECK: nn.rope_table {head_dim = 64, theta = 1.000000e+05} -> tensor<2048x32xf32>, tensor<2048x32xf32>
  %cos, %sin = nn.rope_table {head_dim = 64, theta = 1.0e+05} -> tensor<2048x32xf32>, tensor<2048x32xf32>
  // CHECK: nn.rope_table {head_dim = 64, theta = 5.000000e+05, scale = 2.500000e-01, factors = "rope_freqs.weight"} -> tensor<2048x32xf32>, tensor<2048x32xf32>
  %c1, %s1 = nn.rope_table {head_dim = 64, theta = 5.0e+05, scale = 0.25, factors = "rope_freqs.weight"} -> tensor<2048x32xf32>, tensor<2048x32xf32>
  // CHECK: nn.rope_table {head_dim = 64, theta = 1.000000e+04, factors = "f"}
  %c2, %s2 = nn.rope_table {head_dim = 64, theta = 1.0e+04, factors = "f"} -> tensor<8x32xf32>, tensor<8x32xf32>
  // CHECK: nn.cache_append ins(%{{.*}} : tensor<?x192xf32>) into(%{{.*}} : memref<30x2048x3x64xf16>) at(%{{.*}}, %{{.*}})
  nn.cache_append ins(%x : tensor<?x192xf32>) into(%k : memref<30x2048x3x64xf16>) at(%layer, %p)
  // CHECK: nn.cache_append ins(%{{.*}} : tensor<?x192xf32>) into(%{{.*}} : memref<1x16x3x64xf32>)
  nn.cache_append ins(%x : tensor<?x192xf32>) into(%deep : memref<1x16x3x64xf32>) at(%layer, %p)
  // CHECK: nn.attention {heads = 9, scale = 1.250000e-01} ins(%{{.*}} : tensor<?x576xf32>) cache(%{{.*}}, %{{.*}} : memref<30x2048x3x64xf16>, memref<30x2048x3x64xf16>) at(%{{.*}}, %{{.*}}) outs(%{{.*}} : tensor<?x576xf32>) -> tensor<?x576xf32>
  %y = nn.attention {heads = 9, scale = 1.25e-01} ins(%q : tensor<?x576xf32>)
         cache(%k, %v : memref<30x2048x3x64xf16>, memref<30x2048x3x64xf16>) at(%layer, %p)
         outs(%y0 : tensor<?x576xf32>) -> tensor<?x576xf32>
  return %y : tensor<?x576xf32>
}
