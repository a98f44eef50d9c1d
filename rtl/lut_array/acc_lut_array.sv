// Bit-serial symmetric LUT array: MDim x NDim lookups of KDim one-bit weights per cycle. Contract: README.md here.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

module acc_lut_array #(
  /// Rows of a tile: tables per table beat.
  parameter int unsigned MDim = acc_pkg::LutMDim,
  /// Lanes of a tile: nibbles per weight beat. A multiple of OutLanes.
  parameter int unsigned NDim = acc_pkg::LutNDim,
  /// Activations per table, which has 2^(KDim-1) entries.
  parameter int unsigned KDim = acc_pkg::LutKDim,
  parameter int unsigned ActBits = acc_pkg::LutActBits,
  /// At least ActBits + clog2(KDim) + 1.
  parameter int unsigned TableBits = acc_pkg::LutTableBits,
  parameter int unsigned OutLanes = acc_pkg::LutOutLanes,
  parameter int unsigned AccBits = acc_pkg::LutAccBits
) (
  input  logic                                       clk_i,
  input  logic                                       rst_ni,
  /// Command: m x n outputs over k_tables tables, scale groups of group_tables tables (the last may be shorter).
  input  logic                                       cmd_valid_i,
  output logic                                       cmd_ready_o,
  input  logic [acc_pkg::DimBits-1:0]                cmd_m_i,
  input  logic [acc_pkg::DimBits-1:0]                cmd_n_i,
  input  logic [acc_pkg::DimBits-1:0]                cmd_k_tables_i,
  input  logic [acc_pkg::DimBits-1:0]                cmd_group_tables_i,
  input  logic [acc_pkg::LutPlaneBits-1:0]           cmd_planes_m1_i,
  /// One table per row, row-major, row 0 entry 0 in the low bits.
  input  logic                                       table_valid_i,
  output logic                                       table_ready_o,
  input  logic [MDim*(1 << (KDim-1))*TableBits-1:0]  table_data_i,
  /// One plane of NDim inverted indices, lane 0 in the low bits.
  input  logic                                       weight_valid_i,
  output logic                                       weight_ready_o,
  input  logic [NDim*KDim-1:0]                       weight_data_i,
  /// Sums of OutLanes lanes of one row; last marks the command's last beat.
  output logic                                       out_valid_o,
  input  logic                                       out_ready_i,
  output logic [OutLanes*AccBits-1:0]                out_data_o,
  output logic                                       out_last_o
);

  localparam int unsigned EntryBits = TableBits + acc_pkg::LutMaxPlanes - 1;
  localparam int unsigned RowTableBits = (1 << (KDim-1)) * EntryBits;

  logic                          run, last_table, plane_last, group_first, group_last;
  logic                          head_valid, drain_free, fire;
  logic [$clog2(MDim+1)-1:0]     rows;
  logic [$clog2(NDim+1)-1:0]     lanes;
  logic [MDim*RowTableBits-1:0]  head;
  logic [MDim*NDim*AccBits-1:0]  sums;

  // The last beat of a group waits until the sums of the group before have left.
  assign weight_ready_o = run & head_valid & (~group_last | drain_free);
  assign fire           = weight_valid_i & weight_ready_o;

  acc_lut_seq #(
    .MDim(MDim),
    .NDim(NDim)
  ) u_seq (
    .clk_i              (clk_i),
    .rst_ni             (rst_ni),
    .cmd_valid_i        (cmd_valid_i),
    .cmd_ready_o        (cmd_ready_o),
    .cmd_m_i            (cmd_m_i),
    .cmd_n_i            (cmd_n_i),
    .cmd_k_tables_i     (cmd_k_tables_i),
    .cmd_group_tables_i (cmd_group_tables_i),
    .cmd_planes_m1_i    (cmd_planes_m1_i),
    .fire_i             (fire),
    .done_i             (out_valid_o & out_ready_i & out_last_o),
    .run_o              (run),
    .last_table_o       (last_table),
    .plane_last_o       (plane_last),
    .group_first_o      (group_first),
    .group_last_o       (group_last),
    .rows_o             (rows),
    .lanes_o            (lanes)
  );

  acc_lut_table #(
    .MDim     (MDim),
    .KDim     (KDim),
    .TableBits(TableBits),
    .EntryBits(EntryBits)
  ) u_table (
    .clk_i         (clk_i),
    .rst_ni        (rst_ni),
    .run_i         (run),
    .last_table_i  (last_table),
    .table_valid_i (table_valid_i),
    .table_ready_o (table_ready_o),
    .table_data_i  (table_data_i),
    .shift_i       (fire & ~plane_last),
    .pop_i         (fire & plane_last),
    .head_valid_o  (head_valid),
    .head_o        (head)
  );

  for (genvar r = 0; r < MDim; r++) begin : gen_row
    for (genvar l = 0; l < NDim; l++) begin : gen_lane
      acc_lut_lane #(
        .KDim     (KDim),
        .EntryBits(EntryBits),
        .AccBits  (AccBits)
      ) u_lane (
        .clk_i    (clk_i),
        .en_i     (fire),
        .first_i  (group_first),
        .table_i  (head[r*RowTableBits +: RowTableBits]),
        .nibble_i (weight_data_i[l*KDim +: KDim]),
        .sum_o    (sums[(r*NDim + l)*AccBits +: AccBits])
      );
    end
  end

  acc_lut_drain #(
    .MDim    (MDim),
    .NDim    (NDim),
    .OutLanes(OutLanes),
    .AccBits (AccBits)
  ) u_drain (
    .clk_i       (clk_i),
    .rst_ni      (rst_ni),
    .load_i      (fire & group_last),
    .sums_i      (sums),
    .rows_i      (rows),
    .lanes_i     (lanes),
    .last_i      (last_table),
    .free_o      (drain_free),
    .out_valid_o (out_valid_o),
    .out_ready_i (out_ready_i),
    .out_data_o  (out_data_o),
    .out_last_o  (out_last_o)
  );

`ifndef SYNTHESIS
  if (TableBits < ActBits + $clog2(KDim) + 1) begin : gen_table_bits
    $error("TableBits must hold the signed sum of KDim activations");
  end
  if (NDim % OutLanes != 0) begin : gen_out_lanes
    $error("OutLanes must divide NDim");
  end
  // A beat that is offered to the array stays until it is taken.
  array_table_hold_a : assert property (@(posedge clk_i) disable iff (!rst_ni)
      table_valid_i && !table_ready_o |=> table_valid_i && $stable(table_data_i));
  array_weight_hold_a : assert property (@(posedge clk_i) disable iff (!rst_ni)
      weight_valid_i && !weight_ready_o |=> weight_valid_i && $stable(weight_data_i));
`endif

endmodule
