#!/usr/bin/env python3
"""More of a resource is never slower: pairs of machines that differ in one key, and of prompts that differ in one token.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

usage: more_is_faster.py ACCORD MODEL.gguf [--machines FILE...] [--tokens N...] [--sample N] [--seed N] [--worst N] [--csv FILE]
  --machines   hardware files (default: those of models/hardware and test/tools/Inputs/wide.yaml)
  --tokens     prompts to take in (default: 1 2 3 7 8 9 15 16 17 33 64 100 128 255)
  --sample     that many pairs, chosen by --seed (default: all)
  --worst      rows to print (default: 20); --csv writes all of them

A pair is a machine and the same with one key doubled or halved (or its scratchpad from 64 KiB to 64 MiB), or a prompt and
the same with one more token. The side with more must not take over 1 % more cycles (2 % for a key of the dram), n + 1
tokens not over 1 % less than n; every point has to compile and run. Prints the table, worst pair first, and how many were
compared; exit 1 when a pair or a point fails, or nothing was compared.
"""
import argparse
import concurrent.futures
import csv
import glob
import json
import os
import random
import re
import subprocess
import sys
import tempfile

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# Section, key, and whether more of it is more of a resource (+1) or less (-1).
KEYS = [
    ("lut_array", "m", 1), ("lut_array", "count", 1), ("lut_array", "out_lanes", 1), ("table_unit", "tables_per_cycle", 1),
    ("mac_array", "rows", 1), ("mac_array", "cols", 1), ("mac_array", "out_lanes", 1), ("vector", "lanes", 1),
    ("vector", "latency_cycles", -1), ("scratchpad", "capacity_kib", 1), ("scratchpad", "banks", 1),
    ("scratchpad", "width_bits", 1), ("scratchpad", "latency_cycles", -1), ("accumulator", "capacity_kib", 1),
    ("accumulator", "banks", 1), ("accumulator", "width_bits", 1), ("accumulator", "latency_cycles", -1), ("dma", "engines", 1),
    ("dma", "queue_depth", 1), ("dma", "setup_cycles", -1), ("dma", "outstanding", 1), ("dram", "channels", 1),
    ("dram", "data_rate_mtps", 1), ("dram", "bus_width_bits", 1), ("dram", "queue_depth", 1), ("queues", "depth", 1),
    ("", "issue_cycles", -1),
]
SCRATCHPADS = [64 << i for i in range(11)]  # KiB: 64 KiB to 64 MiB
DEFAULT_TOKENS = [1, 2, 3, 7, 8, 9, 15, 16, 17, 33, 64, 100, 128, 255]
# What a description may refuse, and the pair with it: an arrangement that no machine can have.
REFUSED = re.compile(r"must be|expected mac_array|expected lut_array|mac_array\.")


def key_of(text, section, key):
    """The match of a key's number in a hardware file, or None."""
    head = rf"^{section}:\n(?:(?:  .*|\s*#.*|)\n)*?  " if section else "^"
    return re.search(rf"(?m){head}{key}: *(\d+)", text)


def with_key(text, section, key, value):
    at = key_of(text, section, key)
    return text[: at.start(1)] + str(value) + text[at.end(1):]


class Points:
    """Cycles by machine text and tokens, each simulated once."""

    def __init__(self, accord, model, folder):
        self.accord, self.model, self.folder = accord, model, folder

    def run(self, point):
        text, tokens = point
        path = os.path.join(self.folder, f"{abs(hash(text))}.yaml")
        if not os.path.exists(path):
            with open(path + f".{os.getpid()}", "w") as file:
                file.write(text)
            os.replace(path + f".{os.getpid()}", path)
        done = subprocess.run(
            [self.accord, "sim", self.model, "--hardware", path, "--phase", "prefill", "--context", str(tokens), "--report",
             "totals", "--format", "json"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            error = next((line for line in done.stderr.splitlines() if "error" in line), done.stderr[-200:])
            return error.replace(path, "FILE")
        totals = json.loads(done.stdout)["runs"][0]["totals"]
        return next(row["value"] for row in totals if row["quantity"] == "cycles")


def pairs_of(name, text, tokens):
    """(what, less, more, limit): two points, and how much slower the one with more may be."""
    for n in tokens:
        yield f"{name}: {n} and {n + 1} tokens", (text, n + 1), (text, n), 0.01
        for section, key, sign in KEYS:
            at = key_of(text, section, key)
            if not at:
                continue
            value = int(at.group(1))
            for other in {value * 2, value // 2} - {0, value}:
                low, high = sorted((value, other))
                less, more = (low, high) if sign > 0 else (high, low)
                yield (f"{name}: {section + '.' if section else ''}{key} {less} to {more}, {n} tokens",
                       (with_key(text, section, key, less), n), (with_key(text, section, key, more), n),
                       0.02 if section == "dram" else 0.01)
        for low, high in zip(SCRATCHPADS, SCRATCHPADS[1:]):
            yield (f"{name}: scratchpad {low} to {high} KiB, {n} tokens", (with_key(text, "scratchpad", "capacity_kib", low), n),
                   (with_key(text, "scratchpad", "capacity_kib", high), n), 0.01)


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\n\n")[0])
    parser.add_argument("accord")
    parser.add_argument("model")
    parser.add_argument("--machines", nargs="+", default=sorted(glob.glob(os.path.join(SOURCE, "models/hardware/*.yaml"))) +
                        [os.path.join(SOURCE, "test/tools/Inputs/wide.yaml")])
    parser.add_argument("--tokens", nargs="+", type=int, default=DEFAULT_TOKENS)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worst", type=int, default=20)
    parser.add_argument("--csv")
    options = parser.parse_args()
    pairs = []
    for path in options.machines:
        with open(path) as file:
            pairs += pairs_of(os.path.splitext(os.path.basename(path))[0], file.read(), options.tokens)
    if options.sample:
        print(f"seed {options.seed}")
        pairs = random.Random(options.seed).sample(pairs, min(options.sample, len(pairs)))
    points = sorted({point for pair in pairs for point in pair[1:3]}, key=lambda p: p[1])
    rows, failed, refused = [], [], 0
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        cycles = dict(zip(points, pool.map(Points(options.accord, options.model, folder).run, points)))
    for what, less, more, limit in pairs:
        a, b = cycles[less], cycles[more]
        errors = [e for e in (a, b) if isinstance(e, str)]
        if errors:
            if all(REFUSED.search(e) for e in errors):
                refused += 1
            else:
                failed.append((what, next(e for e in errors if not REFUSED.search(e))))
            continue
        rows.append((b / a - 1, limit, what, a, b))
    rows.sort(key=lambda row: row[0] - row[1], reverse=True)
    print(f"{'slower by':>10} {'limit':>6} {'cycles':>12} {'with more':>12}  pair")
    for slower, limit, what, a, b in rows[: options.worst]:
        print(f"{100 * slower:>9.2f}% {100 * limit:>5.0f}% {a:>12} {b:>12}  {what}")
    if options.csv:
        with open(options.csv, "w", newline="") as file:
            out = csv.writer(file)
            out.writerow(["pair", "cycles", "cycles_with_more", "slower", "limit"])
            out.writerows((what, a, b, slower, limit) for slower, limit, what, a, b in rows)
    for what, error in failed[: options.worst]:
        print(f"failed: {what}: {error}")
    slow = sum(row[0] > row[1] for row in rows)
    print(f"{len(rows)} pairs compared, {slow} slower than allowed, {len(failed)} that do not run, {refused} refused by the reader")
    return 1 if slow or failed or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
