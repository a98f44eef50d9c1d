// The lanes that share one lane of the output: their accumulators, their drain registers and the selection.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Output beat b = row * RowBeats + chunk carries lane chunk * OutLanes + c of that row in its lane c, this column.
// A drain register takes an accumulator when take_i says so, so the accumulator can begin the next group.

module acc_lut_column #(
  parameter int unsigned MDim = acc_pkg::LutMDim,
  parameter int unsigned KDim = acc_pkg::LutKDim,
  /// Output beats of a whole row.
  parameter int unsigned RowBeats = acc_pkg::LutNDim / acc_pkg::LutOutLanes,
  parameter int unsigned AccBits = acc_pkg::LutAccBits
) (
  input  logic                                     clk_i,
  /// A weight beat is consumed; it is the first of its group.
  input  logic                                     en_i,
  input  logic                                     first_i,
  /// Tables of all rows, row 0 entry 0 in the low bits.
  input  logic [MDim*(1 << (KDim-1))*AccBits-1:0]  tables_i,
  /// This column's nibble of each chunk, chunk 0 in the low bits.
  input  logic [RowBeats*KDim-1:0]                 nibbles_i,
  input  logic                                     take_i,
  /// The output beat, and whether its lane of this column is live.
  input  logic [$clog2(MDim*RowBeats+1)-1:0]       beat_i,
  input  logic                                     live_i,
  output logic [AccBits-1:0]                       data_o
);

  localparam int unsigned Beats = MDim * RowBeats;
  localparam int unsigned RowTableBits = (1 << (KDim-1)) * AccBits;

  logic [Beats*AccBits-1:0] sums;

  for (genvar b = 0; b < Beats; b++) begin : gen_beat
    logic [AccBits-1:0] sum, sum_q;

    acc_lut_lane #(
      .KDim   (KDim),
      .AccBits(AccBits)
    ) u_lane (
      .clk_i    (clk_i),
      .en_i     (en_i),
      .first_i  (first_i),
      .table_i  (tables_i[(b/RowBeats)*RowTableBits +: RowTableBits]),
      .nibble_i (nibbles_i[(b%RowBeats)*KDim +: KDim]),
      .sum_o    (sum)
    );

    always_ff @(posedge clk_i) begin
      if (take_i) sum_q <= sum;
    end

    assign sums[b*AccBits +: AccBits] = sum_q;
  end

  assign data_o = live_i ? sums[beat_i*AccBits +: AccBits] : '0;

endmodule
