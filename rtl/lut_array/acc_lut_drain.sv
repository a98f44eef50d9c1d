// Output drain of the LUT array: when the columns' drain registers take a finished group, and which beat they send.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Order: live rows ascending, in each ceil(lanes/OutLanes) beats; dead rows send nothing, dead lanes of the last beat
// are zero. The registers take the sums in the cycle after the group's last beat, or as late as the cycle in which
// their own last beat leaves; hence free_o depends on out_ready_i.

module acc_lut_drain #(
  parameter int unsigned MDim = acc_pkg::LutMDim,
  parameter int unsigned NDim = acc_pkg::LutNDim,
  /// Divides NDim.
  parameter int unsigned OutLanes = acc_pkg::LutOutLanes
) (
  input  logic                                      clk_i,
  input  logic                                      rst_ni,
  /// The last weight beat of a group is consumed in this cycle; rows, lanes and last belong to it.
  input  logic                                      group_done_i,
  input  logic [$clog2(MDim+1)-1:0]                 rows_i,
  input  logic [$clog2(NDim+1)-1:0]                 lanes_i,
  /// It is the command's last group.
  input  logic                                      last_i,
  /// The accumulators may change at the end of this cycle: they hold no finished group, or it is taken now.
  output logic                                      free_o,
  /// The drain registers take the accumulators.
  output logic                                      take_o,
  /// The beat on offer, row * NDim/OutLanes + chunk, and which of its lanes are live.
  output logic [$clog2(MDim*NDim/OutLanes+1)-1:0]   beat_o,
  output logic [OutLanes-1:0]                       live_o,
  output logic                                      out_valid_o,
  input  logic                                      out_ready_i,
  output logic                                      out_last_o
);

  localparam int unsigned Beats = MDim * NDim / OutLanes;
  localparam int unsigned BeatBits = $clog2(Beats + 1);
  localparam int unsigned RowBits = $clog2(MDim+1);
  localparam int unsigned LaneBits = $clog2(NDim+1);
  localparam int unsigned RowBeats = NDim / OutLanes;

  // A finished group waits in the accumulators.
  logic                 pending_q, pending_last_q;
  logic [RowBits-1:0]   pending_rows_q;
  logic [LaneBits-1:0]  pending_lanes_q;
  // The group that is being sent: what is left of it.
  logic                 valid_q, last_q;
  logic [RowBits-1:0]   rows_left_q;
  logic [LaneBits-1:0]  lanes_q, lanes_left_q;
  // The beat that leaves next, and the first beat of its row.
  logic [BeatBits-1:0]  beat_q, row_beat_q;
  logic                 row_end, end_beat, fire, leave;

  assign row_end  = lanes_left_q <= LaneBits'(OutLanes);
  assign end_beat = row_end & (rows_left_q == RowBits'(1));
  assign fire     = valid_q & out_ready_i;
  assign leave    = fire & end_beat;
  assign take_o   = pending_q & (~valid_q | leave);
  assign free_o   = ~pending_q | take_o;

  assign out_valid_o = valid_q;
  assign out_last_o  = last_q & end_beat;
  assign beat_o      = beat_q;
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
      pending_last_q  <= last_i;
      pending_rows_q  <= rows_i;
      pending_lanes_q <= lanes_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (take_o) begin
      last_q       <= pending_last_q;
      rows_left_q  <= pending_rows_q;
      lanes_q      <= pending_lanes_q;
      lanes_left_q <= pending_lanes_q;
      beat_q       <= '0;
      row_beat_q   <= '0;
    end else if (fire) begin
      if (row_end) begin
        rows_left_q  <= rows_left_q - 1'b1;
        lanes_left_q <= lanes_q;
        beat_q       <= row_beat_q + BeatBits'(RowBeats);
        row_beat_q   <= row_beat_q + BeatBits'(RowBeats);
      end else begin
        lanes_left_q <= lanes_left_q - LaneBits'(OutLanes);
        beat_q       <= beat_q + 1'b1;
      end
    end
  end

`ifndef SYNTHESIS
  drain_done_a : assert property (@(posedge clk_i) disable iff (!rst_ni) group_done_i |-> free_o);
  drain_beat_a : assert property (@(posedge clk_i) disable iff (!rst_ni) valid_q |-> beat_q < BeatBits'(Beats));
`endif

endmodule
