func.func @element(%x: memref<16xi64> {accel.role = "argument"}) attributes {accel.program} {
  return
}
