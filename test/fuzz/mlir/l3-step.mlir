func.func @step(%x: memref<16xf32> {accel.role = "inout"}, %n: index) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %c1 step %n {
  }
  // Scalars that are not given are 0.
  return
}
