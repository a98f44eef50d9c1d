#!/usr/bin/env bash
# Writes the pinned cycles in test/baselines anew, after a change of timing that is meant. Shows what changed.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# usage: tools/dev/record_baselines.sh [BUILD_FOLDER]      default: build/dev
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build/dev}
for tool in "$build/bin/accord" "$build/test-bin/make-tiny-model"; do
  [[ -x $tool ]] || { echo "$tool: expected a build with it, got none" >&2; exit 1; }
done
python3 tools/dev/baselines.py record "$build/bin/accord" "$build/test-bin/make-tiny-model"
git --no-pager diff --stat -- test/baselines
