// lut-hoist-repack: an argument takes the repacked type, through calls; `lut.source` keeps the file's type.
// RUN: %accord-opt %s --lut-hoist-repack | FileCheck %s
// Twice is once: the source stays what the file holds.
// RUN: %accord-opt %s --lut-hoist-repack --lut-hoist-repack | FileCheck %s

!q4 = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
!planes = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

func.func private @use(tensor<8x64x!planes>)

// The order of functions in the file does not matter: @model is written before its layer.
// CHECK-LABEL: func.func @model
// CHECK-SAME: (%[[W0:[a-z0-9_]+]]: tensor<8x64x!lut.weight<u4, group = 32, zero = 0, min, storage = planes>> {lut.source = tensor<8x64x!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>>}
// CHECK-SAME: , %[[W1:[a-z0-9_]+]]: tensor<8x64x!lut.weight<u4, group = 32, zero = 0, min, storage = planes>> {lut.source =
// CHECK-NOT: lut.repack
// CHECK: call @layer(%[[W0]])
// CHECK: call @layer(%[[W1]])
// One weight that two layers read is one argument.
// CHECK: call @layer(%[[W0]])
func.func @model(%w0: tensor<8x64x!q4>, %w1: tensor<8x64x!q4>) {
  call @layer(%w0) : (tensor<8x64x!q4>) -> ()
  call @layer(%w1) : (tensor<8x64x!q4>) -> ()
  call @layer(%w0) : (tensor<8x64x!q4>) -> ()
  return
}

// CHECK-LABEL: func.func @layer
// CHECK-SAME: (%[[W:[a-z0-9_]+]]: tensor<8x64x!lut.weight<{{.*}} storage = planes>> {lut.source =
// CHECK-NEXT: call @use(%[[W]])
// CHECK-NEXT: call @use(%[[W]])
// CHECK-NEXT: return
func.func @layer(%w: tensor<8x64x!q4>) {
  %0 = lut.repack %w : tensor<8x64x!q4> to tensor<8x64x!planes>
  call @use(%0) : (tensor<8x64x!planes>) -> ()
  %1 = lut.repack %w : tensor<8x64x!q4> to tensor<8x64x!planes>
  call @use(%1) : (tensor<8x64x!planes>) -> ()
  return
}

// An argument that nothing repacks keeps its type.
// CHECK-LABEL: func.func @untouched
// CHECK-SAME: (%{{[a-z0-9_]+}}: tensor<8x64x!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>>)
func.func @untouched(%w: tensor<8x64x!q4>) {
  return
}

// A parameter by name is the loader's: its repack stays beside it, outside the layer, which takes planes.
// CHECK-LABEL: func.func @parameters
// CHECK: %[[P:.*]] = nn.param "w"
// CHECK-NEXT: %[[R:.*]] = lut.repack %[[P]]
// CHECK-NEXT: call @layer(%[[R]])
func.func @parameters() {
  %w = nn.param "w" : tensor<8x64x!q4>
  call @layer(%w) : (tensor<8x64x!q4>) -> ()
  return
}

// What an earlier run found in the file stays the source, whatever stands between.
// CHECK-LABEL: func.func @again
// CHECK-SAME: storage = planes>> {lut.source = tensor<8x128x!lut.weight<u2, group = 128, zero = 1, scale = f32, storage = i2_s_x86>>}
!arm = !lut.weight<u2, group = 128, zero = 1, scale = f32, storage = i2_s_arm>
!x86 = !lut.weight<u2, group = 128, zero = 1, scale = f32, storage = i2_s_x86>
!ternary = !lut.weight<u2, group = 128, zero = 1, scale = f32, storage = planes>
func.func @again(%w: tensor<8x128x!arm> {lut.source = tensor<8x128x!x86>}) -> tensor<8x128x!ternary> {
  %p = lut.repack %w : tensor<8x128x!arm> to tensor<8x128x!ternary>
  return %p : tensor<8x128x!ternary>
}
