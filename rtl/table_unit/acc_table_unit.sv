// Table unit: half tables of int8 activations, TablesPerCycle of them a cycle, and sums of scale groups. Contract: README.md here.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

module acc_table_unit #(
  /// Tables of a beat.
  parameter int unsigned TablesPerCycle = acc_pkg::TablesPerCycle,
  parameter int unsigned ActBits = acc_pkg::LutActBits,
  /// At least ActBits + 3.
  parameter int unsigned TableBits = acc_pkg::LutTableBits,
  parameter int unsigned SumBits = acc_pkg::LutAccBits
) (
  input  logic                                   clk_i,
  input  logic                                   rst_ni,
  /// Command: m rows of so many tables, scale groups of group_tables tables (the last of a row may be shorter).
  input  logic                                   cmd_valid_i,
  output logic                                   cmd_ready_o,
  input  logic [acc_pkg::DimBits-1:0]            cmd_m_i,
  input  logic [acc_pkg::DimBits-1:0]            cmd_tables_i,
  input  logic [acc_pkg::DimBits-1:0]            cmd_group_tables_i,
  /// Four activations of each table, the first in the low bits; tables in order of rows, over row ends.
  input  logic                                   code_valid_i,
  output logic                                   code_ready_o,
  input  logic [TablesPerCycle*4*ActBits-1:0]    code_data_i,
  /// Their tables, entry 0 of the first in the low bits; last marks the command's last beat.
  output logic                                   table_valid_o,
  input  logic                                   table_ready_i,
  output logic [TablesPerCycle*8*TableBits-1:0]  table_data_o,
  output logic                                   table_last_o,
  /// Sums of the groups that end in a beat, each in its last table's place; beats in which none ends are left out.
  output logic                                   sum_valid_o,
  input  logic                                   sum_ready_i,
  output logic [TablesPerCycle*SumBits-1:0]      sum_data_o,
  output logic                                   sum_last_o
);

  logic                               run, last, group_first, fire, free, done;
  logic [TablesPerCycle-1:0]          live, group_last;
  // The beat that was taken last: what it still has to send, and what the sequencer said of it.
  logic                               table_valid_q, sum_valid_q, last_q, group_first_q;
  logic [TablesPerCycle-1:0]          live_q, group_last_q;
  logic [TablesPerCycle*SumBits-1:0]  totals;

  // It gives way to the next one when all of it is sent.
  assign free         = (~table_valid_q | table_ready_i) & (~sum_valid_q | sum_ready_i);
  assign code_ready_o = run & free;
  assign fire         = code_valid_i & code_ready_o;
  assign done         = (table_valid_q | sum_valid_q) & free & last_q;

  acc_table_seq #(
    .TablesPerCycle(TablesPerCycle)
  ) u_seq (
    .clk_i              (clk_i),
    .rst_ni             (rst_ni),
    .cmd_valid_i        (cmd_valid_i),
    .cmd_ready_o        (cmd_ready_o),
    .cmd_m_i            (cmd_m_i),
    .cmd_tables_i       (cmd_tables_i),
    .cmd_group_tables_i (cmd_group_tables_i),
    .fire_i             (fire),
    .done_i             (done),
    .run_o              (run),
    .live_o             (live),
    .group_last_o       (group_last),
    .group_first_o      (group_first),
    .last_o             (last)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      table_valid_q <= 1'b0;
      sum_valid_q   <= 1'b0;
    end else begin
      table_valid_q <= fire | (table_valid_q & ~table_ready_i);
      sum_valid_q   <= (fire & (group_last != '0)) | (sum_valid_q & ~sum_ready_i);
    end
  end

  always_ff @(posedge clk_i) begin
    if (fire) begin
      last_q        <= last;
      live_q        <= live;
      group_first_q <= group_first;
      group_last_q  <= group_last;
    end
  end

  for (genvar j = 0; j < TablesPerCycle; j++) begin : gen_table
    logic [8*TableBits-1:0] entries;

    // Each table's own total: groups are added up across the tables of a beat.
    acc_half_table #(
      .ActBits  (ActBits),
      .TableBits(TableBits),
      .SumBits  (SumBits)
    ) u_half_table (
      .clk_i   (clk_i),
      .en_i    (fire),
      .first_i (1'b1),
      .acts_i  (code_data_i[j*4*ActBits +: 4*ActBits]),
      .table_o (entries),
      .sum_o   (totals[j*SumBits +: SumBits])
    );

    assign table_data_o[j*8*TableBits +: 8*TableBits] = entries & {(8*TableBits){live_q[j]}};
  end

  acc_table_sums #(
    .TablesPerCycle(TablesPerCycle),
    .SumBits       (SumBits)
  ) u_sums (
    .clk_i         (clk_i),
    .en_i          (fire),
    .totals_i      (totals),
    .group_first_i (group_first_q),
    .group_last_i  (group_last_q),
    .sums_o        (sum_data_o)
  );

  assign table_valid_o = table_valid_q;
  assign table_last_o  = last_q;
  assign sum_valid_o   = sum_valid_q;
  assign sum_last_o    = last_q;

`ifndef SYNTHESIS
  if (TableBits < ActBits + 3) begin : gen_table_bits
    $error("TableBits must hold the signed sum of four activations");
  end
  // A beat that is offered stays until it is taken: the unit's own, and those it is offered while it wants any.
  unit_table_hold_a : assert property (@(posedge clk_i) disable iff (!rst_ni)
      table_valid_o && !table_ready_i |=> table_valid_o && $stable(table_data_o) && $stable(table_last_o));
  unit_sum_hold_a : assert property (@(posedge clk_i) disable iff (!rst_ni)
      sum_valid_o && !sum_ready_i |=> sum_valid_o && $stable(sum_data_o) && $stable(sum_last_o));
  unit_code_hold_a : assert property (@(posedge clk_i) disable iff (!rst_ni)
      run && code_valid_i && !code_ready_o |=> code_valid_i && $stable(code_data_i));
`endif

endmodule
