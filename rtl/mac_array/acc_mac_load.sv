// Holds the weight beats of the next step and takes its planes out of them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   weight_data_i --> beat 0 | beat 1 | ... --> selection by plane, table, lane --> columns
//
// Beats are packed without gaps over live lanes and tables, so that a step takes no more of them than its bits ask for: where a
// plane begins depends on how many are live, and each plane is a shift of what is held (acc_mac_plane). Nothing is decoded while beats arrive:
// with few live lanes a beat holds any number of planes.

module acc_mac_load #(
  parameter int unsigned Rows = acc_pkg::MacRows,
  parameter int unsigned Cols = acc_pkg::MacCols,
  /// Planes that a step may have.
  parameter int unsigned CodeBits = acc_pkg::MacCodeBits,
  parameter int unsigned WeightBits = acc_pkg::MacWeightBits
) (
  input  logic                              clk_i,
  input  logic                              rst_ni,
  /// There is a step to load; it is the command's last.
  input  logic                              run_i,
  input  logic                              end_i,
  /// Its planes minus one, live tables, live lanes.
  input  logic [acc_pkg::LutPlaneBits-1:0]  planes_m1_i,
  input  logic [$clog2(Rows/4+1)-1:0]       tables_i,
  input  logic [$clog2(Cols+1)-1:0]         lanes_i,
  input  logic                              weight_valid_i,
  output logic                              weight_ready_o,
  input  logic [WeightBits-1:0]             weight_data_i,
  /// The weights come into use: the next step's first beat may be taken in this very cycle.
  input  logic                              swap_i,
  /// All beats of the step are held.
  output logic                              full_o,
  /// Column 0 in the low bits; in each its planes of Rows bits, plane 0 in the low ones; absent planes are 0.
  output logic [Cols*CodeBits*Rows-1:0]     planes_o
);

  localparam int unsigned StepTables = Rows / 4;
  localparam int unsigned Beats = (CodeBits*Rows*Cols + WeightBits - 1) / WeightBits;
  localparam int unsigned BeatBits = $clog2(Beats+1);
  localparam int unsigned NibbleBits = $clog2(StepTables*Cols+1);
  localparam int unsigned SizeBits = $clog2(Beats*WeightBits+1);

  logic [Beats*WeightBits-1:0] held_q;
  logic [BeatBits-1:0]         beats_q, beat;
  logic [SizeBits-1:0]         planes, bits;
  logic [NibbleBits-1:0]       plane_nibbles;
  logic                        fire;

  // Each plane has a nibble of each live table and lane.
  assign planes        = SizeBits'(planes_m1_i) + SizeBits'(1);
  assign plane_nibbles = NibbleBits'(tables_i) * NibbleBits'(lanes_i);
  assign bits          = planes * SizeBits'(plane_nibbles) * SizeBits'(4);

  assign full_o         = run_i & (SizeBits'(beats_q) * SizeBits'(WeightBits) >= bits);
  assign weight_ready_o = run_i & (~full_o | (swap_i & ~end_i));
  assign fire           = weight_valid_i & weight_ready_o;
  assign beat           = swap_i ? '0 : beats_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) beats_q <= '0;
    else         beats_q <= beat + BeatBits'(fire);
  end

  for (genvar b = 0; b < Beats; b++) begin : gen_beat
    always_ff @(posedge clk_i) begin
      if (fire & (beat == BeatBits'(b))) held_q[b*WeightBits +: WeightBits] <= weight_data_i;
    end
  end

  // The last beat of the largest step may have bits that no plane needs.
  if (Beats*WeightBits > CodeBits*Rows*Cols) begin : gen_above
    logic unused_bits;
    assign unused_bits = ^held_q[Beats*WeightBits-1:CodeBits*Rows*Cols];
  end

  for (genvar p = 0; p < CodeBits; p++) begin : gen_plane
    logic [4*StepTables*Cols-1:0] plane;

    acc_mac_plane #(
      .Plane  (p),
      .Nibbles(StepTables*Cols)
    ) u_plane (
      .nibbles_i (plane_nibbles),
      .held_i    (held_q[4*StepTables*Cols*(p+1)-1:0]),
      .plane_o   (plane)
    );

    for (genvar t = 0; t < StepTables; t++) begin : gen_table
      logic [4*Cols-1:0] nibbles;

      // In a plane, table t is to its lanes what a plane is to its nibbles.
      acc_mac_plane #(
        .Plane  (t),
        .Nibbles(Cols)
      ) u_table (
        .nibbles_i (lanes_i),
        .held_i    (plane[4*Cols*(t+1)-1:0]),
        .plane_o   (nibbles)
      );

      for (genvar c = 0; c < Cols; c++) begin : gen_column
        assign planes_o[(c*CodeBits + p)*Rows + 4*t +: 4] = nibbles[4*c +: 4] & {4{SizeBits'(p) < planes}};
      end
    end
  end

`ifndef SYNTHESIS
  load_swap_a : assert property (@(posedge clk_i) disable iff (!rst_ni) swap_i |-> full_o);
  load_size_a : assert property (@(posedge clk_i) disable iff (!rst_ni) run_i |-> beats_q <= BeatBits'(Beats));
`endif

endmodule
