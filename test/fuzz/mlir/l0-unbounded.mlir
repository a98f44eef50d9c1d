// Nothing bounds the position of an entry without caches.
func.func @unbounded(%x: tensor<9x4xf32>, %position: index) -> tensor<1x4xf32> {
  %y = tensor.extract_slice %x[%position, 0] [1, 4] [1, 1] : tensor<9x4xf32> to tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}
