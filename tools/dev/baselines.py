#!/usr/bin/env python3
"""Pinned cycles: what models and programs of the tree take on the machines of models/hardware.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

usage: baselines.py check|record ACCORD MAKE_TINY_MODEL
A change of a cycle is a change of the machine's model, of the compiler or of a machine's file, and has to be meant:
`check` fails on any, with both numbers; `record` writes test/baselines/<machine>.json anew.
"""
import glob
import json
import os
import subprocess
import sys
import tempfile

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(SOURCE, "test/baselines")
MODEL_RUNS = [("prefill", 1), ("prefill", 9), ("decode", 1), ("decode", 65)]
TINY = {f"tiny-{t}": ["--matrices", t, "--embedding", "Q8_0"] for t in ("Q4_1", "Q8_0")}


REFUSED = "has no command of an accelerator"


def run(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode == 1 and REFUSED in done.stderr:
        return None
    if done.returncode:
        sys.exit(f"{' '.join(command)}: expected exit 0, got {done.returncode}:\n{done.stderr}")
    return done.stdout


def cycles_in(rows):
    return next(row["value"] for row in rows if row["quantity"] == "cycles")


def cycles_of(accord, machine, folder):
    cycles = {}
    for path in sorted(glob.glob(os.path.join(SOURCE, "models/networks/*/*.mlir"))):
        out = run(accord, "sim", path, "--hardware", machine, "--format", "json", "--report", "totals")
        cycles[os.path.relpath(path, SOURCE)] = cycles_in(json.loads(out)["runs"][0]["totals"]) if out else REFUSED
    for name in TINY:
        for phase, context in MODEL_RUNS:
            out = run(accord, "sim", os.path.join(folder, name + ".gguf"), "--hardware", machine, "--phase", phase,
                      "--context", str(context), "--format", "json", "--report", "totals")
            cycles[f"{name} {phase} {context}"] = cycles_in(json.loads(out)["runs"][0]["totals"])
    return cycles


def main():
    action, accord, make_tiny_model = sys.argv[1:4]
    machines = sorted(glob.glob(os.path.join(SOURCE, "models/hardware/*.yaml")))
    compared, differences = 0, []
    with tempfile.TemporaryDirectory() as folder:
        for name, options in TINY.items():
            run(make_tiny_model, *options, "-o", os.path.join(folder, name + ".gguf"))
        for machine in machines:
            name = os.path.splitext(os.path.basename(machine))[0]
            pinned = os.path.join(FOLDER, name + ".json")
            got = cycles_of(accord, machine, folder)
            if action == "record":
                with open(pinned, "w") as f:
                    json.dump(got, f, indent=1)
                    f.write("\n")
                continue
            expected = json.load(open(pinned)) if os.path.exists(pinned) else {}
            for key in sorted(set(expected) | set(got)):
                compared += 1
                if expected.get(key) != got.get(key):
                    differences.append(f"{name}: {key}: expected cycles: {expected.get(key, 'no such run')}, "
                                       f"got {got.get(key, 'no such run')}")
    if action == "record":
        return
    print("\n".join(differences + [f"{compared} runs compared, {len(differences)} different"]))
    if differences:
        sys.exit("meant: tools/dev/record_baselines.sh writes them anew, the commit says why")
    if compared == 0:
        sys.exit("expected runs to compare, got none")


main()
