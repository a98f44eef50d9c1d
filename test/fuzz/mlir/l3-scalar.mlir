// Without a token between load and store: no iteration, no race.
func.func @p(%x: memref<64xf32> {accel.role = "argument", accel.name = "x"}, %y: memref<64xf32> {accel.role = "result", accel.name = "y"},
             %n: index) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %t = memref.alloc() {accel.address = 0 : i64, accel.name = "t"} : memref<64xf32, #accel.mem<spm>>
  scf.for %i = %c0 to %n step %c1 {
    // The two that race:
    %a = accel.load %x to %t : memref<64xf32> to memref<64xf32, #accel.mem<spm>>
    %b = accel.store %t to %y : memref<64xf32, #accel.mem<spm>> to memref<64xf32>
  }
  return
}
