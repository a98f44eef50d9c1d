func.func @endless() attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %u = arith.constant 9223372036854775807 : index
  scf.for %i = %c0 to %u step %c1 {
  }
  return
}
