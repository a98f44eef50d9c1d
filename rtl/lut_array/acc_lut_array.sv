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

  localparam int unsigned RowBeats = NDim / OutLanes;

  logic                                     run, last_table, plane_last, group_first, group_last;
  logic                                     head_valid, drain_free, take, fire;
  logic [$clog2(MDim+1)-1:0]                rows;
  logic [$clog2(NDim+1)-1:0]                lanes;
  logic [OutLanes-1:0]                      live;
  logic [$clog2(MDim*RowBeats+1)-1:0]       beat;
  logic [MDim*(1 << (KDim-1))*AccBits-1:0]  head;

  // The first beat of a group waits until the sums of the group before are in the drain.
  assign weight_ready_o = run & head_valid & drain_free;
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
    .AccBits  (AccBits)
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

  for (genvar c = 0; c < OutLanes; c++) begin : gen_column
    logic [RowBeats*KDim-1:0] nibbles;

    for (genvar r = 0; r < RowBeats; r++) begin : gen_nibble
      assign nibbles[r*KDim +: KDim] = weight_data_i[(r*OutLanes + c)*KDim +: KDim];
    end

    acc_lut_column #(
      .MDim    (MDim),
      .KDim    (KDim),
      .RowBeats(RowBeats),
      .AccBits (AccBits)
    ) u_column (
      .clk_i     (clk_i),
      .en_i      (fire),
      .first_i   (group_first),
      .tables_i  (head),
      .nibbles_i (nibbles),
      .take_i    (take),
      .beat_i    (beat),
      .live_i    (live[c]),
      .data_o    (out_data_o[c*AccBits +: AccBits])
    );
  end

  acc_lut_drain #(
    .MDim    (MDim),
    .NDim    (NDim),
    .OutLanes(OutLanes)
  ) u_drain (
    .clk_i        (clk_i),
    .rst_ni       (rst_ni),
    .group_done_i (fire & group_last),
    .rows_i       (rows),
    .lanes_i      (lanes),
    .last_i       (last_table),
    .free_o       (drain_free),
    .take_o       (take),
    .beat_o       (beat),
    .live_o       (live),
    .out_valid_o  (out_valid_o),
    .out_ready_i  (out_ready_i),
    .out_last_o   (out_last_o)
  );

`ifndef SYNTHESIS
  if (TableBits < ActBits + $clog2(KDim) + 1) begin : gen_table_bits
    $error("TableBits must hold the signed sum of KDim activations");
  end
  if (NDim % OutLanes != 0) begin : gen_out_lanes
    $error("OutLanes must divide NDim");
  end
  // A beat that is offered stays until it is taken: the array's own, and those it is offered while it wants any.
  array_out_hold_a : assert property (@(posedge clk_i) disable iff (!rst_ni)
      out_valid_o && !out_ready_i |=> out_valid_o && $stable(out_data_o) && $stable(out_last_o));
  array_table_hold_a : assert property (@(posedge clk_i) disable iff (!rst_ni)
      run && table_valid_i && !table_ready_o |=> table_valid_i && $stable(table_data_i));
  array_weight_hold_a : assert property (@(posedge clk_i) disable iff (!rst_ni)
      run && weight_valid_i && !weight_ready_o |=> weight_valid_i && $stable(weight_data_i));
`endif

endmodule
