#!/bin/sh
# Lints every block with Verilator and reads it with yosys: the RTL stays in the subset that both understand.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: rtl/lint/lint.sh     Each block at the parameters below; small ones for yosys, which then also checks the
# netlist for loops, conflicting drivers and undriven wires.
set -eu
cd "$(dirname "$0")/.."
blocks=0
for list in */*.f; do
  block=$(basename "$list" .f)
  case $block in
    lut_array) variants="-GMDim=2 -GMDim=1_-GNDim=16 -GMDim=3_-GOutLanes=32"
               small="chparam -set NDim 4 -set OutLanes 2 acc_lut_array" ;;
    mac_column) variants="-GRows=4 -GRows=8_-GAccRows=1" small="" ;;
    mac_array) variants="-GRows=4 -GRows=8_-GCols=64 -GCols=16_-GAccRows=1_-GWeightBits=96 -GRows=12_-GCols=8_-GAccRows=3_-GOutLanes=2_-GWeightBits=512"
               small="chparam -set Cols 4 -set OutLanes 2 -set WeightBits 32 -set AccRows 2 acc_mac_array" ;;
    half_table) variants="-GActBits=8" small="" ;;
    table_unit) variants="-GTablesPerCycle=1 -GTablesPerCycle=2 -GTablesPerCycle=8" small="chparam -set TablesPerCycle 2 acc_table_unit" ;;
    *) echo "lint: expected parameters for $block here, got none" >&2; exit 1 ;;
  esac
  for variant in $variants; do
    # shellcheck disable=SC2046,SC2086
    verilator --lint-only -Wall --assert --top-module "acc_$block" $(echo $variant | tr _ ' ') \
      "$PWD/lint/verilator_waiver.vlt" $(sed "s|^|$PWD/|" "$list")
  done
  yosys -q -e '.*' -p "read_verilog -sv $(tr '\n' ' ' <"$list"); $small; hierarchy -check -top acc_$block;
    synth -flatten -top acc_$block; check -assert"
  blocks=$((blocks + 1))
done
[ "$blocks" -gt 0 ] || { echo "lint: expected blocks, got none" >&2; exit 1; }
echo "lint: $blocks block(s) clean"
