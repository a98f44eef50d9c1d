// The next step lies beyond 64 bits: the loop has ended.
func.func @last_step() attributes {accel.program} {
  %l = arith.constant 9223372036854775806 : index
  %u = arith.constant 9223372036854775807 : index
  %s = arith.constant 2 : index
  scf.for %i = %l to %u step %s {
  }
  return
}
