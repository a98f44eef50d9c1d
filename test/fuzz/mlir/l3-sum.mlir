func.func @sum() attributes {accel.program} {
  %m = arith.constant 9223372036854775807 : index
  %k = arith.constant 1 : index
  %q = arith.addi %m, %k : index
  return
}
