// Is everything without a kernel refused at its place?
// RUN: %accord-opt %s --split-input-file --verify-diagnostics --graph-to-cpu

func.func @other_op(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  // expected-error @below {{has no kernel for the CPU}}
  %y = math.exp %x : tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// -----

// expected-error @below {{expected straight-line code, got control flow}}
func.func @control_flow(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  cf.br ^next
^next:
  return %x : tensor<4x64xf32>
}

// -----

func.func @columns(%x: tensor<4x?xf32>, %n: index) -> tensor<4x64xf32> {
  %e = tensor.empty() : tensor<4x64xf32>
  return %e : tensor<4x64xf32>
}
// expected-error @-4 {{argument 0: expected tokens, rows, packed weights, a cache or an index, got 'tensor<4x?xf32>'}}

// -----

func.func @rows_from_nowhere(%x: tensor<?x64xf32>, %n: index) -> tensor<?x64xf32> {
  // expected-error @below {{expected a dynamic size that is the rows (tensor.dim) of a dynamic argument}}
  %e = tensor.empty(%n) : tensor<?x64xf32>
  %y = nn.add ins(%x, %x : tensor<?x64xf32>, tensor<?x64xf32>) outs(%e : tensor<?x64xf32>) -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// -----

!w = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
func.func @accumulates(%q: tensor<1x64xi8>, %s: tensor<1x2xf32>, %w: tensor<64x64x!w>, %y: tensor<1x64xf32>) -> tensor<1x64xf32> {
  %true = arith.constant true
  // expected-error @below {{expected a product that starts from its first term, got one that accumulates}}
  %r = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<1x64xi8>, tensor<1x2xf32>, tensor<64x64x!w>) outs(%y : tensor<1x64xf32>) accumulate(%true : i1) -> tensor<1x64xf32>
  return %r : tensor<1x64xf32>
}

// -----

!w = !lut.weight<u2, group = 64, zero = 1, storage = planes>
func.func @short_groups(%q: tensor<1x64xi8>, %s: tensor<1x16xf32>, %w: tensor<64x64x!w>) -> tensor<1x64xf32> {
  %e = tensor.empty() : tensor<1x64xf32>
  // expected-error @below {{expected scale groups in multiples of 16, got 4}}
  %r = lut.mpgemm {act_group = 4} ins(%q, %s, %w : tensor<1x64xi8>, tensor<1x16xf32>, tensor<64x64x!w>) outs(%e : tensor<1x64xf32>) -> tensor<1x64xf32>
  return %r : tensor<1x64xf32>
}

// -----

func.func @packed_as_rows(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %w = nn.param "w" : tensor<4x64xf32>
  %e = tensor.empty() : tensor<4x64xf32>
  // expected-error @below {{expected a value that is packed weights everywhere, got a use as rows}}
  %y = nn.add ins(%x, %w : tensor<4x64xf32>, tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// -----

!c = memref<1x16x1x16xf16>
func.func @one_cache(%q: tensor<1x16xf32>, %c: !c, %i: index) -> tensor<1x16xf32> {
  %e = tensor.empty() : tensor<1x16xf32>
  // expected-error @below {{expected a value that is keys everywhere, got a use as values}}
  %y = nn.attention {heads = 1, scale = 1.0} ins(%q : tensor<1x16xf32>) cache(%c, %c : !c, !c) at(%i, %i) outs(%e : tensor<1x16xf32>) -> tensor<1x16xf32>
  return %y : tensor<1x16xf32>
}

// -----

func.func @recursive(%x: tensor<1x16xf32>) -> tensor<1x16xf32> {
  %y = call @again(%x) : (tensor<1x16xf32>) -> tensor<1x16xf32>
  return %y : tensor<1x16xf32>
}
// expected-error @below {{expected a function that does not call itself}}
func.func private @again(%x: tensor<1x16xf32>) -> tensor<1x16xf32> {
  %y = call @again(%x) : (tensor<1x16xf32>) -> tensor<1x16xf32>
  return %y : tensor<1x16xf32>
}

// -----

func.func @declared(%x: tensor<1x16xf32>) -> tensor<1x16xf32> {
  // expected-error @below {{expected a function with a body}}
  %y = call @elsewhere(%x) : (tensor<1x16xf32>) -> tensor<1x16xf32>
  return %y : tensor<1x16xf32>
}
func.func private @elsewhere(tensor<1x16xf32>) -> tensor<1x16xf32>

// -----

func.func @part_of_columns(%x: tensor<4x64xf32>, %i: index) -> tensor<4x32xf32> {
  // expected-error @below {{expected static columns}}
  %y = tensor.extract_slice %x[0, %i] [4, 32] [1, 1] : tensor<4x64xf32> to tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// -----

// What an op only writes, it may not read: nothing stands there.
func.func @reads_its_init(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %e = tensor.empty() : tensor<4x64xf32>
  // expected-error @below {{expected operands that an op of the graph computes, got one of type 'tensor<4x64xf32>'}}
  %y = nn.add ins(%e, %x : tensor<4x64xf32>, tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
