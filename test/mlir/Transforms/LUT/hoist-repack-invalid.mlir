// lut-hoist-repack: a repack that must stay is an error that says why.
// RUN: %accord-opt %s --lut-hoist-repack --split-input-file --verify-diagnostics

!q4 = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
!planes = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

func.func private @make() -> tensor<8x64x!q4>
func.func @source_is_no_argument() -> tensor<8x64x!planes> {
  %w = call @make() : () -> tensor<8x64x!q4>
  // expected-error @+1 {{'lut.repack' op cannot be moved to the loader: its source is no argument of a function}}
  %p = lut.repack %w : tensor<8x64x!q4> to tensor<8x64x!planes>
  return %p : tensor<8x64x!planes>
}

// -----

!q4 = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
!planes = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

func.func private @read(tensor<8x64x!q4>)
func.func @two_storages(%w: tensor<8x64x!q4>) -> tensor<8x64x!planes> {
  // expected-error @+1 {{cannot be moved to the loader: argument 0 of 'two_storages' is read in another storage too}}
  %p = lut.repack %w : tensor<8x64x!q4> to tensor<8x64x!planes>
  // expected-note @+1 {{read here as 'tensor<8x64x!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>>'}}
  call @read(%w) : (tensor<8x64x!q4>) -> ()
  return %p : tensor<8x64x!planes>
}

// -----

!q4 = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
!planes = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

func.func @recursive(%w: tensor<8x64x!q4>) -> tensor<8x64x!planes> {
  // expected-error @+1 {{cannot be moved to the loader: function 'recursive' calls itself}}
  %p = lut.repack %w : tensor<8x64x!q4> to tensor<8x64x!planes>
  %r = call @recursive(%w) : (tensor<8x64x!q4>) -> tensor<8x64x!planes>
  return %p : tensor<8x64x!planes>
}

// -----

!q4 = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
!planes = !lut.weight<u4, group = 32, zero = 0, min, storage = planes>

func.func @by_reference(%w: tensor<8x64x!q4>) -> tensor<8x64x!planes> {
  // expected-error @+1 {{cannot be moved to the loader: function 'by_reference' is used other than by a call}}
  %p = lut.repack %w : tensor<8x64x!q4> to tensor<8x64x!planes>
  return %p : tensor<8x64x!planes>
}
func.func @pointer() -> ((tensor<8x64x!q4>) -> tensor<8x64x!planes>) {
  // expected-note @+1 {{used here}}
  %f = constant @by_reference : (tensor<8x64x!q4>) -> tensor<8x64x!planes>
  return %f : (tensor<8x64x!q4>) -> tensor<8x64x!planes>
}

// -----

!x86 = !lut.weight<u2, group = 128, zero = 1, scale = f32, storage = i2_s_x86>
!arm = !lut.weight<u2, group = 128, zero = 1, scale = f32, storage = i2_s_arm>
!planes = !lut.weight<u2, group = 128, zero = 1, scale = f32, storage = planes>

func.func @two_repacks(%w: tensor<8x128x!x86>) -> (tensor<8x128x!planes>, tensor<8x128x!arm>) {
  // expected-error @+1 {{argument 0 of 'two_repacks' is read in another storage too}}
  %p = lut.repack %w : tensor<8x128x!x86> to tensor<8x128x!planes>
  // expected-note @+1 {{read here as}}
  %a = lut.repack %w : tensor<8x128x!x86> to tensor<8x128x!arm>
  return %p, %a : tensor<8x128x!planes>, tensor<8x128x!arm>
}
