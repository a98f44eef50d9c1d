// Sequencer of the LUT array: walks row tiles, lane tiles, scale groups, tables and planes of one command.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   for mt in ceil(m/MDim), for nt in ceil(n/NDim), for t in k_tables (cut into groups), for p in planes
//
// Counters hold what is left, so that tails need no division: a tile is the last one when no more than its size is left.

module acc_lut_seq #(
  parameter int unsigned MDim = acc_pkg::LutMDim,
  parameter int unsigned NDim = acc_pkg::LutNDim
) (
  input  logic                              clk_i,
  input  logic                              rst_ni,
  input  logic                              cmd_valid_i,
  output logic                              cmd_ready_o,
  input  logic [acc_pkg::DimBits-1:0]       cmd_m_i,
  input  logic [acc_pkg::DimBits-1:0]       cmd_n_i,
  input  logic [acc_pkg::DimBits-1:0]       cmd_k_tables_i,
  input  logic [acc_pkg::DimBits-1:0]       cmd_group_tables_i,
  input  logic [acc_pkg::LutPlaneBits-1:0]  cmd_planes_m1_i,
  /// A weight beat is consumed in this cycle.
  input  logic                              fire_i,
  /// The last output beat of the command is accepted in this cycle.
  input  logic                              done_i,
  /// The command still wants tables or weights.
  output logic                              run_o,
  /// The table in use (or awaited) is the command's last one.
  output logic                              last_table_o,
  /// The next weight beat is the last plane of its table.
  output logic                              plane_last_o,
  /// The next weight beat is the first, the last of its scale group.
  output logic                              group_first_o,
  output logic                              group_last_o,
  /// Live rows and lanes of this tile, 1 to MDim and 1 to NDim.
  output logic [$clog2(MDim+1)-1:0]         rows_o,
  output logic [$clog2(NDim+1)-1:0]         lanes_o
);

  localparam int unsigned DimBits = acc_pkg::DimBits;
  localparam int unsigned RowBits = $clog2(MDim+1);
  localparam int unsigned LaneBits = $clog2(NDim+1);

  typedef enum logic [1:0] {StIdle, StRun, StDrain} state_e;

  state_e                            state_q;
  logic [DimBits-1:0]                n_q, k_tables_q, group_tables_q;
  logic [acc_pkg::LutPlaneBits-1:0]  planes_m1_q, plane_q;
  logic [DimBits-1:0]                m_left_q, n_left_q, k_left_q, g_left_q;
  logic                              first_q;
  logic                              m_last, n_last, k_last, accept, table_end;

  assign cmd_ready_o = state_q == StIdle;
  assign run_o       = state_q == StRun;
  assign accept      = cmd_valid_i & cmd_ready_o;

  assign m_last = m_left_q <= DimBits'(MDim);
  assign n_last = n_left_q <= DimBits'(NDim);
  assign k_last = k_left_q == DimBits'(1);

  assign last_table_o  = m_last & n_last & k_last;
  assign plane_last_o  = plane_q == planes_m1_q;
  assign group_first_o = first_q;
  assign group_last_o  = plane_last_o & (k_last | (g_left_q == DimBits'(1)));
  assign rows_o        = m_last ? m_left_q[RowBits-1:0] : RowBits'(MDim);
  assign lanes_o       = n_last ? n_left_q[LaneBits-1:0] : LaneBits'(NDim);
  assign table_end     = fire_i & plane_last_o;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= StIdle;
    end else begin
      unique case (state_q)
        StIdle:  if (accept) state_q <= StRun;
        StRun:   if (table_end & last_table_o) state_q <= StDrain;
        StDrain: if (done_i) state_q <= StIdle;
        default: state_q <= StIdle;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (accept) begin
      n_q            <= cmd_n_i;
      k_tables_q     <= cmd_k_tables_i;
      group_tables_q <= cmd_group_tables_i;
      planes_m1_q    <= cmd_planes_m1_i;
      m_left_q       <= cmd_m_i;
      n_left_q       <= cmd_n_i;
      k_left_q       <= cmd_k_tables_i;
      g_left_q       <= cmd_group_tables_i;
      plane_q        <= '0;
      first_q        <= 1'b1;
    end else if (fire_i) begin
      plane_q <= plane_last_o ? '0 : plane_q + 1'b1;
      first_q <= group_last_o;
      if (table_end) begin
        k_left_q <= k_last ? k_tables_q : k_left_q - 1'b1;
        g_left_q <= group_last_o ? group_tables_q : g_left_q - 1'b1;
        if (k_last) begin
          n_left_q <= n_last ? n_q : n_left_q - DimBits'(NDim);
          if (n_last) m_left_q <= m_left_q - DimBits'(MDim);
        end
      end
    end
  end

`ifndef SYNTHESIS
  // A command of no rows, lanes or tables has no last beat.
  seq_size_a : assert property (@(posedge clk_i) disable iff (!rst_ni)
      accept |-> cmd_m_i != '0 && cmd_n_i != '0 && cmd_k_tables_i != '0 && cmd_group_tables_i != '0);
  seq_fire_a : assert property (@(posedge clk_i) disable iff (!rst_ni) fire_i |-> run_o);
  seq_plane_a : assert property (@(posedge clk_i) disable iff (!rst_ni) run_o |-> plane_q <= planes_m1_q);
`endif

endmodule
