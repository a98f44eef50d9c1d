#!/bin/bash
# Speed of llama.cpp on a model, as a peer for `accord bench`: JSON on standard output.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: tools/dev/bench_llama.sh MODEL.gguf [--venv FOLDER] [--threads 2] [--repeat 5] [--prompt 128] [-n 64]
#
# Medians: tokens/s of one prefill of 128 tokens, and of 64 tokens decoded one by one behind it. llama.cpp is built by
# pip from llama-cpp-python 0.3.36 into FOLDER (default: build/llama-venv) for what this CPU has, which is told on
# standard error, without AMX, which some virtual machines announce and then trap. The first run, and one on a CPU with
# other instructions, takes minutes to build it.
# llama.cpp's threads wait by spinning: on a busy machine run this under `chrt -f 10`, else it measures the scheduler.
set -euo pipefail
version=0.3.36
root=$(cd "$(dirname "$0")/../.." && pwd)
venv=$root/build/llama-venv model="" threads=2
pass=()
usage() { sed -n 5,10p "$0" >&2; exit 2; }
while [ $# -gt 0 ]; do
  case $1 in
  --venv | --threads | --repeat | --prompt | -n)
    [ $# -ge 2 ] || usage
    case $1 in --venv) venv=$2 ;; --threads) threads=$2 ;; *) pass+=("$1" "$2") ;; esac
    shift
    ;;
  -*) usage ;;
  *) [ -z "$model" ] || usage; model=$1 ;;
  esac
  shift
done
[ -n "$model" ] || usage
# Flags of the kernel, and llama.cpp's options for them; elsewhere than on x86 its own detection.
flags="-DGGML_NATIVE=ON" found=$(uname -m)
if [ "$found" = x86_64 ]; then
  flags="-DGGML_NATIVE=OFF" found="x86-64"
  for pair in avx:AVX avx2:AVX2 fma:FMA f16c:F16C bmi2:BMI2 avx_vnni:AVX_VNNI avx512bw:AVX512 avx512_vnni:AVX512_VNNI \
    avx512vbmi:AVX512_VBMI; do
    if grep -qw "${pair%:*}" /proc/cpuinfo; then
      flags+=" -DGGML_${pair#*:}=ON" found+=" ${pair%:*}"
    else
      flags+=" -DGGML_${pair#*:}=OFF"
    fi
  done
fi
echo "bench_llama: note: llama.cpp for $found" >&2

installed() { "$venv/bin/pip" show llama-cpp-python 2>/dev/null | sed -n 's/^Version: //p'; }
if [ "$(installed)" != "$version" ] || [ "$(cat "$venv/flags" 2>/dev/null)" != "$flags" ]; then
  python3 -m venv "$venv"
  # pip would take the wheel that it built for other flags.
  CMAKE_ARGS=$flags CMAKE_BUILD_PARALLEL_LEVEL=2 "$venv/bin/pip" install --quiet --no-cache-dir --force-reinstall \
    --no-binary llama-cpp-python "llama-cpp-python==$version" >&2
  echo "$flags" > "$venv/flags"
fi
libraries=$(echo "$venv"/lib/python3*/site-packages/llama_cpp/lib)
"$root/tools/dev/llama_oracle.py" --libs "$libraries" --threads "$threads" bench "$model" ${pass[@]+"${pass[@]}"}
