#!/usr/bin/env python3
"""Speed of the CPU beside llama.cpp's, the two in turn on the same files: a row a model, phase and number of threads.

usage: tools/dev/compare_llama.py BENCH_CPU MODEL.gguf... [--threads 1,2] [--rounds 7] [--target avx2] [--libs DIR]
                                  [--cpu haswell] [--every] [--time wall|cpu] [--prompt 64] [-n 24]
  BENCH_CPU     build/release/bin/bench-cpu
  --target      Accord's instructions; --cpu llama.cpp's variant out of --libs (tools/dev/llama_oracle.py): alike, for
                a fair comparison
  --every       ask llama.cpp for all logits of a prefill, without which it skips most of the last layer: for models of
                one layer
  --time        wall (default), or processor time of the process, which a busy machine changes less: of one thread only
Milliseconds a token: medians of the rounds. The ratio is llama.cpp's time over Accord's, of each round (over 1 Accord is
the quicker): its median, and the range.
"""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import argparse
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def measured(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{command[0]}: exit code {done.returncode}: {done.stderr.strip()[-400:]}")
    return json.loads(done.stdout)


def milliseconds(result, phase, time):
    return result[f"{phase}_cpu_ms"] if time == "cpu" else 1e3 / result[f"{phase}_tokens_per_s"]


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ", 1)[1])
    parser.add_argument("bench_cpu")
    parser.add_argument("models", nargs="+")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--target", default="avx2")
    parser.add_argument("--libs", default=os.environ.get("ACCORD_GGML_DIR", "build/oracles/ggml"))
    parser.add_argument("--cpu", default="haswell")
    parser.add_argument("--every", action="store_true")
    parser.add_argument("--time", choices=["wall", "cpu"], default="wall")
    parser.add_argument("--prompt", type=int, default=64)
    parser.add_argument("-n", dest="count", type=int, default=24)
    given = parser.parse_args()
    if given.time == "cpu" and given.threads != "1":
        sys.exit("--time cpu: expected --threads 1, as threads that wait by spinning take processor time")
    print(f"{'model':16} threads phase    {'Accord ms':>10} {'llama.cpp ms':>12}  ratio  range")
    for model in given.models:
        for threads in given.threads.split(","):
            rounds = []
            for _ in range(given.rounds):
                ours = measured([given.bench_cpu, model, "--threads", threads, "--target", given.target, "--repeat", "2",
                                 "--prompt", str(given.prompt), "--decode", str(given.count)])
                theirs = measured([os.path.join(HERE, "llama_oracle.py"), "--libs", given.libs, "--cpu", given.cpu,
                                   "--threads", threads, "bench", model, "--repeat", "2", "--prompt", str(given.prompt),
                                   "-n", str(given.count), *(["--every"] if given.every else [])])
                rounds.append((ours, theirs))
            for phase in ("decode", "prefill"):
                pairs = [[milliseconds(result, phase, given.time) for result in pair] for pair in rounds]
                ratios = [theirs / ours for ours, theirs in pairs]
                ours, theirs = (statistics.median(column) for column in zip(*pairs))
                print(f"{os.path.basename(model)[:16]:16} {threads:>7} {phase:8} {ours:10.3f} {theirs:12.3f} "
                      f"{statistics.median(ratios):6.2f}  {min(ratios):.2f}-{max(ratios):.2f}", flush=True)


if __name__ == "__main__":
    main()
