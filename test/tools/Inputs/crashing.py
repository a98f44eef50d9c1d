"""What MLIR crashes on is an error that names it.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

usage: crashing.py ACCORD_OPT OUT COMMAND...
Bytecode of a small module, a byte of it changed at a time, goes to OUT and is the last word of each command. Each must end by
itself; on most of them MLIR 19's reader crashes, by an abort and by a wild address.
"""
import re
import subprocess
import sys

SOURCE = """func.func @f(%a: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %c = arith.constant dense<1.0> : tensor<4x8xf32>
  %0 = arith.addf %a, %c : tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}
"""
# Where, and the new value.
POINTS = [(22, 0), (36, 0), (123, 1), (147, 0)]


def main():
    opt, out, *command = sys.argv[1:]
    whole = subprocess.run([opt, "-emit-bytecode"], input=SOURCE.encode(), capture_output=True, check=True).stdout
    told = 0
    for at, value in POINTS:
        changed = bytearray(whole)
        changed[at] = value
        with open(out, "wb") as f:
            f.write(changed)
        run = subprocess.run([*command, out], stdin=subprocess.DEVNULL, capture_output=True)
        said = run.stderr.decode(errors="replace")
        crashed = re.search(rf"^accord(-opt)?: error: {re.escape(out)}: expected to .*, got a crash of MLIR or LLVM", said, re.M)
        if run.returncode not in (0, 1) or (crashed and run.returncode != 1):
            sys.exit(f"byte {at} = {value}: expected exit 0 or 1, got {run.returncode}:\n{said}")
        told += crashed is not None
    print(f"{told} of {len(POINTS)} crashes told")


main()
