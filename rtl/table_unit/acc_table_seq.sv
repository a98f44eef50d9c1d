// Sequencer of the table unit: which tables of a beat are live, and which end a scale group.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   for row in m, for t in tables (cut into groups of group_tables): a table; TablesPerCycle of them a beat, over row ends
//
// Counters hold what is left, and a beat's tables are counted one after the other: with one table a row, each ends its row.

module acc_table_seq #(
  parameter int unsigned TablesPerCycle = acc_pkg::TablesPerCycle
) (
  input  logic                         clk_i,
  input  logic                         rst_ni,
  input  logic                         cmd_valid_i,
  output logic                         cmd_ready_o,
  input  logic [acc_pkg::DimBits-1:0]  cmd_m_i,
  input  logic [acc_pkg::DimBits-1:0]  cmd_tables_i,
  input  logic [acc_pkg::DimBits-1:0]  cmd_group_tables_i,
  /// A beat of codes is taken in this cycle.
  input  logic                         fire_i,
  /// The last output beat of the command is accepted in this cycle.
  input  logic                         done_i,
  /// The command still wants codes.
  output logic                         run_o,
  /// Of the next beat: which tables there are; which are the last of their group; whether the first begins one; whether it is
  /// the command's last beat.
  output logic [TablesPerCycle-1:0]    live_o,
  output logic [TablesPerCycle-1:0]    group_last_o,
  output logic                         group_first_o,
  output logic                         last_o
);

  localparam int unsigned DimBits = acc_pkg::DimBits;

  typedef enum logic [1:0] {StIdle, StRun, StDrain} state_e;

  state_e              state_q;
  logic [DimBits-1:0]  tables_q, group_tables_q;
  logic [DimBits-1:0]  m_left_q, t_left_q, g_left_q, m_left_d, t_left_d, g_left_d;
  logic                first_q, live, row_last, accept;

  assign cmd_ready_o = state_q == StIdle;
  assign run_o       = state_q == StRun;
  assign accept      = cmd_valid_i & cmd_ready_o;

  // What is left after each table of the beat.
  always_comb begin
    m_left_d = m_left_q;
    t_left_d = t_left_q;
    g_left_d = g_left_q;
    live     = 1'b1;
    for (int unsigned j = 0; j < TablesPerCycle; j++) begin
      row_last        = t_left_d == DimBits'(1);
      live_o[j]       = live;
      group_last_o[j] = live & (row_last | (g_left_d == DimBits'(1)));
      live            = live & ~(row_last & (m_left_d == DimBits'(1)));
      m_left_d        = m_left_d - DimBits'(row_last);
      t_left_d        = row_last ? tables_q : t_left_d - DimBits'(1);
      g_left_d        = group_last_o[j] ? group_tables_q : g_left_d - DimBits'(1);
    end
  end

  assign group_first_o = first_q;
  assign last_o        = ~live;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= StIdle;
    end else begin
      unique case (state_q)
        StIdle:  if (accept) state_q <= StRun;
        StRun:   if (fire_i & last_o) state_q <= StDrain;
        StDrain: if (done_i) state_q <= StIdle;
        default: state_q <= StIdle;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (accept) begin
      tables_q       <= cmd_tables_i;
      group_tables_q <= cmd_group_tables_i;
      m_left_q       <= cmd_m_i;
      t_left_q       <= cmd_tables_i;
      g_left_q       <= cmd_group_tables_i;
      first_q        <= 1'b1;
    end else if (fire_i) begin
      m_left_q <= m_left_d;
      t_left_q <= t_left_d;
      g_left_q <= g_left_d;
      first_q  <= group_last_o[TablesPerCycle-1];
    end
  end

`ifndef SYNTHESIS
  // A command of no rows or tables has no last beat.
  seq_size_a : assert property (@(posedge clk_i) disable iff (!rst_ni)
      accept |-> cmd_m_i != '0 && cmd_tables_i != '0 && cmd_group_tables_i != '0);
  seq_fire_a : assert property (@(posedge clk_i) disable iff (!rst_ni) fire_i |-> run_o);
  // The command's last table ends a group, so both output streams end with the same beat of codes.
  seq_last_a : assert property (@(posedge clk_i) disable iff (!rst_ni) run_o && last_o |-> group_last_o != '0);
`endif

endmodule
