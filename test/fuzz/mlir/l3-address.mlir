func.func @address(%x: memref<16xf32> {accel.role = "argument"}) attributes {accel.program} {
  %t = memref.alloc() : memref<16xf32, #accel.mem<spm>>
  return
}
