// Output drain of the MAC array: when the columns' drain registers take a finished group, and which beat they send.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Order: live rows ascending, in each ceil(lanes/OutLanes) beats; dead lanes of the last one are zero. The registers take the sums
// in the cycle after the group's last one is written, or as late as the cycle in which their own last beat leaves; hence free_o and
// near_o depend on out_ready_i.

module acc_mac_drain #(
  parameter int unsigned Cols = acc_pkg::MacCols,
  parameter int unsigned AccRows = acc_pkg::MacAccRows,
  /// Divides Cols.
  parameter int unsigned OutLanes = acc_pkg::MacOutLanes
) (
  input  logic                               clk_i,
  input  logic                               rst_ni,
  /// The last sum of a group is written at the end of this cycle; rows, lanes and end belong to it.
  input  logic                               group_done_i,
  input  logic [$clog2(AccRows+1)-1:0]       rows_i,
  input  logic [$clog2(Cols+1)-1:0]          lanes_i,
  /// It is the command's last group.
  input  logic                               end_i,
  /// The accumulators may change at the end of this cycle: they hold no finished group, or it is taken now.
  output logic                               free_o,
  /// After this cycle no more than one beat is left to send.
  output logic                               near_o,
  /// The drain registers take the accumulators.
  output logic                               take_o,
  /// The beat on offer: its row, one-hot, OutLanes-th of a row, and which of its lanes are live.
  output logic [AccRows-1:0]                 row_o,
  output logic [$clog2(Cols/OutLanes+1)-1:0] chunk_o,
  output logic [OutLanes-1:0]                live_o,
  output logic                               out_valid_o,
  input  logic                               out_ready_i,
  output logic                               out_last_o
);

  localparam int unsigned RowBits = $clog2(AccRows+1);
  localparam int unsigned LaneBits = $clog2(Cols+1);
  localparam int unsigned ChunkBits = $clog2(Cols/OutLanes+1);

  // A finished group waits in the accumulators.
  logic                  pending_q, pending_end_q;
  logic [RowBits-1:0]    pending_rows_q;
  logic [LaneBits-1:0]   pending_lanes_q;
  // The group that is being sent: what is left of it.
  logic                  valid_q, end_q;
  logic [RowBits-1:0]    rows_left_q;
  logic [LaneBits-1:0]   lanes_q, lanes_left_q;
  logic [AccRows-1:0]    row_q;
  logic [ChunkBits-1:0]  chunk_q;
  logic                  row_end, end_beat, before_end, fire, leave;

  assign row_end  = lanes_left_q <= LaneBits'(OutLanes);
  assign end_beat = row_end & (rows_left_q == RowBits'(1));
  // One beat follows this one: in its row, which then has two at least and 2 * OutLanes is no more than Cols, or in the next.
  assign before_end = row_end ? (rows_left_q == RowBits'(2)) & (lanes_q <= LaneBits'(OutLanes)) & (AccRows > 1)
                              : (rows_left_q == RowBits'(1)) & (lanes_left_q <= LaneBits'(2*OutLanes));
  assign fire     = valid_q & out_ready_i;
  assign leave    = fire & end_beat;
  assign take_o   = pending_q & (~valid_q | leave);
  assign free_o   = ~pending_q | take_o;
  assign near_o   = take_o ? (pending_rows_q == RowBits'(1)) & (pending_lanes_q <= LaneBits'(OutLanes))
                           : ~valid_q | end_beat | (fire & before_end);

  assign out_valid_o = valid_q;
  assign out_last_o  = end_q & end_beat;
  assign row_o       = row_q;
  assign chunk_o     = chunk_q;
  for (genvar l = 0; l < OutLanes; l++) begin : gen_live
    assign live_o[l] = LaneBits'(l) < lanes_left_q;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      pending_q <= 1'b0;
      valid_q   <= 1'b0;
    end else begin
      pending_q <= (pending_q & ~take_o) | group_done_i;
      valid_q   <= (valid_q & ~leave) | take_o;
    end
  end

  always_ff @(posedge clk_i) begin
    if (group_done_i) begin
      pending_end_q   <= end_i;
      pending_rows_q  <= rows_i;
      pending_lanes_q <= lanes_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (take_o) begin
      end_q        <= pending_end_q;
      rows_left_q  <= pending_rows_q;
      lanes_q      <= pending_lanes_q;
      lanes_left_q <= pending_lanes_q;
      row_q        <= AccRows'(1);
      chunk_q      <= '0;
    end else if (fire) begin
      if (row_end) begin
        rows_left_q  <= rows_left_q - 1'b1;
        lanes_left_q <= lanes_q;
        row_q        <= row_q << 1;
        chunk_q      <= '0;
      end else begin
        lanes_left_q <= lanes_left_q - LaneBits'(OutLanes);
        chunk_q      <= chunk_q + 1'b1;
      end
    end
  end

`ifndef SYNTHESIS
  drain_done_a : assert property (@(posedge clk_i) disable iff (!rst_ni) group_done_i |-> free_o);
  drain_row_a : assert property (@(posedge clk_i) disable iff (!rst_ni) valid_q |-> row_q != '0);
  drain_chunk_a : assert property (@(posedge clk_i) disable iff (!rst_ni) valid_q |-> chunk_q < ChunkBits'(Cols/OutLanes));
`endif

endmodule
