func.func @loop_buffer(%x: memref<16xf32> {accel.role = "argument"}) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %c1 step %c1 {
    %t = memref.alloc() {accel.address = 0 : i64} : memref<16xf32, #accel.mem<spm>>
  }
  return
}
