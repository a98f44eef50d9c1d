#!/usr/bin/env python3
"""What sim/isa/TUTORIAL.md quotes stands in the tree, and its commands run.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

usage: tutorial_test.py SOURCE ACCORD
"""
import os
import re
import shlex
import subprocess
import sys


def main():
    source, accord = sys.argv[1:]
    with open(os.path.join(source, "sim/isa/TUTORIAL.md")) as f:
        page = f.read()
    quotes = re.findall(r"^`([^`\n]+)`:\n```cpp\n(.*?)^```$", page, re.M | re.S)
    wrong = []
    for path, quote in quotes:
        with open(os.path.join(source, path)) as f:
            if quote not in f.read():
                wrong.append(f"{path}: expected what the page quotes, got other text:\n{quote}")
    commands = [line for block in re.findall(r"^```sh\n(.*?)^```$", page, re.M | re.S) for line in block.splitlines()]
    for command in commands:
        words = shlex.split(command)
        done = subprocess.run([accord] + words[1:], cwd=source, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        told = done.stdout
        if words[0] != "accord" or done.returncode:
            wrong.append(f"{command}: expected exit code 0, got {done.returncode}:\n{told}")
        if words[1] == "compile" and "accel.transpose" not in told:
            wrong.append(f"{command}: expected accel.transpose, got\n{told}")
        # Rows of device, values compared, mismatches.
        if words[1] == "parity" and len(re.findall(r"\s1260\s+0\s", told)) != 2:
            wrong.append(f"{command}: expected two devices with 1260 values and no mismatch, got\n{told}")
    print(f"pieces compared: {len(quotes)}, commands run: {len(commands)}")
    if len(quotes) < 7 or len(commands) < 3:
        wrong.append("expected at least seven pieces and three commands on the page")
    sys.exit("\n".join(wrong) or 0)


main()
