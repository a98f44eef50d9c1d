# `same_runs.py A B [C D ...]`: results of `accord sim --format json`, two by two: all of their reports are the same.
# Says how many figures it compared.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import sys


def figures(path):
    """Every figure of a result's reports, by its place."""
    found = {}

    def walk(place, value):
        if isinstance(value, (dict, list)):
            for key, each in value.items() if isinstance(value, dict) else enumerate(value):
                walk(place + (key,), each)
        else:
            found[place] = value

    for number, run in enumerate(json.load(open(path))["runs"]):
        for report, rows in run.items():
            for row in rows if isinstance(rows, list) else []:
                walk((number, report, str(row.get("quantity", len(found)))), row)
    return found


paths = sys.argv[1:]
compared = 0
for a, b in zip(paths[::2], paths[1::2]):
    first, second = figures(a), figures(b)
    if not first or first != second:
        differing = [key for key in sorted(set(first) | set(second), key=str) if first.get(key) != second.get(key)]
        sys.exit(f"{a}, {b}: expected the same figures, got {[(k, first.get(k), second.get(k)) for k in differing[:8]]}")
    compared += len(first)
print(f"{compared} figures are the same")
