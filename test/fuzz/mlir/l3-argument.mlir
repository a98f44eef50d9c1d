func.func @argument(%x: f32) attributes {accel.program} {
  return
}
