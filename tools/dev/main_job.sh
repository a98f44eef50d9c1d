#!/bin/bash
# The main job on a real model: from its file to text, to every execution, to simulated time and energy.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: tools/dev/main_job.sh ACCORD MODEL.gguf
# What the quick start shows and what CI runs on the release build; stops at the first command that fails.
set -euo pipefail
cd "$(dirname "$0")/../.."
source tools/dev/common.sh
[ $# -eq 2 ] || { sed -n '5,6s/^# //p' "$0" >&2; exit 2; }
accord=$1 model=$2
[ -x "$accord" ] || die "expected the accord command, got no program $accord"

say "a language model, from its file to text on this CPU"
"$accord" info "$model"
"$accord" run "$model" --prompt "The capital of France is" -n 12
say "one layer of it, op by op: the same program on the CPU, as GPU code on Vulkan, and in the simulator, each against golden"
"$accord" parity "$model" --devices cpu,vulkan,sim --layers 1
say "one product, with the RTL of its array in the simulator too"
"$accord" parity models/networks/gemm/*.mlir --hardware lut-edge --devices cpu,vulkan,sim,rtl
say "a token in simulated time on a LUT machine, its values compared with the CPU's"
"$accord" sim "$model" --hardware lut-edge --phase decode --context 128 --values --check
say "against what? prefill and decode on a LUT machine beside a MAC machine"
"$accord" sim "$model" --hardware lut-edge,mac-edge --phase prefill --context 128
"$accord" sim "$model" --hardware lut-edge,mac-edge --phase decode --context 128
