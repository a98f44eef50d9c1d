#!/usr/bin/env python3
"""Holds the bounds that `accord sim` names against runs with each resource doubled.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

usage: check_bounds.py ACCORD MODEL CONTEXT MACHINE...
Every op of a decode step behind CONTEXT tokens and of a prefill of as many, on each machine: the resource that the report
names, and the one that takes the most off the op's time when the machine has really twice as much (`--twice`). A row agrees
when they are the same, or when what was named takes 5 percent off and less than 1 point less than the best. Fails when less
than 90 percent agree, or with less than 50 rows.
"""
import json
import subprocess
import sys

RESOURCES = ["dram", "dma", "scratchpad", "table", "lut", "mac", "vector", "issue"]
NONE = "dependency"


def run(accord, model, phase, context, machine, *more):
    command = [accord, "sim", model, "--hardware", machine, "--phase", phase, "--context", context, "--format", "json",
               "--report", "totals,resources,ops", *more]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: expected exit 0, got {done.returncode}:\n{done.stderr}")
    return json.loads(done.stdout)["runs"][0]


def gains(before, after):
    return {op: 100 * (cycles - after[op]) / cycles for op, cycles in before.items()}


def active(result):
    return {row["op"]: row["active_cycles"] for row in result["ops"]}


def main():
    accord, model, context, *machines = sys.argv[1:]
    rows = same = agree = 0
    print(f"{'machine':12}{'phase':9}{'op':28}{'named':12}{'gain':>7}   {'measured':12}{'gain':>7}   {'of named':>8}")
    for machine in machines:
        for phase in ("decode", "prefill"):
            base = run(accord, model, phase, context, machine)
            have = [row["resource"] for row in base["resources"]]
            measured = {r: gains(active(base), active(run(accord, model, phase, context, machine, "--twice", r)))
                        for r in RESOURCES if r in have}
            for row in base["ops"]:
                op, named = row["op"], row["bound"]
                best = max(measured, key=lambda r: measured[r][op])
                gain, of_named = measured[best][op], measured[named][op] if named != NONE else 0.0
                truth = best if gain >= 5 else NONE
                close = named != NONE and of_named >= 5 and gain - of_named < 1
                rows, same, agree = rows + 1, same + (named == truth), agree + (named == truth or close)
                mark = "" if named == truth else "  close" if close else "  differs"
                print(f"{base['hardware']:12}{phase:9}{op:28}{named:12}{row['gain_percent']:7.2f}   {truth:12}{gain:7.2f}   "
                      f"{of_named:8.2f}{mark}")
    print(f"{rows} rows compared, {same} name the same resource, {agree} agree")
    if rows < 50:
        sys.exit(f"expected at least 50 rows, got {rows}")
    if agree * 10 < rows * 9:
        sys.exit(f"expected 90 percent of them to agree, got {100 * agree / rows:.1f}")


main()
