// Takes the activation rows of the step in use, and tells the columns when to add which row's dot product.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   next weights --swap--> weights in use x codes --> [dot product] --> accumulators
//
// A swap happens in the cycle of the last row of the step before at the earliest. A group's first row replaces sums, so its dot
// product waits until the group before has moved to the drain. Its codes are taken a cycle before that is due, so that no cycle
// is lost: the drain holds one beat more. When that beat stalls, the dot product waits in its register.

module acc_mac_issue #(
  parameter int unsigned Cols = acc_pkg::MacCols,
  parameter int unsigned AccRows = acc_pkg::MacAccRows
) (
  input  logic                          clk_i,
  input  logic                          rst_ni,
  /// The next weights are complete; live rows and lanes of their step, whether it is the first, the last of its scale group,
  /// the command's last.
  input  logic                          full_i,
  input  logic [$clog2(AccRows+1)-1:0]  rows_i,
  input  logic [$clog2(Cols+1)-1:0]     lanes_i,
  input  logic                          first_i,
  input  logic                          last_i,
  input  logic                          end_i,
  /// They come into use.
  output logic                          swap_o,
  input  logic                          code_valid_i,
  output logic                          code_ready_o,
  /// Codes are taken into a dot product.
  output logic                          en_o,
  /// The row whose dot product is added in this cycle, one-hot, or none; whether it replaces the sum.
  output logic [AccRows-1:0]            row_o,
  output logic                          first_o,
  /// With it the sums of a group are complete; its live rows and lanes, and whether it is the command's last.
  output logic                          group_done_o,
  output logic [$clog2(AccRows+1)-1:0]  group_rows_o,
  output logic [$clog2(Cols+1)-1:0]     group_lanes_o,
  output logic                          group_end_o,
  /// The accumulators may change at the end of this cycle; after it no more than one beat is left in the drain.
  input  logic                          free_i,
  input  logic                          near_i
);

  localparam int unsigned RowBits = $clog2(AccRows+1);
  localparam int unsigned LaneBits = $clog2(Cols+1);

  // The step in use: rows still to come, the next one, whether that is the first of its group.
  logic [RowBits-1:0]   left_q;
  logic [AccRows-1:0]   row_q;
  logic                 head_q, first_q, last_q, end_q;
  logic [RowBits-1:0]   rows_q;
  logic [LaneBits-1:0]  lanes_q;
  // The row in the register of the dot product: its group's first one, its group's last one.
  logic                 dot_valid_q, dot_head_q, dot_done_q, dot_first_q, dot_end_q;
  logic [AccRows-1:0]   dot_row_q;
  logic [RowBits-1:0]   dot_rows_q;
  logic [LaneBits-1:0]  dot_lanes_q;
  logic                 dot_go, room, row_last;

  assign dot_go   = dot_valid_q & (~dot_head_q | free_i);
  // The group before is in the drain, or will be in the next cycle.
  assign room     = (~dot_valid_q & free_i) | near_i;
  assign row_last = left_q == RowBits'(1);

  assign code_ready_o = (left_q != '0) & (~dot_valid_q | dot_go) & (~head_q | room);
  assign en_o         = code_valid_i & code_ready_o;
  assign swap_o       = full_i & ((left_q == '0) | (en_o & row_last));

  assign row_o         = dot_row_q & {AccRows{dot_go}};
  assign first_o       = dot_first_q;
  assign group_done_o  = dot_go & dot_done_q;
  assign group_rows_o  = dot_rows_q;
  assign group_lanes_o = dot_lanes_q;
  assign group_end_o   = dot_end_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      left_q      <= '0;
      dot_valid_q <= 1'b0;
    end else begin
      left_q      <= swap_o ? rows_i : left_q - RowBits'(en_o);
      dot_valid_q <= (dot_valid_q & ~dot_go) | en_o;
    end
  end

  always_ff @(posedge clk_i) begin
    if (swap_o) begin
      row_q   <= AccRows'(1);
      head_q  <= first_i;
      first_q <= first_i;
      last_q  <= last_i;
      end_q   <= end_i;
      rows_q  <= rows_i;
      lanes_q <= lanes_i;
    end else if (en_o) begin
      row_q   <= row_q << 1;
      head_q  <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (en_o) begin
      dot_head_q  <= head_q;
      dot_done_q  <= last_q & row_last;
      dot_first_q <= first_q;
      dot_end_q   <= end_q;
      dot_row_q   <= row_q;
      dot_rows_q  <= rows_q;
      dot_lanes_q <= lanes_q;
    end
  end

`ifndef SYNTHESIS
  // A dot product is not replaced before it is added, nor a row added that the step has not.
  issue_dot_a : assert property (@(posedge clk_i) disable iff (!rst_ni) en_o && dot_valid_q |-> dot_go);
  issue_row_a : assert property (@(posedge clk_i) disable iff (!rst_ni) left_q != '0 |-> row_q != '0);
  // Sums of the group before are not touched.
  issue_free_a : assert property (@(posedge clk_i) disable iff (!rst_ni) row_o != '0 |-> free_i);
`endif

endmodule
