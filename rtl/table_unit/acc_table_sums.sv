// Sums of groups: adds the tables of a beat one after the other to the sum that the beats before left.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

module acc_table_sums #(
  parameter int unsigned TablesPerCycle = acc_pkg::TablesPerCycle,
  parameter int unsigned SumBits = acc_pkg::LutAccBits
) (
  input  logic                               clk_i,
  /// The beat below is replaced at the end of this cycle: what its last group has so far is kept.
  input  logic                               en_i,
  /// Of the beat, each table's sum of its activations; whether the first begins a group; which end one.
  input  logic [TablesPerCycle*SumBits-1:0]  totals_i,
  input  logic                               group_first_i,
  input  logic [TablesPerCycle-1:0]          group_last_i,
  /// The sum of a group in the place of its last table, 0 in all others.
  output logic [TablesPerCycle*SumBits-1:0]  sums_o
);

  logic [SumBits-1:0] carry_q, sum;

  always_comb begin
    sum = group_first_i ? '0 : carry_q;
    for (int unsigned j = 0; j < TablesPerCycle; j++) begin
      sum = sum + totals_i[j*SumBits +: SumBits];
      sums_o[j*SumBits +: SumBits] = sum & {SumBits{group_last_i[j]}};
      if (group_last_i[j] && j + 1 < TablesPerCycle) sum = '0;
    end
  end

  // What follows the last table that ends a group begins anew by group_first_i.
  always_ff @(posedge clk_i) begin
    if (en_i) carry_q <= sum;
  end

endmodule
