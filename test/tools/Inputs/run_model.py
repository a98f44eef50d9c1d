# Helpers of the tests of `accord run`.
# `interrupt COMMAND...`: SIGINT after the first text ends it with 130 and a note, and stdout stays as it was.
# `closed COMMAND...`: a reader that goes away after the first text is an error, not a crash.
# `same ACCORD MODEL FOLDER`: one text, one sequence of draws, one set of logits on every target and thread count.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import os
import re
import signal
import subprocess
import sys


def begin(command):
    # A shell's background job, which this may be, begins with SIGINT ignored.
    run = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
                           preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    first = run.stdout.read(1)
    if not first:
        sys.exit(f"expected text, got none; exit {run.wait()}, stderr:\n{run.stderr.read().decode()}")
    return run, first


def interrupt(*command):
    run, first = begin(command)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate()
    (first + out).decode()  # whole characters
    if run.returncode != 130 or not err.decode().endswith("accord: note: run: interrupted\n"):
        sys.exit(f"expected exit 130 and a note, got {run.returncode}, stderr:\n{err.decode()}")


def closed(*command):
    run, _ = begin(command)
    run.stdout.close()
    err = run.stderr.read().decode()
    want = r"accord: error: stdout: expected to write \d+ bytes, got: Broken pipe\n$"
    if run.wait() != 1 or not re.search(want, err):
        sys.exit(f"expected exit 1 and {want!r}, got {run.returncode}, stderr:\n{err}")


def same(accord, model, folder):
    found, compared = {}, 0
    prompt = ["--prompt", "the rest is not on the list", "-n", "24", "--ignore-eos", "--format", "json"]
    jobs = {"greedy": prompt, "drawn": prompt + ["--temperature", "0.9", "--top-k", "50", "--top-p", "0.95", "--seed", "7"]}
    text = os.path.join(folder, "score.txt")
    with open(text, "w") as f:
        f.write("He said that the other one is in the list and on the sea. " * 2)
    for target in ["host", "avx2", "portable"]:
        for threads in ["1", "2", "3"]:
            mode = [accord, "run", model, "--target", target, "--threads", threads]
            got = {}
            for name, options in jobs.items():
                out = json.loads(subprocess.run(mode + options, check=True, capture_output=True).stdout)
                if len(out["tokens"]) != 24 or out["settings"]["threads"] != int(threads) or not out["settings"]["exact"]:
                    sys.exit(f"expected 24 tokens in exact mode on {threads} threads, got {out}")
                got[name] = (out["tokens"], out["text"])
            logits = os.path.join(folder, "logits")
            subprocess.run(mode + ["--score-text", text, "--logits", logits], check=True, capture_output=True)
            with open(logits, "rb") as f:
                got["logits"] = f.read()
            compared += len(got["logits"]) // 4
            for name, value in got.items():
                if found.setdefault(name, value) != value:
                    sys.exit(f"{name}: expected one answer, got another for {target}, {threads} threads: {found[name]!r:.300} {value!r:.300}")
    if compared < 1000 or found["greedy"] == found["drawn"]:
        sys.exit(f"expected logits and two texts, got {compared} logits and {found['greedy']}, {found['drawn']}")
    print(f"9 settings: {compared} logits and 18 texts, one answer")


{"interrupt": interrupt, "closed": closed, "same": same}[sys.argv[1]](*sys.argv[2:])
