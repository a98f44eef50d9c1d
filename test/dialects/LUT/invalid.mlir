// Every constraint of the `lut` dialect, by its label.
// RUN: %accord-opt %s --split-input-file --verify-diagnostics

// The type: C1 to C5, and its text.

// expected-error @+1 {{expected codes of 1 to 8 bits, got u9}}
func.func private @weight_c1(tensor<64x32x!lut.weight<u9, group = 32, zero = 0, storage = planes>>)

// -----

// expected-error @+1 {{expected a group of at least 1 weight, got 0}}
func.func private @weight_c2(tensor<64x32x!lut.weight<u4, group = 0, zero = 0, storage = planes>>)

// -----

// expected-error @+1 {{expected a zero point among the codes 0 to 15, got 16}}
func.func private @weight_c3(tensor<64x32x!lut.weight<u4, group = 32, zero = 16, storage = planes>>)

// -----

// expected-error @+1 {{expected a zero point or a minimum, got both (zero = 8, min)}}
func.func private @weight_c4(tensor<64x32x!lut.weight<u4, group = 32, zero = 8, min, storage = planes>>)

// -----

// expected-error @+1 {{storage gguf_q8_0 has code width 8, got code width 4}}
func.func private @weight_c5_bits(tensor<64x32x!lut.weight<u4, group = 32, zero = 0, storage = gguf_q8_0>>)

// -----

// expected-error @+1 {{storage gguf_q4_1 has group 32, got group 64}}
func.func private @weight_c5_group(tensor<64x64x!lut.weight<u4, group = 64, zero = 0, min, storage = gguf_q4_1>>)

// -----

// expected-error @+1 {{storage gguf_q8_0 has zero point 128, got zero point 0}}
func.func private @weight_c5_zero(tensor<64x32x!lut.weight<u8, group = 32, zero = 0, storage = gguf_q8_0>>)

// -----

// expected-error @+1 {{storage gguf_q4_1 has a minimum, got a type without 'min'}}
func.func private @weight_c5_min(tensor<64x32x!lut.weight<u4, group = 32, zero = 0, storage = gguf_q4_1>>)

// -----

// expected-error @+1 {{storage gguf_q4_k has scales of f32, got scales of 'f16'}}
func.func private @weight_c5_scale(tensor<64x256x!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_k>>)

// -----

// expected-error @+1 {{storage gguf_q4_0 has scales of f16, got scales of 'f32'}}
func.func private @weight_c5_scale_narrow(tensor<64x32x!lut.weight<u4, group = 32, zero = 8, scale = f32, storage = gguf_q4_0>>)

// -----

// expected-error @+1 {{storage i2_s_x86 has groups of K, in whole blocks of 128, got group 64}}
func.func private @weight_c5_row(tensor<64x64x!lut.weight<u2, group = 64, zero = 1, scale = f32, storage = i2_s_x86>>)

// -----

// expected-error @+1 {{expected scales of f16 or f32, got 'bf16'}}
func.func private @weight_c6(tensor<64x32x!lut.weight<u4, group = 32, zero = 0, scale = bf16, storage = planes>>)

// -----

// expected-error @+1 {{expected a storage (gguf_q4_0, gguf_q4_1, gguf_q5_0, gguf_q5_1, gguf_q8_0, gguf_q2_k, gguf_q3_k, gguf_q4_k, gguf_q5_k, gguf_q6_k, gguf_tq1_0, gguf_tq2_0, i2_s_x86, i2_s_arm, planes), got 'gguf_iq4_xs'}}
func.func private @weight_storage(tensor<64x32x!lut.weight<u4, group = 32, zero = 0, storage = gguf_iq4_xs>>)

// -----

// expected-error @+1 {{expected a code width like 'u4', got 'i4'}}
func.func private @weight_code(tensor<64x32x!lut.weight<i4, group = 32, zero = 0, storage = planes>>)

// -----

// The instruction.

// expected-error @+1 {{expected a shape of positive m, n and k, got 0 x 64 x 4}}
func.func private @instr_shape() attributes {i = #lut.instr<m = 0, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>}

// -----

// expected-error @+1 {{expected weights of 1 to 8 bits, got u9}}
func.func private @instr_weight() attributes {i = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u9, accum = i32, out = f32>}

// -----

// The argument attribute.

// expected-error @+1 {{'func.func' op argument 0: unknown attribute 'lut.sauce', expected 'lut.source'}}
func.func private @source_name(tensor<64x32xf32> {lut.sauce})

// -----

// expected-error @+1 {{argument 0: expected 'lut.source' to be a type on an argument of a function}}
func.func private @source_type(tensor<64x32xf32> {lut.source = 1 : i64})

// -----

// expected-error @+1 {{expected 'lut.source' to hold the argument's weights in another storage}}
func.func private @source_values(tensor<64x32x!lut.weight<u4, group = 32, zero = 0, storage = planes>>
  {lut.source = tensor<64x32x!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>>})

// -----

func.func @quantize_act_c1(%x: tensor<2x64xf32>, %q: tensor<2x32xi8>, %s: tensor<2x2xf32>) {
  // expected-error @+1 {{'lut.quantize_act' op expected codes of shape 2 x 64, got 2 x 32}}
  %0:2 = lut.quantize_act {group = 32} ins(%x : tensor<2x64xf32>) outs(%q, %s : tensor<2x32xi8>, tensor<2x2xf32>) -> tensor<2x32xi8>, tensor<2x2xf32>
  return
}

// -----

func.func @quantize_act_c2(%x: tensor<?x36xf32>, %q: tensor<?x36xi8>, %s: tensor<?x1xf32>) {
  // expected-error @+1 {{'lut.quantize_act' op expected scales of shape ? x 2, got ? x 1}}
  %0:2 = lut.quantize_act {group = 32} ins(%x : tensor<?x36xf32>) outs(%q, %s : tensor<?x36xi8>, tensor<?x1xf32>) -> tensor<?x36xi8>, tensor<?x1xf32>
  return
}

// -----

func.func @quantize_act_group(%x: tensor<2x64xf32>, %q: tensor<2x64xi8>, %s: tensor<2x2xf32>) {
  // expected-error @+1 {{attribute 'group' failed to satisfy constraint}}
  %0:2 = lut.quantize_act {group = 0} ins(%x : tensor<2x64xf32>) outs(%q, %s : tensor<2x64xi8>, tensor<2x2xf32>) -> tensor<2x64xi8>, tensor<2x2xf32>
  return
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
func.func @mpgemm_c1_k(%q: tensor<2x64xi8>, %s: tensor<2x2xf32>, %w: tensor<8x32x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.mpgemm' op expected w of shape 8 x 64, got 8 x 32}}
  %0 = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<2x64xi8>, tensor<2x2xf32>, tensor<8x32x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
func.func @mpgemm_c1_out(%q: tensor<2x64xi8>, %s: tensor<2x2xf32>, %w: tensor<8x64x!w>, %y: tensor<8x2xf32>) {
  // expected-error @+1 {{'lut.mpgemm' op expected out of shape 2 x 8, got 8 x 2}}
  %0 = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<2x64xi8>, tensor<2x2xf32>, tensor<8x64x!w>) outs(%y : tensor<8x2xf32>) -> tensor<8x2xf32>
  return
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
func.func @mpgemm_c2(%q: tensor<2x64xi8>, %s: tensor<2x2xf32>, %w: tensor<8x64x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.mpgemm' op expected s of shape 2 x 4, got 2 x 2}}
  %0 = lut.mpgemm {act_group = 16} ins(%q, %s, %w : tensor<2x64xi8>, tensor<2x2xf32>, tensor<8x64x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

!w = !lut.weight<u4, group = 48, zero = 0, storage = planes>
func.func @mpgemm_c3(%q: tensor<2x64xi8>, %s: tensor<2x2xf32>, %w: tensor<8x64x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.mpgemm' op expected one of activation group 32 and weight group 48 to divide the other}}
  %0 = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<2x64xi8>, tensor<2x2xf32>, tensor<8x64x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
func.func @mpgemm_c4(%q: tensor<2x36xi8>, %s: tensor<2x2xf32>, %w: tensor<8x36x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.mpgemm' op expected K in whole blocks of 32 (gguf_q4_1), got 36}}
  %0 = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<2x36xi8>, tensor<2x2xf32>, tensor<8x36x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

!w = !lut.weight<u2, group = 256, zero = 1, scale = f32, storage = i2_s_x86>
func.func @mpgemm_c4_matrix(%q: tensor<2x128xi8>, %s: tensor<2x4xf32>, %w: tensor<8x128x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.mpgemm' op expected K to be the one group of 256 (i2_s_x86 has one scale a matrix), got 128}}
  %0 = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<2x128xi8>, tensor<2x4xf32>, tensor<8x128x!w>)
         outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

// 1040 · 127 · 128 = 16,906,240; one group of 1032 would do.
!w = !lut.weight<u8, group = 1040, zero = 128, storage = planes>
func.func @mpgemm_c5(%q: tensor<2x1040xi8>, %s: tensor<2x1xf32>, %w: tensor<8x1040x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.mpgemm' op expected sums below 2^24 = 16777216, got up to 16906240 (group 1040 of codes u8, zero = 128)}}
  %0 = lut.mpgemm {act_group = 1040} ins(%q, %s, %w : tensor<2x1040xi8>, tensor<2x1xf32>, tensor<8x1040x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @mpgemm_type(%q: tensor<2x64xi8>, %s: tensor<2x2xf32>, %w: tensor<8x64xf32>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.mpgemm' op operand #2 must be}}
  %0 = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<2x64xi8>, tensor<2x2xf32>, tensor<8x64xf32>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @precompute_c1(%q: tensor<2x36xi8>, %t: tensor<2x9x8xi16>, %a: tensor<2x2xi32>) {
  // expected-error @+1 {{'lut.precompute' op expected a group that is a multiple of 4, got 18}}
  %0:2 = lut.precompute {form = half, group = 18} ins(%q : tensor<2x36xi8>) outs(%t, %a : tensor<2x9x8xi16>, tensor<2x2xi32>) -> tensor<2x9x8xi16>, tensor<2x2xi32>
  return
}

// -----

func.func @precompute_c2(%q: tensor<2x36xi8>, %t: tensor<2x9x8xi16>, %a: tensor<2x2xi32>) {
  // expected-error @+1 {{'lut.precompute' op expected tables of shape 2 x 9 x 16, got 2 x 9 x 8}}
  %0:2 = lut.precompute {form = full, group = 32} ins(%q : tensor<2x36xi8>) outs(%t, %a : tensor<2x9x8xi16>, tensor<2x2xi32>) -> tensor<2x9x8xi16>, tensor<2x2xi32>
  return
}

// -----

func.func @precompute_c3(%q: tensor<2x36xi8>, %t: tensor<2x9x8xi16>, %a: tensor<2x1xi32>) {
  // expected-error @+1 {{'lut.precompute' op expected asum of shape 2 x 2, got 2 x 1}}
  %0:2 = lut.precompute {form = half, group = 32} ins(%q : tensor<2x36xi8>) outs(%t, %a : tensor<2x9x8xi16>, tensor<2x1xi32>) -> tensor<2x9x8xi16>, tensor<2x1xi32>
  return
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
func.func @lookup_gemm_c1(%t: tensor<2x8x8xi16>, %a: tensor<2x2xi32>, %s: tensor<2x2xf32>, %w: tensor<8x64x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.lookup_gemm' op expected tables of shape 2 x 16 x 8, got 2 x 8 x 8}}
  %0 = lut.lookup_gemm {act_group = 32, form = half} ins(%t, %a, %s, %w : tensor<2x8x8xi16>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
func.func @lookup_gemm_c2(%t: tensor<2x16x8xi16>, %a: tensor<2x2xi32>, %s: tensor<2x1xf32>, %w: tensor<8x64x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.lookup_gemm' op expected s of shape 2 x 2, got 2 x 1}}
  %0 = lut.lookup_gemm {act_group = 32, form = half} ins(%t, %a, %s, %w : tensor<2x16x8xi16>, tensor<2x2xi32>, tensor<2x1xf32>, tensor<8x64x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

!w = !lut.weight<u4, group = 48, zero = 0, storage = planes>
func.func @lookup_gemm_c3(%t: tensor<2x16x8xi16>, %a: tensor<2x2xi32>, %s: tensor<2x2xf32>, %w: tensor<8x64x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.lookup_gemm' op expected one of activation group 32 and weight group 48 to divide the other}}
  %0 = lut.lookup_gemm {act_group = 32, form = half} ins(%t, %a, %s, %w : tensor<2x16x8xi16>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
func.func @lookup_gemm_c4(%t: tensor<2x9x8xi16>, %a: tensor<2x2xi32>, %s: tensor<2x2xf32>, %w: tensor<8x36x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.lookup_gemm' op expected K in whole blocks of 32 (gguf_q4_1), got 36}}
  %0 = lut.lookup_gemm {act_group = 32, form = half} ins(%t, %a, %s, %w : tensor<2x9x8xi16>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x36x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

!w = !lut.weight<u8, group = 1040, zero = 128, storage = planes>
func.func @lookup_gemm_c5(%t: tensor<2x260x8xi16>, %a: tensor<2x1xi32>, %s: tensor<2x1xf32>, %w: tensor<8x1040x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.lookup_gemm' op expected sums below 2^24 = 16777216, got up to 16906240}}
  %0 = lut.lookup_gemm {act_group = 1040, form = half} ins(%t, %a, %s, %w : tensor<2x260x8xi16>, tensor<2x1xi32>, tensor<2x1xf32>, tensor<8x1040x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

!w = !lut.weight<u4, group = 6, zero = 0, storage = planes>
func.func @lookup_gemm_c6(%t: tensor<2x9x8xi16>, %a: tensor<2x6xi32>, %s: tensor<2x6xf32>, %w: tensor<8x36x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.lookup_gemm' op expected a scale group that is a multiple of 4, got 6}}
  %0 = lut.lookup_gemm {act_group = 6, form = half} ins(%t, %a, %s, %w : tensor<2x9x8xi16>, tensor<2x6xi32>, tensor<2x6xf32>, tensor<8x36x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

// Scale group 16, the finer, decides the sums.
!w = !lut.weight<u4, group = 16, zero = 0, storage = planes>
func.func @lookup_gemm_c7(%t: tensor<2x16x8xi16>, %a: tensor<2x2xi32>, %s: tensor<2x2xf32>, %w: tensor<8x64x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.lookup_gemm' op expected asum of shape 2 x 4, got 2 x 2}}
  %0 = lut.lookup_gemm {act_group = 32, form = half} ins(%t, %a, %s, %w : tensor<2x16x8xi16>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, storage = planes>
func.func @lookup_gemm_c8(%t: tensor<2x16x16xi16>, %a: tensor<2x2xi32>, %s: tensor<2x2xf32>, %w: tensor<8x64x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.lookup_gemm' op expected half tables for weights of storage planes, got full}}
  %0 = lut.lookup_gemm {act_group = 32, form = full} ins(%t, %a, %s, %w : tensor<2x16x16xi16>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

// C1 to C7 of lmma are checked by the code of lookup_gemm; C1 stands for them.
!w = !lut.weight<u4, group = 32, zero = 0, storage = planes>
func.func @lmma_c1(%t: tensor<2x16x16xi16>, %a: tensor<2x2xi32>, %s: tensor<2x2xf32>, %w: tensor<8x64x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.lmma' op expected tables of shape 2 x 16 x 8, got 2 x 16 x 16}}
  %0 = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>} ins(%t, %a, %s, %w : tensor<2x16x16xi16>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
func.func @lmma_c8(%t: tensor<2x16x8xi16>, %a: tensor<2x2xi32>, %s: tensor<2x2xf32>, %w: tensor<8x64x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.lmma' op expected weights of storage planes, got gguf_q4_1}}
  %0 = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u4, accum = i32, out = f32>} ins(%t, %a, %s, %w : tensor<2x16x8xi16>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, storage = planes>
func.func @lmma_c9(%t: tensor<2x16x8xi16>, %a: tensor<2x2xi32>, %s: tensor<2x2xf32>, %w: tensor<8x64x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.lmma' op expected an instruction of act = i8, weight = u4, accum = i32, out = f32, got #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u2, accum = i32, out = f32>}}
  %0 = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 4, act = i8, weight = u2, accum = i32, out = f32>} ins(%t, %a, %s, %w : tensor<2x16x8xi16>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, storage = planes>
func.func @lmma_c10(%t: tensor<2x16x8xi16>, %a: tensor<2x2xi32>, %s: tensor<2x2xf32>, %w: tensor<8x64x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.lmma' op expected an instruction of k = 4, got k = 8}}
  %0 = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 64, k = 8, act = i8, weight = u4, accum = i32, out = f32>} ins(%t, %a, %s, %w : tensor<2x16x8xi16>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @group_sums_c1(%q: tensor<2x64xi8>, %a: tensor<2x4xi32>) {
  // expected-error @+1 {{'lut.group_sums' op expected asum of shape 2 x 2, got 2 x 4}}
  %0 = lut.group_sums {group = 32} ins(%q : tensor<2x64xi8>) outs(%a : tensor<2x4xi32>) -> tensor<2x4xi32>
  return
}

// C3 to C5 of mma are checked by the code of lookup_gemm.
// -----

!w = !lut.weight<u4, group = 32, zero = 0, storage = planes>
func.func @mma_c1(%q: tensor<2x32xi8>, %a: tensor<2x2xi32>, %s: tensor<2x2xf32>, %w: tensor<8x64x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.mma' op expected w of shape 8 x 32, got 8 x 64}}
  %0 = lut.mma {act_group = 32, instr = #lut.instr<m = 4, n = 32, k = 4, act = i8, weight = u4, accum = i32, out = f32>} ins(%q, %a, %s, %w : tensor<2x32xi8>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, storage = planes>
func.func @mma_c1_out(%q: tensor<2x64xi8>, %a: tensor<2x2xi32>, %s: tensor<2x2xf32>, %w: tensor<8x64x!w>, %y: tensor<2x9xf32>) {
  // expected-error @+1 {{'lut.mma' op expected out of shape 2 x 8, got 2 x 9}}
  %0 = lut.mma {act_group = 32, instr = #lut.instr<m = 4, n = 32, k = 4, act = i8, weight = u4, accum = i32, out = f32>} ins(%q, %a, %s, %w : tensor<2x64xi8>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!w>) outs(%y : tensor<2x9xf32>) -> tensor<2x9xf32>
  return
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, storage = planes>
func.func @mma_c2(%q: tensor<2x64xi8>, %a: tensor<2x2xi32>, %s: tensor<2x1xf32>, %w: tensor<8x64x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.mma' op expected s of shape 2 x 2, got 2 x 1}}
  %0 = lut.mma {act_group = 32, instr = #lut.instr<m = 4, n = 32, k = 4, act = i8, weight = u4, accum = i32, out = f32>} ins(%q, %a, %s, %w : tensor<2x64xi8>, tensor<2x2xi32>, tensor<2x1xf32>, tensor<8x64x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

!w = !lut.weight<u4, group = 6, zero = 0, storage = planes>
func.func @mma_c6(%q: tensor<2x36xi8>, %a: tensor<2x6xi32>, %s: tensor<2x6xf32>, %w: tensor<8x36x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.mma' op expected a scale group that is a multiple of 4, got 6}}
  %0 = lut.mma {act_group = 6, instr = #lut.instr<m = 4, n = 32, k = 4, act = i8, weight = u4, accum = i32, out = f32>} ins(%q, %a, %s, %w : tensor<2x36xi8>, tensor<2x6xi32>, tensor<2x6xf32>, tensor<8x36x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

!w = !lut.weight<u4, group = 16, zero = 0, storage = planes>
func.func @mma_c7(%q: tensor<2x64xi8>, %a: tensor<2x2xi32>, %s: tensor<2x2xf32>, %w: tensor<8x64x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.mma' op expected asum of shape 2 x 4, got 2 x 2}}
  %0 = lut.mma {act_group = 32, instr = #lut.instr<m = 4, n = 32, k = 4, act = i8, weight = u4, accum = i32, out = f32>} ins(%q, %a, %s, %w : tensor<2x64xi8>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
func.func @mma_c8(%q: tensor<2x64xi8>, %a: tensor<2x2xi32>, %s: tensor<2x2xf32>, %w: tensor<8x64x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.mma' op expected weights of storage planes, got gguf_q4_1}}
  %0 = lut.mma {act_group = 32, instr = #lut.instr<m = 4, n = 32, k = 4, act = i8, weight = u4, accum = i32, out = f32>} ins(%q, %a, %s, %w : tensor<2x64xi8>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, storage = planes>
func.func @mma_c9(%q: tensor<2x64xi8>, %a: tensor<2x2xi32>, %s: tensor<2x2xf32>, %w: tensor<8x64x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.mma' op expected an instruction of act = i8, weight = u4, accum = i32, out = f32, got #lut.instr<m = 4, n = 32, k = 4, act = i8, weight = u2, accum = i32, out = f32>}}
  %0 = lut.mma {act_group = 32, instr = #lut.instr<m = 4, n = 32, k = 4, act = i8, weight = u2, accum = i32, out = f32>} ins(%q, %a, %s, %w : tensor<2x64xi8>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, storage = planes>
func.func @mma_c10(%q: tensor<2x64xi8>, %a: tensor<2x2xi32>, %s: tensor<2x2xf32>, %w: tensor<8x64x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.mma' op expected an instruction of k in multiples of 4, got k = 6}}
  %0 = lut.mma {act_group = 32, instr = #lut.instr<m = 4, n = 32, k = 6, act = i8, weight = u4, accum = i32, out = f32>} ins(%q, %a, %s, %w : tensor<2x64xi8>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

!w = !lut.weight<u8, group = 32, zero = 0, storage = planes>
func.func @mma_c11(%q: tensor<2x64xi8>, %a: tensor<2x2xi32>, %s: tensor<2x2xf32>, %w: tensor<8x64x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.mma' op expected codes u - zero that are int8 (-128 to 127), got u8 with zero = 0}}
  %0 = lut.mma {act_group = 32, instr = #lut.instr<m = 4, n = 32, k = 4, act = i8, weight = u8, accum = i32, out = f32>} ins(%q, %a, %s, %w : tensor<2x64xi8>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

!w = !lut.weight<u8, group = 32, zero = 129, storage = planes>
func.func @mma_c11_high(%q: tensor<2x64xi8>, %a: tensor<2x2xi32>, %s: tensor<2x2xf32>, %w: tensor<8x64x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.mma' op expected codes u - zero that are int8 (-128 to 127), got u8 with zero = 129}}
  %0 = lut.mma {act_group = 32, instr = #lut.instr<m = 4, n = 32, k = 4, act = i8, weight = u8, accum = i32, out = f32>} ins(%q, %a, %s, %w : tensor<2x64xi8>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

!w = !lut.weight<u8, group = 32, zero = 127, storage = planes>
func.func @mma_c11_high(%q: tensor<2x64xi8>, %a: tensor<2x2xi32>, %s: tensor<2x2xf32>, %w: tensor<8x64x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.mma' op expected codes u - zero that are int8 (-128 to 127), got u8 with zero = 127}}
  %0 = lut.mma {act_group = 32, instr = #lut.instr<m = 4, n = 32, k = 4, act = i8, weight = u8, accum = i32, out = f32>} ins(%q, %a, %s, %w : tensor<2x64xi8>, tensor<2x2xi32>, tensor<2x2xf32>, tensor<8x64x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @repack_c1(%w: tensor<8x64x!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>>) {
  // expected-error @+1 {{'lut.repack' op expected weights of the same shape and values, got}}
  %0 = lut.repack %w : tensor<8x64x!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>> to tensor<8x64x!lut.weight<u4, group = 16, zero = 0, min, storage = planes>>
  return
}

// -----

func.func @repack_c2(%w: tensor<8x36x!lut.weight<u4, group = 32, zero = 0, min, storage = planes>>) {
  // expected-error @+1 {{'lut.repack' op expected K in whole blocks of 32 (gguf_q4_1), got 36}}
  %0 = lut.repack %w : tensor<8x36x!lut.weight<u4, group = 32, zero = 0, min, storage = planes>> to tensor<8x36x!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>>
  return
}

// -----

// Destination style: a destination and its result are of one type.
!w = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
func.func @mpgemm_destination(%q: tensor<2x64xi8>, %s: tensor<2x2xf32>, %w: tensor<8x64x!w>, %y: tensor<2x8xf32>) {
  // expected-error @+1 {{'lut.mpgemm' op expected type of operand #3 ('tensor<2x8xf32>') to match type of corresponding result ('tensor<2x9xf32>')}}
  %0 = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<2x64xi8>, tensor<2x2xf32>, tensor<8x64x!w>) outs(%y : tensor<2x8xf32>) -> tensor<2x9xf32>
  return
}
