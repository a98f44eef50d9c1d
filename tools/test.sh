#!/bin/bash
# Every test: installs what is missing, builds, runs all suites, and ends with a line "N passed, N failed".
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: tools/test.sh [--no-install] [--fuzz-seconds N] [NAME...]
#   --no-install       expect the packages of tools/dev/debian-packages.txt to be there
#   --fuzz-seconds N   budget of each fuzz target (default 20)
#   NAME               a suite of the table of test/README.md (lit, cosim, asan-sim, ...), after the build that it needs;
#                      or a group of them; default: static oracles dev release asan fuzzers, in this order
#                        static   format and lint              oracles  fetch ptxas, ggml, a model (PyPI, npm)
#                        dev      build, all ctest suites      release  build, the quick start's job (no assertions)
#                        asan     dev, libraries and a sample   fuzzers  each fuzz target for its budget, mutated inputs
# Exits non-zero after a failure, and tells how to run each suite that failed alone. A second run rebuilds only what
# changed; everything it makes is below build/.
set -uo pipefail
cd "$(dirname "$0")/.."
source tools/dev/common.sh
usage() { sed -n '5,14s/^# //p' tools/test.sh >&2; }

groups=(static oracles dev release asan fuzzers)
# The first cell of each row of the table: | `label` | ...
mapfile -t suites < <(sed -n 's/^| `\([a-z0-9-]*\)` |.*/\1/p' test/README.md)

install=1 fuzz_seconds=20 names=()
while [ $# -gt 0 ]; do
  case $1 in
  --no-install) install= ;;
  --fuzz-seconds)
    fuzz_seconds=${2-}
    [[ $fuzz_seconds =~ ^[1-9][0-9]*$ ]] || { echo "test.sh: --fuzz-seconds: expected a positive number, got '$fuzz_seconds'" >&2; exit 2; }
    shift
    ;;
  --help) usage; exit 0 ;;
  -*) echo "test.sh: unknown option '$1'" >&2; usage; exit 2 ;;
  *)
    [[ " ${groups[*]} ${suites[*]} " == *" $1 "* ]] || {
      echo "test.sh: expected a group (${groups[*]}) or a suite (${suites[*]}), got '$1'" >&2
      exit 2
    }
    names+=("$1")
    ;;
  esac
  shift
done
[ ${#names[@]} -gt 0 ] || names=("${groups[@]}")

mkdir -p build
results=$PWD/build/test-results # label passed failed skipped seconds
: >"$results"
jobs=$(build_jobs)

# step LABEL COMMAND...: runs the command as one test, timed.
step() {
  local label=$1 start=$EPOCHREALTIME status seconds
  shift
  say "$label: $*"
  "$@"
  status=$?
  seconds=$(awk "BEGIN { printf \"%.1f\", $EPOCHREALTIME - $start }")
  if [ $status -eq 0 ]; then
    echo "$label 1 0 0 $seconds" >>"$results"
  else
    echo "$label: failed with exit code $status"
    echo "$label 0 1 0 $seconds" >>"$results"
  fi
  return $status
}

# counted LABEL-PREFIX BUILD [ctest options]: the ctest suites of a build folder, test by test.
counted() {
  local prefix=$1 own
  shift
  own=$(mktemp)
  say "ctest: $*"
  tools/dev/count_tests.py "$1" "$own" -j "$(nproc)" "${@:2}"
  [ -s "$own" ] || echo "ctest 0 1 0 0" >"$own" # The counter itself failed.
  sed "s/^/$prefix/" "$own" >>"$results"
  rm -f "$own"
}

# build PRESET [cmake options]: once a run.
built=
build() {
  [[ " $built " != *" $1 "* ]] || return 0
  built+=" $1"
  step "build-$1" cmake --preset "$1" && step "build-$1" cmake --build --preset "$1" -j "$jobs" "${@:2}"
}
# -k 0: one broken target must not hide the tests of the others.
build_dev() { build dev -- -k 0; }
build_asan() { build asan -- -k 0; }
# Users run the release build, where assertions are off and the optimizer takes its liberties.
build_release() { build release --target accord; }

# Outside judges. Fetched once into build/oracles; without them the tests that need them fail and say so.
export ACCORD_GGML_DIR=$PWD/build/oracles/ggml ACCORD_MODEL=$PWD/build/oracles/smollm2.gguf
find_ptxas() {
  local program
  for program in build/oracles/ptxas-*; do
    if [ -x "$program" ]; then export ACCORD_PTXAS=$PWD/$program; fi
  done
}

# Debian's LLVM knows nothing of sanitizers: of containers and pools that both it and our code touch they know half.
export ASAN_OPTIONS=detect_stack_use_after_return=1:detect_container_overflow=0:allow_user_poisoning=0
export UBSAN_OPTIONS=print_stacktrace=1

# fuzz_one NAME: a target over its corpus for the budget. New inputs and crashes stay below build/.
fuzz_one() {
  local work=$PWD/build/asan/fuzz/$1.work units
  mkdir -p "$work"
  "build/asan/test-bin/$1_corpus" "$(cat "build/asan/fuzz/$1.corpus")" --write "$work.seeds" || return
  "build/asan/fuzz/$1" -max_total_time="$fuzz_seconds" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix="$work/" "$work" "$work.seeds" >"$work.log" 2>&1 || {
    tail -n 40 "$work.log"
    echo "$1: expected to survive, got a crash; its input is in $work"
    return 1
  }
  units=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work.log")
  echo "$1: survived ${units:-0} inputs ($(sed -n 's/^INFO: Seed: /seed /p' "$work.log"))"
  [ "${units:-0}" -gt 0 ]
}

# run NAME: a group, or a suite.
run() {
  local list
  find_ptxas
  case $1 in
  static)
    step static tools/dev/format.sh
    step static tools/dev/lint.py --self-test
    step static tools/dev/count_tests.py --self-test
    step static tools/dev/lint.py
    step static tools/dev/plant_faults.py --check
    ;;
  oracles)
    step oracles tools/dev/fetch_ptxas.sh build/oracles
    step oracles tools/dev/fetch_ggml.sh "$ACCORD_GGML_DIR"
    step oracles tools/dev/fetch_model.sh build/oracles
    ;;
  dev)
    run tidy
    build_dev
    counted "" build/dev
    run faults
    ;;
  tidy) step build-dev cmake --preset dev && step tidy tools/dev/tidy.sh build/dev ;;
  build-dev) build_dev ;;
  faults)
    build_dev
    step faults tools/dev/plant_faults.py --sample 10 --seed 256 --jobs "$(nproc)"
    ;;
  build-release) build_release ;;
  release) build_release && step release tools/dev/main_job.sh build/release/bin/accord "$ACCORD_MODEL" ;;
  build-asan) build_asan ;;
  asan)
    build_asan
    counted asan- build/asan
    ;;
  fuzzers)
    run fuzz-budget
    run fuzz-mutants
    ;;
  fuzz-budget)
    build_asan
    for list in build/asan/fuzz/*.corpus; do
      step fuzz-budget fuzz_one "$(basename "$list" .corpus)"
    done
    ;;
  fuzz-mutants)
    build_asan
    step fuzz-mutants tools/dev/mutate_inputs.py build/asan --count 1000 --every 50
    ;;
  asan-*)
    build_asan
    counted asan- build/asan -L "^${1#asan-}\$"
    ;;
  *)
    build_dev
    counted "" build/dev -L "^$1\$"
    ;;
  esac
}

# A function, so that bash has read it all before an update of the checkout changes this file under it.
main() {
if [ -n "$install" ]; then
  (set -e; install_packages .) || {
    echo "packages: expected to install what is missing, got the error above"
    echo "0 passed, 1 failed"
    exit 1
  }
fi
for name in "${names[@]}"; do
  run "$name"
done

say "suites (budget: test/README.md)"
awk '
  # The budget is the last cell of a row of the table of suites: | `label` | ... | 1.5 |
  FNR == NR { n = split($0, cell, "|"); label = cell[2]; gsub(/[ `]/, "", label)
              if (n > 3 && cell[n - 1] ~ /^ *[0-9.]+ *$/) budget[label] = cell[n - 1] + 0; next }
  !($1 in passed) { order[++count] = $1 }
  { passed[$1] += $2; failed[$1] += $3; skipped[$1] += $4; seconds[$1] += $5 }
  END {
    printf "%-22s %8s %8s %8s %9s %9s\n", "suite", "passed", "failed", "skipped", "minutes", "budget"
    for (i = 1; i <= count; ++i) {
      s = order[i]
      printf "%-22s %8d %8d %8d %9.2f %9s%s%s\n", s, passed[s], failed[s], skipped[s], seconds[s] / 60,
             (s in budget) ? budget[s] : "-", ((s in budget) && seconds[s] / 60 > budget[s]) ? "  over" : "",
             ((s in budget) && failed[s]) ? "  rerun: tools/test.sh --no-install " s : ""
      p += passed[s]; f += failed[s]; k += skipped[s]; t += seconds[s]
    }
    printf "%-22s %8d %8d %8d %9.2f\n", "total", p, f, k, t / 60
    # A run that tested nothing has failed.
    if (p + f == 0) f = 1
    printf "%d passed, %d failed\n", p, f
    exit f > 0
  }' test/README.md "$results"
}
main
exit
