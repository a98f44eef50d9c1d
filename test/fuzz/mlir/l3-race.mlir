func.func @race(%x: memref<16xf32> {accel.role = "argument"}, %y: memref<16xf32> {accel.role = "result"})
    attributes {accel.program} {
  %t = memref.alloc() {accel.address = 0 : i64} : memref<16xf32, #accel.mem<spm>>
  %0 = accel.load %x to %t : memref<16xf32> to memref<16xf32, #accel.mem<spm>>
  %1 = accel.store %t to %y : memref<16xf32, #accel.mem<spm>> to memref<16xf32>
  return
}
