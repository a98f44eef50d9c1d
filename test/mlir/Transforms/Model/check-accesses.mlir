// RUN: %accord-opt %s --check-accesses --split-input-file --verify-diagnostics | FileCheck %s
// What lies inside in every call passes unchanged: an entry of 1 to 16 tokens, one of a fixed number, layers through calls.
// CHECK-LABEL: func.func @inside
// CHECK-LABEL: func.func @fixed
func.func @inside(%tokens: tensor<?xi32>, %position: index, %k: memref<2x16x1x4xf16>, %v: memref<2x16x1x4xf16>, %table: tensor<9x4xf32>)
    -> tensor<1x4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %rows = tensor.dim %tokens, %c0 : tensor<?xi32>
  %e = tensor.empty(%rows) : tensor<?x4xf32>
  %x = nn.embed ins(%tokens, %table : tensor<?xi32>, tensor<9x4xf32>) outs(%e : tensor<?x4xf32>) -> tensor<?x4xf32>
  %cos, %sin = nn.rope_table {head_dim = 8, theta = 1.0e+04} -> tensor<16x4xf32>, tensor<16x4xf32>
  %angles = tensor.extract_slice %cos[%position, 0] [%rows, 4] [1, 1] : tensor<16x4xf32> to tensor<?x4xf32>
  %e1 = tensor.empty(%rows) : tensor<?x4xf32>
  %y = nn.add ins(%x, %angles : tensor<?x4xf32>, tensor<?x4xf32>) outs(%e1 : tensor<?x4xf32>) -> tensor<?x4xf32>
  %a = call @layer(%y, %c0, %position, %k, %v) : (tensor<?x4xf32>, index, index, memref<2x16x1x4xf16>, memref<2x16x1x4xf16>) -> tensor<?x4xf32>
  %b = call @layer(%a, %c1, %position, %k, %v) : (tensor<?x4xf32>, index, index, memref<2x16x1x4xf16>, memref<2x16x1x4xf16>) -> tensor<?x4xf32>
  %last = arith.subi %rows, %c1 : index
  %z = tensor.extract_slice %b[%last, 0] [1, 4] [1, 1] : tensor<?x4xf32> to tensor<1x4xf32>
  return %z : tensor<1x4xf32>
}
func.func private @layer(%x: tensor<?x4xf32>, %layer: index, %position: index, %k: memref<2x16x1x4xf16>, %v: memref<2x16x1x4xf16>) -> tensor<?x4xf32> {
  nn.cache_append ins(%x : tensor<?x4xf32>) into(%k : memref<2x16x1x4xf16>) at(%layer, %position)
  nn.cache_append ins(%x : tensor<?x4xf32>) into(%v : memref<2x16x1x4xf16>) at(%layer, %position)
  %c0 = arith.constant 0 : index
  %rows = tensor.dim %x, %c0 : tensor<?x4xf32>
  %e = tensor.empty(%rows) : tensor<?x4xf32>
  %y = nn.attention {heads = 1, scale = 5.0e-01} ins(%x : tensor<?x4xf32>) cache(%k, %v : memref<2x16x1x4xf16>, memref<2x16x1x4xf16>)
         at(%layer, %position) outs(%e : tensor<?x4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
func.func @fixed(%x: tensor<8x4xf32>, %tokens: tensor<8xi32>, %position: index, %k: memref<2x16x1x4xf16>, %v: memref<2x16x1x4xf16>) {
  %c1 = arith.constant 1 : index
  nn.cache_append ins(%x : tensor<8x4xf32>) into(%k : memref<2x16x1x4xf16>) at(%c1, %position)
  return
}

// -----

func.func @layer_past_the_last(%x: tensor<1x4xf32>, %position: index, %k: memref<2x16x1x4xf16>) {
  %c2 = arith.constant 2 : index
  // expected-error@+1 {{layer: expected 0 to 1, got 2}}
  nn.cache_append ins(%x : tensor<1x4xf32>) into(%k : memref<2x16x1x4xf16>) at(%c2, %position)
  return
}

// -----

// In the callee, for the caller that asks for it.
func.func @caller(%x: tensor<1x4xf32>, %position: index, %k: memref<2x16x1x4xf16>) {
  %c1 = arith.constant -1 : index
  call @callee(%x, %c1, %position, %k) : (tensor<1x4xf32>, index, index, memref<2x16x1x4xf16>) -> ()
  return
}
func.func private @callee(%x: tensor<1x4xf32>, %layer: index, %position: index, %k: memref<2x16x1x4xf16>) {
  // expected-error@+1 {{layer: expected 0 to 1, got -1}}
  nn.cache_append ins(%x : tensor<1x4xf32>) into(%k : memref<2x16x1x4xf16>) at(%layer, %position)
  return
}

// -----

func.func @position_past_the_last(%x: tensor<?x4xf32>, %position: index, %k: memref<2x16x1x4xf16>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %next = arith.addi %position, %c1 : index
  // expected-error@+1 {{position: expected 0 to 15, got 16 at position 15 with 1 token}}
  nn.cache_append ins(%x : tensor<?x4xf32>) into(%k : memref<2x16x1x4xf16>) at(%c0, %next)
  return
}

// -----

func.func @attention_outside(%q: tensor<1x4xf32>, %position: index, %k: memref<2x16x1x4xf16>) -> tensor<1x4xf32> {
  %c0 = arith.constant 0 : index
  %twice = arith.addi %position, %position : index
  %e = tensor.empty() : tensor<1x4xf32>
  // expected-error@+1 {{position: expected 0 to 15, got 30 at position 15 with 1 token}}
  %y = nn.attention {heads = 1, scale = 5.0e-01} ins(%q : tensor<1x4xf32>) cache(%k, %k : memref<2x16x1x4xf16>, memref<2x16x1x4xf16>)
         at(%c0, %twice) outs(%e : tensor<1x4xf32>) -> tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}

// -----

func.func @table_too_short(%x: tensor<1x4xf32>, %position: index, %k: memref<2x16x1x4xf16>) -> tensor<1x4xf32> {
  %cos, %sin = nn.rope_table {head_dim = 8, theta = 1.0e+04} -> tensor<15x4xf32>, tensor<15x4xf32>
  // expected-error@+1 {{offset of axis 0: expected 0 to 14, got 15 at position 15 with 1 token}}
  %angles = tensor.extract_slice %cos[%position, 0] [1, 4] [1, 1] : tensor<15x4xf32> to tensor<1x4xf32>
  return %angles : tensor<1x4xf32>
}

// -----

func.func @rows_before_the_first(%x: tensor<?x4xf32>) -> tensor<1x4xf32> {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %rows = tensor.dim %x, %c0 : tensor<?x4xf32>
  %at = arith.subi %rows, %c2 : index
  // expected-error@+1 {{offset of axis 0: expected 0, got -1 at position 0 with 1 token}}
  %y = tensor.extract_slice %x[%at, 0] [1, 4] [1, 1] : tensor<?x4xf32> to tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}

// -----

func.func @columns_outside(%x: tensor<3x4xf32>) -> tensor<3x2xf32> {
  // expected-error@+1 {{offset of axis 1: expected 0 to 2, got 3}}
  %y = tensor.extract_slice %x[0, 3] [3, 2] [1, 1] : tensor<3x4xf32> to tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}

// -----

// Nothing bounds the position of an entry without caches.
func.func @unbounded(%x: tensor<9x4xf32>, %position: index) -> tensor<1x4xf32> {
  // expected-error@+1 {{offset of axis 0: expected 0 to 8, got 1099511627775}}
  %y = tensor.extract_slice %x[%position, 0] [1, 4] [1, 1] : tensor<9x4xf32> to tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}

// -----

func.func @not_linear(%x: tensor<1x4xf32>, %position: index, %k: memref<2x16x1x4xf16>) {
  %c0 = arith.constant 0 : index
  %square = arith.muli %position, %position : index
  // expected-error@+1 {{position: expected a sum of multiples of the position, the tokens and constants}}
  nn.cache_append ins(%x : tensor<1x4xf32>) into(%k : memref<2x16x1x4xf16>) at(%c0, %square)
  return
}

// -----

func.func @other_rows(%x: tensor<?x4xf32>, %w: tensor<8x4xf32>) -> tensor<?x4xf32> {
  %c0 = arith.constant 0 : index
  %rows = tensor.dim %x, %c0 : tensor<?x4xf32>
  %e = tensor.empty(%rows) : tensor<?x4xf32>
  // expected-error@+1 {{rows: expected 1, got 8}}
  %as = tensor.cast %w : tensor<8x4xf32> to tensor<?x4xf32>
  %y = nn.add ins(%x, %as : tensor<?x4xf32>, tensor<?x4xf32>) outs(%e : tensor<?x4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

func.func @mixed_rows(%x: tensor<?x4xf32>, %w: tensor<8x4xf32>) -> tensor<?x4xf32> {
  %c0 = arith.constant 0 : index
  %rows = tensor.dim %x, %c0 : tensor<?x4xf32>
  %e = tensor.empty(%rows) : tensor<?x4xf32>
  // expected-error@+1 {{axis 0 of operand 1: expected 1, got 8}}
  %y = nn.add ins(%x, %w : tensor<?x4xf32>, tensor<8x4xf32>) outs(%e : tensor<?x4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

func.func @token_outside(%table: tensor<9x4xf32>) -> tensor<2x4xf32> {
  %tokens = arith.constant dense<[8, 9]> : tensor<2xi32>
  %e = tensor.empty() : tensor<2x4xf32>
  // expected-error@+1 {{expected tokens from 0 to 8, got 9}}
  %x = nn.embed ins(%tokens, %table : tensor<2xi32>, tensor<9x4xf32>) outs(%e : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %x : tensor<2x4xf32>
}

// -----

func.func @elided() -> tensor<2x4xf32> {
  // expected-error@+1 {{expected a resource of 32 bytes for 'tensor<2x4xf32>', got 0}}
  %w = arith.constant dense_resource<__elided__> : tensor<2x4xf32>
  return %w : tensor<2x4xf32>
}

// -----

// expected-error@+1 {{expected a graph without recursion}}
func.func @recursive(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %y = call @recursive(%x) : (tensor<1x4xf32>) -> tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}

// -----

func.func @one(%x: tensor<1x4xf32>, %position: index, %k: memref<2x16x1x4xf16>) {
  return
}
// expected-error@+1 {{expected the caches of @one, 'memref<2x16x1x4xf16>', got 'memref<2x8x1x4xf16>'}}
func.func @two(%x: tensor<1x4xf32>, %position: index, %k: memref<2x8x1x4xf16>) {
  return
}

// -----

// The size of a value that nothing else would hold back.
func.func @beyond_memory(%x: tensor<1x16xf32>) -> tensor<1x16xf32> {
  // expected-error@+1 {{expected values of at most 2^44 bytes, got 'tensor<4611686018427387904x16xf32>'}}
  %e = tensor.empty() : tensor<4611686018427387904x16xf32>
  %y = tensor.extract_slice %e[0, 0] [1, 16] [1, 1] : tensor<4611686018427387904x16xf32> to tensor<1x16xf32>
  return %y : tensor<1x16xf32>
}

// -----

// Tokens of the graph are no caller's, though the callee sees an argument.
func.func @passes_tokens(%table: tensor<9x4xf32>) -> tensor<2x4xf32> {
  %tokens = arith.constant dense<[8, 9000000]> : tensor<2xi32>
  %x = call @embeds(%tokens, %table) : (tensor<2xi32>, tensor<9x4xf32>) -> tensor<2x4xf32>
  return %x : tensor<2x4xf32>
}
func.func private @embeds(%tokens: tensor<2xi32>, %table: tensor<9x4xf32>) -> tensor<2x4xf32> {
  %e = tensor.empty() : tensor<2x4xf32>
  // expected-error@+1 {{expected tokens that are an argument of the entry or a constant beside their use}}
  %x = nn.embed ins(%tokens, %table : tensor<2xi32>, tensor<9x4xf32>) outs(%e : tensor<2x4xf32>) -> tensor<2x4xf32>
  return %x : tensor<2x4xf32>
}

// -----

// Two numbers of the caller's are two: their difference is not 0.
func.func @two_positions(%x: tensor<1x4xf32>, %a: index, %b: index, %k: memref<2x16x1x4xf16>) -> tensor<1x4xf32> {
  %d = arith.subi %a, %b : index
  // expected-error@+1 {{offset of axis 0: expected a sum of multiples of the position, the tokens and constants}}
  %y = tensor.extract_slice %x[%d, 0] [1, 4] [1, 1] : tensor<1x4xf32> to tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}

// -----

// A position that an entry may be asked for lies in all of its caches: the shorter one bounds it.
func.func @two_lengths(%x: tensor<1x4xf32>, %position: index, %k: memref<2x16x1x4xf16>, %v: memref<2x8x1x4xf16>) {
  %c0 = arith.constant 0 : index
  nn.cache_append ins(%x : tensor<1x4xf32>) into(%k : memref<2x16x1x4xf16>) at(%c0, %position)
  nn.cache_append ins(%x : tensor<1x4xf32>) into(%v : memref<2x8x1x4xf16>) at(%c0, %position)
  return
}

// -----

// Offsets from the tokens' number have their extreme where a caller asks for all positions at once.
func.func @most_tokens(%x: tensor<?x4xf32>, %position: index, %k: memref<2x16x1x4xf16>, %w: tensor<9x4xf32>) -> tensor<1x4xf32> {
  %c0 = arith.constant 0 : index
  %rows = tensor.dim %x, %c0 : tensor<?x4xf32>
  // expected-error@+1 {{offset of axis 0: expected 0 to 8, got 16 at position 0 with 16 tokens}}
  %y = tensor.extract_slice %w[%rows, 0] [1, 4] [1, 1] : tensor<9x4xf32> to tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}
