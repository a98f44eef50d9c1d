#!/bin/sh
# Proves the lane of the LUT array equal to a dot product of signs, for each of the 16 weight nibbles, with yosys' SAT.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: rtl/formal/prove_lut_lane.sh     Then refutes a lane that never negates: a proof that cannot fail is none.
set -eu
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
sed "s/negate = nibble_i\[KDim-1\]/negate = 1'b0/" lut_array/acc_lut_lane.sv >"$scratch/lane.sv"
! cmp -s lut_array/acc_lut_lane.sv "$scratch/lane.sv" ||
  { echo "acc_lut_lane: expected to find its sign select, got no such line" >&2; exit 1; }

# check LANE QUESTION WEIGHTS...: sat's -verify or -falsify for each nibble, in one run of yosys.
check() {
  lane=$1 question=$2
  shift 2
  script="read_verilog -sv pkg/acc_pkg.sv $lane formal/acc_lut_lane_proof.sv; design -save sources"
  for weights in "$@"; do
    script="$script; design -load sources; chparam -set Weights $weights acc_lut_lane_proof;
      prep -flatten -top acc_lut_lane_proof; opt -full;
      sat -$question -seq 2 -prove-skip 1 -prove equal_o 1 -timeout 60"
  done
  yosys -q -l "$scratch/log" -p "$script" >/dev/null 2>&1
}
nibbles="0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15"
# shellcheck disable=SC2086
check lut_array/acc_lut_lane.sv verify $nibbles ||
  { echo "acc_lut_lane: expected a proof for 16 weight nibbles, got:" >&2; tail -40 "$scratch/log" >&2; exit 1; }
check "$scratch/lane.sv" falsify 8 15 ||
  { echo "acc_lut_lane: expected a counterexample for a lane that never negates, got none" >&2; exit 1; }
echo "acc_lut_lane: proved for $(echo "$nibbles" | wc -w) weight nibbles; a lane that never negates refuted for 2"
