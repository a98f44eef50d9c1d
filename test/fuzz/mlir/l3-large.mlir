func.func @large(%x: memref<4611686018427387904x4xf32> {accel.role = "argument"}) attributes {accel.program} {
  return
}
