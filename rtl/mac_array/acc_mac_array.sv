// Int8 MAC array, weight stationary: Rows x Cols products per cycle. Contract: README.md here.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

module acc_mac_array #(
  /// Weights along k of a step, whole tables of 4.
  parameter int unsigned Rows = acc_pkg::MacRows,
  /// Lanes of a step: columns. A multiple of OutLanes.
  parameter int unsigned Cols = acc_pkg::MacCols,
  /// Activation rows that a step's weights serve.
  parameter int unsigned AccRows = acc_pkg::MacAccRows,
  /// Bits of either operand, and planes at most.
  parameter int unsigned CodeBits = acc_pkg::MacCodeBits,
  parameter int unsigned AccBits = acc_pkg::MacAccBits,
  parameter int unsigned OutLanes = acc_pkg::MacOutLanes,
  /// Bits of planes per weight beat.
  parameter int unsigned WeightBits = acc_pkg::MacWeightBits
) (
  input  logic                              clk_i,
  input  logic                              rst_ni,
  /// Command: m x n sums over tables of four weights, scale groups of group_tables tables (the last may be shorter).
  input  logic                              cmd_valid_i,
  output logic                              cmd_ready_o,
  input  logic [acc_pkg::DimBits-1:0]       cmd_m_i,
  input  logic [acc_pkg::DimBits-1:0]       cmd_n_i,
  input  logic [acc_pkg::DimBits-1:0]       cmd_tables_i,
  input  logic [acc_pkg::DimBits-1:0]       cmd_group_tables_i,
  input  logic [acc_pkg::LutPlaneBits-1:0]  cmd_planes_m1_i,
  input  logic [CodeBits-1:0]               cmd_zero_i,
  /// Planes of a step, plane 0 in the low bits of its first beat, packed over live tables and lanes.
  input  logic                              weight_valid_i,
  output logic                              weight_ready_o,
  input  logic [WeightBits-1:0]             weight_data_i,
  /// Codes of one activation row, the step's first weight's in the low bits.
  input  logic                              code_valid_i,
  output logic                              code_ready_o,
  input  logic [Rows*CodeBits-1:0]          code_data_i,
  /// Sums of OutLanes lanes of one row; last marks the command's last beat.
  output logic                              out_valid_o,
  input  logic                              out_ready_i,
  output logic [OutLanes*AccBits-1:0]       out_data_o,
  output logic                              out_last_o
);

  localparam int unsigned StepTables = Rows / 4;
  localparam int unsigned RowBeats = Cols / OutLanes;
  localparam int unsigned ColumnBits = CodeBits * Rows;

  // The step that is loaded.
  logic                                     run, first, last, last_step, full, swap;
  logic [acc_pkg::LutPlaneBits-1:0]         planes_m1;
  logic [CodeBits-1:0]                      zero;
  logic [$clog2(StepTables+1)-1:0]          tables;
  logic [$clog2(Cols+1)-1:0]                lanes, group_lanes;
  logic [$clog2(AccRows+1)-1:0]             rows, group_rows;
  logic [Cols*ColumnBits-1:0]               planes;
  logic [StepTables-1:0]                    tables_live;
  // The step in use, and the group that it completes.
  logic                                     en, replace, group_done, group_end;
  logic [AccRows-1:0]                       add_row;
  // The drain.
  logic                                     drain_free, drain_near, take;
  logic [AccRows-1:0]                       out_row;
  logic [$clog2(RowBeats+1)-1:0]            chunk;
  logic [OutLanes-1:0]                      live;
  logic [Cols*AccBits-1:0]                  sums;

  for (genvar t = 0; t < StepTables; t++) begin : gen_table
    assign tables_live[t] = $clog2(StepTables+1)'(t) < tables;
  end

  acc_mac_seq #(
    .Rows    (Rows),
    .Cols    (Cols),
    .AccRows (AccRows),
    .CodeBits(CodeBits)
  ) u_seq (
    .clk_i              (clk_i),
    .rst_ni             (rst_ni),
    .cmd_valid_i        (cmd_valid_i),
    .cmd_ready_o        (cmd_ready_o),
    .cmd_m_i            (cmd_m_i),
    .cmd_n_i            (cmd_n_i),
    .cmd_tables_i       (cmd_tables_i),
    .cmd_group_tables_i (cmd_group_tables_i),
    .cmd_planes_m1_i    (cmd_planes_m1_i),
    .cmd_zero_i         (cmd_zero_i),
    .swap_i             (swap),
    .done_i             (out_valid_o & out_ready_i & out_last_o),
    .run_o              (run),
    .planes_m1_o        (planes_m1),
    .zero_o             (zero),
    .tables_o           (tables),
    .lanes_o            (lanes),
    .rows_o             (rows),
    .first_o            (first),
    .last_o             (last),
    .end_o              (last_step)
  );

  acc_mac_load #(
    .Rows      (Rows),
    .Cols      (Cols),
    .CodeBits  (CodeBits),
    .WeightBits(WeightBits)
  ) u_load (
    .clk_i          (clk_i),
    .rst_ni         (rst_ni),
    .run_i          (run),
    .end_i          (last_step),
    .planes_m1_i    (planes_m1),
    .tables_i       (tables),
    .lanes_i        (lanes),
    .weight_valid_i (weight_valid_i),
    .weight_ready_o (weight_ready_o),
    .weight_data_i  (weight_data_i),
    .swap_i         (swap),
    .full_o         (full),
    .planes_o       (planes)
  );

  acc_mac_issue #(
    .Cols   (Cols),
    .AccRows(AccRows)
  ) u_issue (
    .clk_i         (clk_i),
    .rst_ni        (rst_ni),
    .full_i        (full),
    .rows_i        (rows),
    .lanes_i       (lanes),
    .first_i       (first),
    .last_i        (last),
    .end_i         (last_step),
    .swap_o        (swap),
    .code_valid_i  (code_valid_i),
    .code_ready_o  (code_ready_o),
    .en_o          (en),
    .row_o         (add_row),
    .first_o       (replace),
    .group_done_o  (group_done),
    .group_rows_o  (group_rows),
    .group_lanes_o (group_lanes),
    .group_end_o   (group_end),
    .free_i        (drain_free),
    .near_i        (drain_near)
  );

  for (genvar c = 0; c < Cols; c++) begin : gen_column
    acc_mac_column #(
      .Rows    (Rows),
      .AccRows (AccRows),
      .CodeBits(CodeBits),
      .AccBits (AccBits)
    ) u_column (
      .clk_i     (clk_i),
      .planes_i  (planes[c*ColumnBits +: ColumnBits]),
      .tables_i  (tables_live),
      .zero_i    (zero),
      .swap_i    (swap),
      .en_i      (en),
      .codes_i   (code_data_i),
      .row_i     (add_row),
      .first_i   (replace),
      .take_i    (take),
      .out_row_i (out_row),
      .sum_o     (sums[c*AccBits +: AccBits])
    );
  end

  acc_mac_drain #(
    .Cols    (Cols),
    .AccRows (AccRows),
    .OutLanes(OutLanes)
  ) u_drain (
    .clk_i        (clk_i),
    .rst_ni       (rst_ni),
    .group_done_i (group_done),
    .rows_i       (group_rows),
    .lanes_i      (group_lanes),
    .end_i        (group_end),
    .free_o       (drain_free),
    .near_o       (drain_near),
    .take_o       (take),
    .row_o        (out_row),
    .chunk_o      (chunk),
    .live_o       (live),
    .out_valid_o  (out_valid_o),
    .out_ready_i  (out_ready_i),
    .out_last_o   (out_last_o)
  );

  for (genvar l = 0; l < OutLanes; l++) begin : gen_out
    assign out_data_o[l*AccBits +: AccBits] = live[l] ? sums[(chunk*OutLanes + l)*AccBits +: AccBits] : '0;
  end

`ifndef SYNTHESIS
  if (Rows % 4 != 0) begin : gen_rows
    $error("Rows must be whole tables of 4");
  end
  if (Cols % OutLanes != 0) begin : gen_out_lanes
    $error("OutLanes must divide Cols");
  end
  if (CodeBits > acc_pkg::LutMaxPlanes) begin : gen_code_bits
    $error("A command cannot tell more than LutMaxPlanes planes");
  end
  // A beat that is offered stays until it is taken: the array's own, and those it is offered while it wants any.
  array_out_hold_a : assert property (@(posedge clk_i) disable iff (!rst_ni)
      out_valid_o && !out_ready_i |=> out_valid_o && $stable(out_data_o) && $stable(out_last_o));
  array_weight_hold_a : assert property (@(posedge clk_i) disable iff (!rst_ni)
      run && weight_valid_i && !weight_ready_o |=> weight_valid_i && $stable(weight_data_i));
  array_code_hold_a : assert property (@(posedge clk_i) disable iff (!rst_ni)
      run && code_valid_i && !code_ready_o |=> code_valid_i && $stable(code_data_i));
`endif

endmodule
