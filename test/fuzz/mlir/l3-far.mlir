func.func @far(%m: memref<4x4xf32> {accel.role = "argument"}, %y: memref<16xf32> {accel.role = "result"})
    attributes {accel.program} {
  %far = arith.constant 9223372036854775807 : index
  %t = memref.subview %m[%far, 0] [1, 4] [1, 1] : memref<4x4xf32> to memref<4xf32, strided<[1], offset: ?>>
  return
}
