#!/usr/bin/env python3
"""Ends commands by signals at random moments and looks at what is left.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

usage: check_signals.py ACCORD MODEL [--count 200] [--seed N] [--commands run,values,import,cosim]
Each command runs once to its end, which gives its time and its results. Then SIGINT, SIGTERM, SIGHUP and, but to cosim,
SIGKILL come at moments between its start and a little after its end. Within a second of the signal no process of the
command may run; no file or folder of its may be left, the RTL cache may have whole entries only, and each output must be
the old one or a whole new one. Fails when anything is left, or when no signal met a command at work.
"""
import argparse
import os
import random
import signal
import sys
import tempfile
import time

from check_common import OLD, Case, commands

LIMIT = 1.0  # seconds


def whole(content, result):
    """Figures of speed differ from run to run, lines do not."""
    return content == OLD or (content is not None and content.endswith(b"\n") == result.endswith(b"\n")
                              and content.count(b"\n") == result.count(b"\n"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("accord")
    parser.add_argument("model")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--commands", default="run,values,import,cosim")
    o = parser.parse_args()
    rng = random.Random(o.seed)
    accord, model = os.path.abspath(o.accord), os.path.abspath(o.model)
    names = o.commands.split(",")
    print(f"seed {o.seed}", flush=True)
    met, bad, slowest = {name: 0 for name in names}, 0, 0.0
    with tempfile.TemporaryDirectory(prefix="accord-signals-") as root:
        folder = os.path.join(root, "case")
        usual = {}
        for name in names:
            case = Case(accord, folder, *commands(model)[name])
            begin = time.monotonic()
            code = case.start().wait()
            if code:
                sys.exit(f"{name}: expected exit 0 without a signal, got {code}:\n{case.said()}")
            usual[name] = time.monotonic() - begin, case.contents()
        for i in range(o.count):
            name = names[i % len(names)]
            seconds, results = usual[name]
            # What a killed compiler has begun is nobody's to take away.
            which = rng.choice([signal.SIGINT, signal.SIGTERM, signal.SIGHUP] + [signal.SIGKILL] * (name != "cosim"))
            delay = rng.uniform(0, 1.05 * seconds)
            case = Case(accord, folder, *commands(model)[name])
            process = case.start()
            time.sleep(delay)
            running = process.poll() is None
            met[name] += running
            sent = time.monotonic()
            process.send_signal(which)
            process_left = True
            while time.monotonic() < sent + LIMIT:
                if process.poll() is not None and not case.processes():
                    process_left = False
                    break
                time.sleep(0.01)
            took = time.monotonic() - sent
            slowest = max(slowest, took)
            wrong = []
            if process_left:
                wrong.append(f"still running after {LIMIT} s: {case.processes()}")
                case.kill()
                process.wait()
            if running and process.returncode not in (0, -which, 128 + which):
                wrong.append(f"exit {process.returncode}, said: {case.said()[-300:]}")
            wrong += [f"left: {each}" for each in case.left()]
            wrong += [f"{key}: expected the old result or a whole one, got {str(value)[:80]}"
                      for key, value in case.contents().items() if not whole(value, results[key])]
            bad += bool(wrong)
            for each in wrong:
                print(f"{name}, {which.name} after {delay:.3f} s of {seconds:.3f}: {each}", flush=True)
    total = sum(met.values())
    print(f"{o.count} signals, {total} met a command at work ({', '.join(f'{k} {v}' for k, v in met.items())}); "
          f"slowest end {slowest:.2f} s; {bad} left something")
    if bad or not all(met.values()):
        sys.exit(1)


main()
