#!/usr/bin/env python3
"""The block of rtl/TUTORIAL.md: it agrees with golden and model, lint takes it, and each of its mutations is noticed.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

usage: tutorial_test.py BENCH PAGE RTL     BENCH: its program; PAGE: the folder of its files; RTL: the folder of the blocks that are ours
"""
import os
import re
import shutil
import subprocess
import sys


def bench(program, folder):
    done = subprocess.run([program, folder], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def main():
    program, page, rtl = sys.argv[1:]
    folder = os.path.join(page, "rtl")
    shutil.rmtree(folder, ignore_errors=True)
    for each in ("pkg", "lint"):
        shutil.copytree(os.path.join(rtl, each), os.path.join(folder, each))
    shutil.copytree(os.path.join(page, "row_max"), os.path.join(folder, "row_max"))
    with open(os.path.join(page, "waiver.vlt")) as f, open(os.path.join(folder, "lint/verilator_waiver.vlt"), "a") as waivers:
        waivers.write("\n" + f.read())
    with open(os.path.join(folder, "row_max/row_max.f")) as f:
        sources = [os.path.join(folder, line) for line in f.read().split()]
    for lanes in (1, 4, 6):
        subprocess.run(["verilator", "--lint-only", "-Wall", "--assert", "--top-module", "acc_row_max", f"-GLanes={lanes}",
                        os.path.join(folder, "lint/verilator_waiver.vlt"), *sources], check=True)
    subprocess.run(["yosys", "-q", "-e", ".*", "-p", f"read_verilog -sv {' '.join(sources)}; hierarchy -check -top acc_row_max; "
                    "synth -flatten -top acc_row_max; check -assert"], check=True)

    code, told = bench(program, folder)
    print(told, end="")
    counts = [int(n) for n in re.findall(r"\d+", told.splitlines()[0])] if told else []
    if code or len(counts) != 4 or not all(counts):
        sys.exit(f"expected a block that agrees, got exit code {code}")

    place, caught = os.path.join(folder, "row_max/acc_row_max.sv"), 0
    with open(place) as f:
        sound = f.read()
    with open(os.path.join(page, "mutations.txt")) as f:
        mutations = [[field.strip().replace("\\|", "|") for field in re.split(r"(?<!\\)\|", line)] for line in f if line.strip()]
    for name, _, text, replacement in mutations:
        if sound.count(text) != 1:
            sys.exit(f"{name}: expected text that occurs once, got {sound.count(text)} times: {text}")
        with open(place, "w") as f:
            f.write(sound.replace(text, replacement))
        code, told = bench(program, folder)
        print(f"  {name:12} {' '.join(told.split()[9:]) if code == 1 else 'NOT caught: ' + told}")
        caught += code == 1
    print(f"mutations of row_max caught {caught} of {len(mutations)}")
    sys.exit(0 if mutations and caught == len(mutations) else 1)


main()
