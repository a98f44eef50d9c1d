func.func @f() {
  "nobody.knows"() : () -> ()
  return
}
