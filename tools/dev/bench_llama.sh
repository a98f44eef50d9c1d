#!/bin/bash
# Speed of llama.cpp on a model, as a peer for `accord bench`: JSON on standard output.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: tools/dev/bench_llama.sh MODEL.gguf [--venv FOLDER] [--threads 2] [--repeat 5] [--prompt 128] [-n 64]
#
# Medians: tokens/s of one prefill of 128 tokens, and of 64 tokens decoded one by one behind it. llama.cpp is built by
# pip from llama-cpp-python 0.3.36 into FOLDER (default: build/llama-venv) for AVX-512 with VNNI, without AMX, which
# some virtual machines announce and then trap; the CPU must have AVX-512. The first run takes minutes to build it.
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
grep -qw avx512_vnni /proc/cpuinfo || { echo "bench_llama: error: expected a CPU with avx512_vnni, got none" >&2; exit 1; }

installed() { "$venv/bin/pip" show llama-cpp-python 2>/dev/null | sed -n 's/^Version: //p'; }
if [ "$(installed)" != "$version" ]; then
  python3 -m venv "$venv"
  CMAKE_ARGS="-DGGML_NATIVE=OFF -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON -DGGML_BMI2=ON -DGGML_AVX512=ON \
    -DGGML_AVX512_VNNI=ON -DGGML_AVX512_VBMI=ON" CMAKE_BUILD_PARALLEL_LEVEL=2 \
    "$venv/bin/pip" install --quiet --no-binary llama-cpp-python "llama-cpp-python==$version" >&2
fi
libraries=$(echo "$venv"/lib/python3*/site-packages/llama_cpp/lib)
"$root/tools/dev/llama_oracle.py" --libs "$libraries" --threads "$threads" bench "$model" ${pass[@]+"${pass[@]}"}
