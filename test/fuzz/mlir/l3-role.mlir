func.func @role(%x: memref<16xf32>) attributes {accel.program} {
  return
}
