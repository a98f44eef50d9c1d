# exit_code.py CODE COMMAND...: the command ends with CODE, tells why on stderr, and prints nothing to stdout.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import subprocess
import sys

expected = int(sys.argv[1])
result = subprocess.run(sys.argv[2:], capture_output=True, text=True)
if result.returncode != expected or result.stdout or not result.stderr.startswith("accord: error: "):
    sys.exit(f"expected exit {expected} with 'accord: error: ' on stderr and an empty stdout, got "
             f"{result.returncode}, stderr {result.stderr!r}, stdout {result.stdout!r}")
