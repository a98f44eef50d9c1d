#!/usr/bin/env python3
"""Runs commands under limits of memory and looks at how they end.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

usage: check_memory.py ACCORD MODEL [--count 50] [--commands run,...]
What an address space (RLIMIT_AS) must hold for the program to begin is found first, and for each command to give its result. Then
the command runs in --count of them: a fifth from 64 MiB to where the program begins, a fifth from where the command has enough to
half as much again, the others between. It must give its result, or end with 1 and one error, whole outputs and nothing else left,
neither file nor process. Where the program does not begin, the loader says so; then outputs are the old ones. Fails otherwise, and
when a command was never refused or never had enough.
"""
import argparse
import os
import sys
import tempfile

from check_common import OLD, Case, commands

FIRST = 64 << 10  # of KiB


def least(fits, low, high):
    """The least KiB in (low, high] that suffices, to 64."""
    while low + 64 < high:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle) else (middle, high)
    return high


def spread(low, high, count):
    return [low + (high - low) * i // max(count, 1) for i in range(count)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("accord")
    parser.add_argument("model")
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--commands", default="run,score,sim,values,import,compile,info,cosim,parity")
    o = parser.parse_args()
    accord, model = os.path.abspath(o.accord), os.path.abspath(o.model)
    total = bad = 0
    with tempfile.TemporaryDirectory(prefix="accord-memory-") as root:

        def attempt(command, outputs, kib):
            case = Case(accord, os.path.join(root, "case"), command, outputs, os.path.join(root, "cache"))
            return case, case.start(limit=kib << 10 if kib else None).wait()

        begin = least(lambda kib: attempt(["--version"], [], kib)[1] == 0, 0, 1 << 24)
        print(f"the program begins in {begin >> 10} MiB", flush=True)
        for name in o.commands.split(","):
            command, outputs = commands(model)[name]
            case, code = attempt(command, outputs, None)  # and fills the cache
            if code:
                sys.exit(f"{name}: expected exit 0 without a limit, got {code}:\n{case.said()}")
            new = {key: value.count(b"\n") for key, value in case.contents().items()}
            enough = least(lambda kib: attempt(command, outputs, kib)[1] == 0, begin, 1 << 25)
            fifth = o.count // 5
            limits = spread(FIRST, begin, fifth) + spread(begin, enough, o.count - 2 * fifth) + spread(enough, enough * 3 // 2, fifth)
            done = refused = 0
            for kib in limits:
                case, code = attempt(command, outputs, kib)
                said, wrong = case.said(), []
                errors = [line for line in said.splitlines() if line.startswith("accord: error: ")]
                done += code == 0
                refused += kib >= begin and code == 1
                if kib < begin and (code <= 0 or not said):
                    wrong.append(f"expected the loader's error, got {code}: {said[-400:]}")
                if kib >= begin and code and (code != 1 or len(errors) != 1):
                    wrong.append(f"expected exit 0, or 1 with one error, got {code}: {said[-400:]}")
                for key, value in case.contents().items():
                    whole = value not in (None, OLD) and value.count(b"\n") == new[key]
                    if not whole and (code == 0 or value != OLD):
                        wrong.append(f"{key}: expected {'a whole' if code == 0 else 'the old'} result, got {str(value)[:80]}")
                wrong += [f"left: {each}" for each in case.left()]
                wrong += [f"still running: {each}" for each in case.processes()]
                case.kill()
                total += 1
                bad += bool(wrong)
                for each in wrong:
                    print(f"{name}, {kib} KiB: {each}", flush=True)
            print(f"{name}: of {len(limits)} limits {refused} refused, {done} sufficed; it takes {enough >> 10} MiB", flush=True)
            if not done or not refused:
                sys.exit(f"{name}: expected some of both")
    print(f"{total} limits, {bad} ended otherwise")
    if bad or not total:
        sys.exit(1)


main()
