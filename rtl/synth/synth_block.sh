#!/bin/sh
# Synthesis row of a block: NAND2 equivalents and longest path, with yosys and no cell library.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: rtl/synth/synth_block.sh FILE.f [Parameter=Value ...]     e.g. lut_array/lut_array.f NDim=16 MDim=1
#
# Gate equivalents: yosys maps to its simple gates and to plain flip-flops (enables become selections, which are then
# gates), `stat -tech cmos` counts transistors, a NAND2 has 4 and a flip-flop 16 (4 GE, as DFFPOSX1 and NAND2X1 of the
# OSU 0.18 um library). No clock gating, no library sizing: a number for comparing designs, not for a data sheet.
# Longest path: `ltp -noff` on the same gates, in gate levels between registers or ports.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
command -v yosys >/dev/null || { echo "synth: expected yosys on PATH (Debian package yosys), got none" >&2; exit 1; }
[ $# -gt 0 ] && [ -f "$root/$1" ] || { echo "synth: expected a list of sources below rtl, got '${1-}'" >&2; exit 1; }
list=$1 top=acc_$(basename "$1" .f)
shift
chparam=""
for setting in "$@"; do
  chparam="$chparam chparam -set ${setting%%=*} ${setting#*=} $top;"
done
log=$(mktemp)
trap 'rm -f "$log"' EXIT
cd "$root"
yosys -l "$log" -p "read_verilog -sv $(tr '\n' ' ' <"$list"); $chparam hierarchy -check -top $top;
  synth -flatten -top $top; check -assert; ltp -noff;
  dfflegalize -cell \$_DFF_P_ x -cell \$_DFF_PN0_ x; opt_merge; opt_clean; stat -tech cmos" >/dev/null ||
  { tail -20 "$log" >&2; exit 1; }
awk -v what="$top${*:+ $*}" '
  /Longest topological path/ { path = $0; sub(/.*length=/, "", path); sub(/\).*/, "", path) }
  /Number of cells:/ { cells = $4; plain = reset = 0 }
  $1 == "$_DFF_P_" { plain = $2 }
  $1 == "$_DFF_PN0_" { reset = $2 }
  /Estimated number of transistors:/ { transistors = $5; sub(/\+$/, "", transistors) }
  END {
    if (!cells || !transistors || !plain || !path) {
      print "synth: expected cells, flip-flops, transistors and a path in the log, got fewer" > "/dev/stderr"
      exit 1
    }
    # yosys counts plain flip-flops only.
    printf "%s: %d GE, of these %d in %d flip-flops; longest path %d gates\n",
           what, transistors / 4 + 4 * reset, 4 * (plain + reset), plain + reset, path
  }' "$log"
