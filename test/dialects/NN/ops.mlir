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
