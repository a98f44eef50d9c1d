#!/bin/sh
# Runs a block's bench on its netlist: yosys reads the sources (as for its area), Icarus runs what comes out.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: test/rtl/netlist_bench.sh mac_column|half_table [SEED]
# Once more with a part broken: a bench that cannot fail is none.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "${ACCORD_RTL_DIR:-$here/../../rtl}"
block=$1
seed=${2:-${ACCORD_SEED:-$(date +%s)}}
parameter="" sizes=""
case $block in
mac_column) folder=mac_array broken=acc_mac_cell break='s/code_i - zero_i/code_i + zero_i/'
  parameter=Rows sizes="4 8" ;;
half_table) folder=table_unit broken=acc_half_table break='s/low - plus}/low + plus}/' sizes=default ;;
*) echo "expected mac_column or half_table, got '$block'" >&2; exit 2 ;;
esac
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp "$folder"/*.sv "$scratch"
sed "$break" "$folder/$broken.sv" >"$scratch/$broken.sv"
! cmp -s "$folder/$broken.sv" "$scratch/$broken.sv" ||
  { echo "acc_$block: expected a line of $broken.sv to break, got none" >&2; exit 1; }

# run FOLDER SIZE: the bench's last line.
run() {
  set_size="" bench_size=""
  [ -z "$parameter" ] || { set_size="chparam -set $parameter $2 acc_$block;" bench_size="-P${block}_bench.$parameter=$2"; }
  yosys -q -p "read_verilog -sv pkg/acc_pkg.sv $1/*.sv; $set_size hierarchy -check -top acc_$block; proc; flatten; opt;
    rename -top acc_$block; write_verilog -noattr $scratch/netlist.v" >/dev/null
  iverilog -g2012 $bench_size -s "${block}_bench" -o "$scratch/bench" "$scratch/netlist.v" "$here/${block}_bench.sv"
  vvp "$scratch/bench" "+seed=$seed"
}
for size in $sizes; do
  got=$(run "$folder" "$size")
  echo "$got" | grep -Eq '^sums [1-9][0-9]{3,}, wrong 0$' ||
    { echo "acc_$block: expected a thousand sums and none wrong, got: $got ($parameter $size, seed $seed)" >&2; exit 1; }
  echo "acc_$block, $parameter $size: $got; seed $seed"
done
got=$(run "$scratch" "${sizes%% *}")
echo "$got" | grep -Eq '^sums [0-9]+, wrong [1-9]' ||
  { echo "acc_$block: expected wrong sums of a broken $broken.sv, got: $got (seed $seed)" >&2; exit 1; }
echo "acc_$block, broken: $got"
