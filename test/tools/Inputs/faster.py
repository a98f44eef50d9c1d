"""Fails unless the second machine needs fewer cycles by the factor. usage: faster.py FACTOR MODEL SLOW.yaml FAST.yaml ACCORD [OPTION...]
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"""
import json
import subprocess
import sys

factor, model, slow, fast, accord = sys.argv[1:6]
options = sys.argv[6:]


def cycles(machine):
    out = subprocess.run([accord, "sim", model, "--hardware", machine, "--format", "json", *options], check=True, capture_output=True)
    whole = json.loads(out.stdout)
    rows = whole["rows"] if "rows" in whole else whole["runs"][0]["totals"]
    return next(row["value"] for row in rows if row["quantity"] == "cycles")


a, b = cycles(slow), cycles(fast)
print(f"{a} and {b} cycles")
assert a >= float(factor) * b, f"expected {factor} times fewer cycles than {a}, got {b}"
