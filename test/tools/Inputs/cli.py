# Helpers of the command's tests. `cli.py fails CODE TEXT COMMAND...`: the command ends with CODE, stdout is empty, the
# last line of stderr is `accord: error: ` with TEXT in it, the only such line, and no crash report stands above it.
# `cli.py edit FROM TO OLD NEW`: a copy of a file with OLD, which must occur, replaced once.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import re
import subprocess
import sys


def fails(code, text, *command):
    run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
    lines = run.stderr.splitlines() or [""]
    errors = [line for line in lines if line.startswith("accord: error: ")]
    crashed = re.search(r"Stack dump|PLEASE submit|Assertion|terminate called|signal", run.stderr)
    if (run.returncode != int(code) or run.stdout or crashed or len(errors) != 1 or errors[0] != lines[-1]
            or not all(part in run.stderr for part in text.split("|"))):
        sys.exit(f"expected exit {code}, an empty stdout and one error with {text!r}, got {run.returncode}, "
                 f"stdout {run.stdout[:200]!r}, stderr:\n{run.stderr[:3000]}")


def edit(source, target, old, new):
    text = open(source).read()
    if old not in text:
        sys.exit(f"{source}: expected {old!r} in it, got none")
    open(target, "w").write(text.replace(old, new, 1))


{"fails": fails, "edit": edit}[sys.argv[1]](*sys.argv[2:])
