func.func @shift() attributes {accel.program} {
  %k = arith.constant 64 : index
  %q = arith.shli %k, %k : index
  return
}
