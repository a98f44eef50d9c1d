// One half table a cycle from four int8 activations, and the sum of their group: the datapath of the table unit.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Entry i is -a3 + sum over j < 3 of (bit j of i ? +a_j : -a_j) (sim/golden/tables.h), built from six shared terms:
// a0 + a1 and a0 - a1, and a2 - a3 and -a2 - a3 beside them. Here for its gates: the machine's area counts it with the array.

module acc_half_table #(
  parameter int unsigned ActBits = acc_pkg::LutActBits,
  parameter int unsigned TableBits = acc_pkg::LutTableBits,
  parameter int unsigned SumBits = acc_pkg::LutAccBits
) (
  input  logic                    clk_i,
  input  logic                    en_i,
  /// The first table of its group.
  input  logic                    first_i,
  /// Four activations, the first in the low bits.
  input  logic [4*ActBits-1:0]    acts_i,
  /// In the next cycle: entry 0 in the low bits, and the group's sum so far.
  output logic [8*TableBits-1:0]  table_o,
  output logic [SumBits-1:0]      sum_o
);

  logic signed [TableBits-1:0] a0, a1, a2, a3, plus, minus, high, low, total;
  logic [8*TableBits-1:0]      table_d;

  assign a0 = {{(TableBits-ActBits){acts_i[1*ActBits-1]}}, acts_i[0*ActBits +: ActBits]};
  assign a1 = {{(TableBits-ActBits){acts_i[2*ActBits-1]}}, acts_i[1*ActBits +: ActBits]};
  assign a2 = {{(TableBits-ActBits){acts_i[3*ActBits-1]}}, acts_i[2*ActBits +: ActBits]};
  assign a3 = {{(TableBits-ActBits){acts_i[4*ActBits-1]}}, acts_i[3*ActBits +: ActBits]};

  assign plus  = a0 + a1;
  assign minus = a0 - a1;
  assign high  = a2 - a3;
  assign low   = -a2 - a3;
  assign total = plus + a2 + a3;

  assign table_d = {high + plus, high - minus, high + minus, high - plus,
                    low + plus, low - minus, low + minus, low - plus};

  always_ff @(posedge clk_i) begin
    if (en_i) begin
      table_o <= table_d;
      sum_o   <= (first_i ? '0 : sum_o) + {{(SumBits-TableBits){total[TableBits-1]}}, total};
    end
  end

endmodule
