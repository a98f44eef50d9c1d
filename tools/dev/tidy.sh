#!/bin/bash
# clang-tidy with LLVM's checks over the C++ that needs no MLIR (a file that includes MLIR takes a minute).
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: tools/dev/tidy.sh [BUILD_DIR]     a configured build, default build/dev
set -uo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build/dev}
[ -f "$build/compile_commands.json" ] || { echo "tidy: expected a configured build in $build, got none" >&2; exit 1; }
mapfile -t sources < <(git ls-files 'sim/*.cpp' 'rtl/*.cpp' 'runtime/core/*.cpp' 'runtime/model/*.cpp' 'runtime/tokenizer/*.cpp' \
  'runtime/backends/null/*.cpp' 'runtime/backends/sim/*.cpp' 'tools/accord-sim-worker/*.cpp')
[ ${#sources[@]} -gt 0 ] || { echo "tidy: expected C++ files, got none" >&2; exit 1; }
findings=$(printf '%s\0' "${sources[@]}" | xargs -0 -P "$(nproc)" -n 4 clang-tidy-19 -p "$build" --quiet 2>/dev/null |
  grep -E '(warning|error):' | sort -u | sed "s|$PWD/||")
[ -z "$findings" ] || printf '%s\n' "$findings"
count=$(printf '%s' "$findings" | grep -c '')
echo "tidy: ${#sources[@]} C++ files checked, $count findings"
[ "$count" -eq 0 ]
