// Is a token where no command or loop carries it refused?
// RUN: %accord-opt %s --split-input-file --verify-diagnostics --accel-to-loops

// expected-error @below {{expected no token among the results}}
func.func @returned() -> !accel.token {
  %t = accel.done
  return %t : !accel.token
}

// -----

func.func @selected(%c: i1) {
  %t = accel.done
  %u = accel.done
  // expected-error @below {{expected tokens to be carried by commands and scf.for only}}
  %v = arith.select %c, %t, %u : !accel.token
  return
}
