// Quantized products between linalg: y = softmax(x + W3·(silu(W1·x)·(W2·x))), 4 rows, width 128, hidden width 256.
// Everything here goes on to the accelerator's program (L3).
!w4 = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
!w8 = !lut.weight<u8, group = 32, zero = 128, storage = gguf_q8_0>
#map = affine_map<(d0, d1) -> (d0, d1)>

func.func @forward(%x: tensor<4x128xf32>, %gate: tensor<256x128x!w4>, %up: tensor<256x128x!w4>,
                   %down: tensor<128x256x!w8>) -> tensor<4x128xf32> {
  %one = arith.constant 1.0 : f32
  %q0 = tensor.empty() : tensor<4x128xi8>
  %s0 = tensor.empty() : tensor<4x4xf32>
  %q, %s = lut.quantize_act {group = 32} ins(%x : tensor<4x128xf32>)
             outs(%q0, %s0 : tensor<4x128xi8>, tensor<4x4xf32>) -> tensor<4x128xi8>, tensor<4x4xf32>
  %wide = tensor.empty() : tensor<4x256xf32>
  %g = lut.mpgemm {act_group = 32} ins(%q, %s, %gate : tensor<4x128xi8>, tensor<4x4xf32>, tensor<256x128x!w4>)
         outs(%wide : tensor<4x256xf32>) -> tensor<4x256xf32>
  %u = lut.mpgemm {act_group = 32} ins(%q, %s, %up : tensor<4x128xi8>, tensor<4x4xf32>, tensor<256x128x!w4>)
         outs(%wide : tensor<4x256xf32>) -> tensor<4x256xf32>
  %a = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]}
         ins(%g, %u : tensor<4x256xf32>, tensor<4x256xf32>) outs(%wide : tensor<4x256xf32>) {
  ^bb0(%in: f32, %in_0: f32, %out: f32):
    %0 = arith.negf %in : f32
    %1 = math.exp %0 : f32
    %2 = arith.addf %1, %one : f32
    %3 = arith.divf %in, %2 : f32
    %4 = arith.mulf %3, %in_0 : f32
    linalg.yield %4 : f32
  } -> tensor<4x256xf32>
  %r0 = tensor.empty() : tensor<4x256xi8>
  %t0 = tensor.empty() : tensor<4x8xf32>
  %r, %t = lut.quantize_act {group = 32} ins(%a : tensor<4x256xf32>)
             outs(%r0, %t0 : tensor<4x256xi8>, tensor<4x8xf32>) -> tensor<4x256xi8>, tensor<4x8xf32>
  %narrow = tensor.empty() : tensor<4x128xf32>
  %d = lut.mpgemm {act_group = 32} ins(%r, %t, %down : tensor<4x256xi8>, tensor<4x8xf32>, tensor<128x256x!w8>)
         outs(%narrow : tensor<4x128xf32>) -> tensor<4x128xf32>
  %y = linalg.add ins(%x, %d : tensor<4x128xf32>, tensor<4x128xf32>) outs(%narrow : tensor<4x128xf32>) -> tensor<4x128xf32>
  %p = linalg.softmax dimension(1) ins(%y : tensor<4x128xf32>) outs(%narrow : tensor<4x128xf32>) -> tensor<4x128xf32>
  return %p : tensor<4x128xf32>
}
