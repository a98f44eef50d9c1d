// Sequencer of the MAC array: walks the steps of one command, each a tile of weights.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   for mt in ceil(m/AccRows), for nt in ceil(n/Cols), for g in groups, for step in ceil(tables of g / (Rows/4))
//
// It stands at the step whose weights are loaded, one ahead of the one in use, and goes on when they come into use. Counters hold
// what is left, so that tails need no division: a tile is the last one when no more than its size is left.

module acc_mac_seq #(
  parameter int unsigned Rows = acc_pkg::MacRows,
  parameter int unsigned Cols = acc_pkg::MacCols,
  parameter int unsigned AccRows = acc_pkg::MacAccRows,
  parameter int unsigned CodeBits = acc_pkg::MacCodeBits
) (
  input  logic                              clk_i,
  input  logic                              rst_ni,
  input  logic                              cmd_valid_i,
  output logic                              cmd_ready_o,
  input  logic [acc_pkg::DimBits-1:0]       cmd_m_i,
  input  logic [acc_pkg::DimBits-1:0]       cmd_n_i,
  input  logic [acc_pkg::DimBits-1:0]       cmd_tables_i,
  input  logic [acc_pkg::DimBits-1:0]       cmd_group_tables_i,
  input  logic [acc_pkg::LutPlaneBits-1:0]  cmd_planes_m1_i,
  input  logic [CodeBits-1:0]               cmd_zero_i,
  /// The step's weights come into use in this cycle.
  input  logic                              swap_i,
  /// The last output beat of the command is accepted in this cycle.
  input  logic                              done_i,
  /// There is a step whose weights are to come into use.
  output logic                              run_o,
  output logic [acc_pkg::LutPlaneBits-1:0]  planes_m1_o,
  output logic [CodeBits-1:0]               zero_o,
  /// Its live tables, lanes and activation rows: 1 to Rows/4, Cols and AccRows.
  output logic [$clog2(Rows/4+1)-1:0]       tables_o,
  output logic [$clog2(Cols+1)-1:0]         lanes_o,
  output logic [$clog2(AccRows+1)-1:0]      rows_o,
  /// It is the first, the last of its scale group; the command's last.
  output logic                              first_o,
  output logic                              last_o,
  output logic                              end_o
);

  localparam int unsigned DimBits = acc_pkg::DimBits;
  localparam int unsigned StepTables = Rows / 4;
  localparam int unsigned TableBits = $clog2(StepTables+1);
  localparam int unsigned LaneBits = $clog2(Cols+1);
  localparam int unsigned RowBits = $clog2(AccRows+1);

  typedef enum logic [1:0] {StIdle, StRun, StDrain} state_e;

  state_e                            state_q;
  logic [DimBits-1:0]                n_q, tables_q, group_tables_q;
  logic [acc_pkg::LutPlaneBits-1:0]  planes_m1_q;
  logic [CodeBits-1:0]               zero_q;
  logic [DimBits-1:0]                m_left_q, n_left_q, k_left_q, g_left_q;
  logic                              first_q;
  logic [LaneBits-1:0]               lanes_q;
  logic [DimBits-1:0]                n_left_d, k_left_d, group_tables;
  logic                              m_last, n_last, k_last, accept;

  assign cmd_ready_o = state_q == StIdle;
  assign run_o       = state_q == StRun;
  assign accept      = cmd_valid_i & cmd_ready_o;

  assign m_last = m_left_q <= DimBits'(AccRows);
  assign n_last = n_left_q <= DimBits'(Cols);
  // g_left_q is never more than k_left_q: the last group ends with k.
  assign k_last = last_o & (k_left_q == g_left_q);

  // What is left for the next step. Its live lanes and its group's tables are kept, not compared for: the size of its planes, on
  // which ready depends, begins with them.
  assign n_left_d     = accept ? cmd_n_i : ~k_last ? n_left_q : n_last ? n_q : n_left_q - DimBits'(Cols);
  assign k_left_d     = accept ? cmd_tables_i : k_last ? tables_q : k_left_q - DimBits'(tables_o);
  assign group_tables = accept ? cmd_group_tables_i : group_tables_q;

  assign planes_m1_o = planes_m1_q;
  assign zero_o      = zero_q;
  assign first_o     = first_q;
  assign last_o      = g_left_q <= DimBits'(StepTables);
  assign end_o       = m_last & n_last & k_last;
  assign tables_o    = last_o ? g_left_q[TableBits-1:0] : TableBits'(StepTables);
  assign lanes_o     = lanes_q;
  assign rows_o      = m_last ? m_left_q[RowBits-1:0] : RowBits'(AccRows);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= StIdle;
    end else begin
      unique case (state_q)
        StIdle:  if (accept) state_q <= StRun;
        StRun:   if (swap_i & end_o) state_q <= StDrain;
        StDrain: if (done_i) state_q <= StIdle;
        default: state_q <= StIdle;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (accept) begin
      n_q            <= cmd_n_i;
      tables_q       <= cmd_tables_i;
      group_tables_q <= cmd_group_tables_i;
      planes_m1_q    <= cmd_planes_m1_i;
      zero_q         <= cmd_zero_i;
      m_left_q       <= cmd_m_i;
      first_q        <= 1'b1;
    end else if (swap_i) begin
      first_q  <= last_o;
      if (k_last & n_last) m_left_q <= m_left_q - DimBits'(AccRows);
    end
  end

  always_ff @(posedge clk_i) begin
    if (accept | swap_i) begin
      n_left_q <= n_left_d;
      k_left_q <= k_left_d;
      if (accept | last_o) g_left_q <= group_tables < k_left_d ? group_tables : k_left_d;
      else                 g_left_q <= g_left_q - DimBits'(StepTables);
      lanes_q  <= n_left_d <= DimBits'(Cols) ? n_left_d[LaneBits-1:0] : LaneBits'(Cols);
    end
  end

`ifndef SYNTHESIS
  // A command of no rows, lanes or tables has no last beat.
  seq_size_a : assert property (@(posedge clk_i) disable iff (!rst_ni)
      accept |-> cmd_m_i != '0 && cmd_n_i != '0 && cmd_tables_i != '0 && cmd_group_tables_i != '0);
  seq_swap_a : assert property (@(posedge clk_i) disable iff (!rst_ni) swap_i |-> run_o);
`endif

endmodule
