// A missing token is a race, a buffer that nothing wrote is told, and what no program holds has no place in one.

func.func @ordered(%x: memref<16xf32> {accel.role = "argument"}, %y: memref<16xf32> {accel.role = "result"})
    attributes {accel.program} {
  %t = memref.alloc() {accel.address = 0 : i64} : memref<16xf32, #accel.mem<spm>>
  %0 = accel.load %x to %t : memref<16xf32> to memref<16xf32, #accel.mem<spm>>
  %1 = accel.store %t to %y after(%0) : memref<16xf32, #accel.mem<spm>> to memref<16xf32>
  return
}
