func.func @divide(%n: index) attributes {accel.program} {
  %c1 = arith.constant 1 : index
  %0 = arith.divui %c1, %n : index
  return
}
