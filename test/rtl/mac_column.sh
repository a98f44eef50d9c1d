#!/bin/sh
# Runs the MAC column's bench on its netlist: yosys reads the sources (as for its area), Icarus runs what comes out.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: test/rtl/mac_column.sh [SEED]     Then once more with a borrow dropped in a cell: a bench that cannot fail is none.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../../rtl"
seed=${1:-${ACCORD_SEED:-$(date +%s)}}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
sed 's/assign borrow_mid = .*/assign borrow_mid = ~bits_i[0] \& zero[0];/' mac_array/acc_mac_cell.sv >"$scratch/broken.sv"
! cmp -s mac_array/acc_mac_cell.sv "$scratch/broken.sv" ||
  { echo "acc_mac_column: expected to find a cell's borrow, got no such line" >&2; exit 1; }

# run CELL: the bench's last line.
run() {
  yosys -q -p "read_verilog -sv pkg/acc_pkg.sv $1 mac_array/acc_mac_column.sv; hierarchy -check -top acc_mac_column;
    proc; flatten; opt; write_verilog -noattr $scratch/netlist.v" >/dev/null
  iverilog -g2012 -s mac_column_bench -o "$scratch/bench" "$scratch/netlist.v" "$here/mac_column_bench.sv"
  vvp "$scratch/bench" "+seed=$seed"
}
got=$(run mac_array/acc_mac_cell.sv)
echo "$got" | grep -Eq '^sums [1-9][0-9]{3,}, wrong 0$' ||
  { echo "acc_mac_column: expected thousands of sums and none wrong, got: $got (seed $seed)" >&2; exit 1; }
broken=$(run "$scratch/broken.sv")
echo "$broken" | grep -Eq '^sums [0-9]+, wrong [1-9]' ||
  { echo "acc_mac_column: expected wrong sums of a cell without its borrow, got: $broken (seed $seed)" >&2; exit 1; }
echo "acc_mac_column: $got; without a borrow: $broken; seed $seed"
