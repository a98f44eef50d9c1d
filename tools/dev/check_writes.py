#!/usr/bin/env python3
"""Lets each write of a command fail in turn and looks at what is left.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

usage: check_writes.py ACCORD MODEL [--most 200] [--commands run,...] [--piece 4096]
For n = 1, 2, ... the command runs with its n-th write, fsync, rename or link failing as on a full disk (fail_write.c), until
it has no n-th one or n is over the limit; once with old results of one name, once with results that have a second name (hard
links). It must end with 1 and one error that says so; every output must be the old one or the whole new one, the one that the
error is of the old one; nothing else may be left, and no process. Fails otherwise, and when nothing failed.
"""
import argparse
import os
import shutil
import struct
import subprocess
import sys
import tempfile

from check_common import OLD, Case, commands


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("accord")
    parser.add_argument("model")
    parser.add_argument("--most", type=int, default=200)
    parser.add_argument("--piece", type=int, default=4096)
    parser.add_argument("--commands", default="run,score,values,import,compile,info,cosim")
    o = parser.parse_args()
    accord, model = os.path.abspath(o.accord), os.path.abspath(o.model)
    total = bad = 0
    with tempfile.TemporaryDirectory(prefix="accord-writes-") as root:
        shim, counter, cache = (os.path.join(root, name) for name in ("fail_write.so", "counter", "cache"))
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fail_write.c")
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", shim, source, "-ldl"], check=True)

        def attempt(name, at, linked, warm):
            command, outputs = commands(model)[name]
            case = Case(accord, os.path.join(root, "case"), command, outputs, cache if warm else None)
            if linked:
                for each in outputs:
                    os.link(os.path.join(case.folder, each), os.path.join(case.folder, each + ".second"))
                    case.given.add(each + ".second")
            with open(counter, "wb") as f:
                f.write(struct.pack("Q", 0))
            code = case.start(LD_PRELOAD=shim, FAIL_COUNTER=counter, FAIL_AT=str(at), FAIL_PIECE=str(o.piece if warm else 1 << 30)).wait()
            with open(counter, "rb") as f:
                return case, code, struct.unpack("Q", f.read(8))[0]

        for name in o.commands.split(","):
            attempt(name, 0, False, True)  # fills the cache that is kept
            # An empty cache is one build of the RTL a step, so there a write is not cut in pieces; the rest of cosim starts
            # from a cache that is filled.
            for linked, warm in [(False, True), (True, True)] + [(False, False)] * (name == "cosim"):
                case, code, steps = attempt(name, 0, linked, warm)
                if code:
                    sys.exit(f"{name}: expected exit 0 with no failure, got {code}:\n{case.said()}")
                if not steps:
                    sys.exit(f"{name}: expected writes, got none")
                new = {key: value.count(b"\n") for key, value in case.contents().items()}
                failed = 0
                for at in range(1, min(steps, o.most) + 1):
                    case, code, seen = attempt(name, at, linked, warm)
                    if seen < at:
                        continue  # a run of fewer steps: figures of speed differ in length
                    failed += 1
                    said, wrong = case.said(), []
                    errors = [line for line in said.splitlines() if line.startswith("accord: error: ")]
                    if code != 1 or len(errors) != 1 or "No space left on device" not in said:
                        wrong.append(f"expected exit 1 and one error, got {code}: {said[-400:]}")
                    for key, value in case.contents().items():
                        # Of several outputs some may be written already; that of the error is not.
                        own = any(f" {key}: " in line for line in errors)
                        if value != OLD and (own or value is None or value.count(b"\n") != new[key]):
                            wrong.append(f"{key}: expected the old result or a whole one, got {str(value)[:80]}")
                    if linked:
                        for key in case.outputs:
                            a, b = (os.stat(os.path.join(case.folder, key + end)) for end in ("", ".second"))
                            if a.st_ino != b.st_ino:
                                wrong.append(f"{key}: expected its second name to be kept")
                    wrong += [f"left: {each}" for each in case.left()]
                    wrong += [f"still running: {each}" for each in case.processes()]
                    case.kill()
                    bad += bool(wrong)
                    for each in wrong:
                        print(f"{name}, step {at} of {steps}{', linked' * linked}: {each}", flush=True)
                print(f"{name}{', hard links' * linked}{', empty cache' * (not warm)}: {failed} of {steps} steps failed",
                      flush=True)
                total += failed
                if not failed:
                    sys.exit(f"{name}: expected a failure, got none")
    print(f"{total} failed writes, {bad} left something")
    if bad or not total:
        sys.exit(1)


main()
