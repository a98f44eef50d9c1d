// Output drain of the LUT array: holds the sums of one finished group and sends them OutLanes at a time.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Order: live rows ascending, in each ceil(lanes/OutLanes) beats; dead rows send nothing, dead lanes of the last beat are zero.
// The buffer takes the next group in the very cycle its last beat leaves, so free_o depends on out_ready_i.

module acc_lut_drain #(
  parameter int unsigned MDim = acc_pkg::LutMDim,
  parameter int unsigned NDim = acc_pkg::LutNDim,
  /// Divides NDim.
  parameter int unsigned OutLanes = acc_pkg::LutOutLanes,
  parameter int unsigned AccBits = acc_pkg::LutAccBits
) (
  input  logic                          clk_i,
  input  logic                          rst_ni,
  /// Takes the sums of a finished group; only while free_o.
  input  logic                          load_i,
  /// Row-major, row 0 lane 0 in the low bits.
  input  logic [MDim*NDim*AccBits-1:0]  sums_i,
  input  logic [$clog2(MDim+1)-1:0]     rows_i,
  input  logic [$clog2(NDim+1)-1:0]     lanes_i,
  /// It is the command's last group.
  input  logic                          last_i,
  output logic                          free_o,
  output logic                          out_valid_o,
  input  logic                          out_ready_i,
  output logic [OutLanes*AccBits-1:0]   out_data_o,
  output logic                          out_last_o
);

  localparam int unsigned Beats = MDim * NDim / OutLanes;
  localparam int unsigned BeatBits = $clog2(Beats + 1);
  localparam int unsigned RowBits = $clog2(MDim+1);
  localparam int unsigned LaneBits = $clog2(NDim+1);
  localparam int unsigned RowBeats = NDim / OutLanes;

  logic [MDim*NDim*AccBits-1:0]  sums_q;
  logic                          valid_q, last_q;
  logic [RowBits-1:0]            rows_left_q;
  logic [LaneBits-1:0]           lanes_q, lanes_left_q;
  // The beat that leaves next, and the first beat of its row.
  logic [BeatBits-1:0]           beat_q, row_beat_q;
  logic                          row_end, end_beat, fire;
  logic [OutLanes*AccBits-1:0]   beat;

  assign row_end  = lanes_left_q <= LaneBits'(OutLanes);
  assign end_beat = row_end & (rows_left_q == RowBits'(1));
  assign fire     = valid_q & out_ready_i;
  assign free_o   = ~valid_q | (fire & end_beat);

  assign out_valid_o = valid_q;
  assign out_last_o  = last_q & end_beat;
  assign beat        = sums_q[beat_q*(OutLanes*AccBits) +: OutLanes*AccBits];
  for (genvar l = 0; l < OutLanes; l++) begin : gen_mask
    assign out_data_o[l*AccBits +: AccBits] =
        (LaneBits'(l) < lanes_left_q) ? beat[l*AccBits +: AccBits] : '0;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)     valid_q <= 1'b0;
    else if (load_i) valid_q <= 1'b1;
    else if (free_o) valid_q <= 1'b0;
  end

  always_ff @(posedge clk_i) begin
    if (load_i) begin
      sums_q       <= sums_i;
      last_q       <= last_i;
      rows_left_q  <= rows_i;
      lanes_q      <= lanes_i;
      lanes_left_q <= lanes_i;
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
  drain_load_a : assert property (@(posedge clk_i) disable iff (!rst_ni) load_i |-> free_o);
  // A beat that is offered stays until it is taken.
  drain_hold_a : assert property (@(posedge clk_i) disable iff (!rst_ni)
      out_valid_o && !out_ready_i |=> out_valid_o && $stable(out_data_o) && $stable(out_last_o));
  drain_beat_a : assert property (@(posedge clk_i) disable iff (!rst_ni) valid_q |-> beat_q < BeatBits'(Beats));
`endif

endmodule
