func.func @foreign(%x: memref<16xf32> {accel.role = "inout"}) attributes {accel.program} {
  %c0 = arith.constant 0 : index
  %0 = memref.load %x[%c0] : memref<16xf32>
  return
}
