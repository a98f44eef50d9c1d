// What a lane must do: add the dot product of four one-bit weights, read as signs, with four activations.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The table is built from the activations as sim/golden/tables.h says, the index inverted as planes.h says. Proved for
// one weight nibble at a time (a parameter), all activations, planes and accumulators; prove_lut_lane.sh does all.

module acc_lut_lane_proof #(
  parameter logic [3:0] Weights = 4'b0000
) (
  input  logic        clk_i,
  input  logic        first_i,
  input  logic [2:0]  plane_i,
  /// Four int8 activations.
  input  logic [31:0] activations_i,
  /// From the second cycle on always 1.
  output logic        equal_o
);

  localparam logic [3:0] Nibble = Weights[3] ? {1'b1, ~Weights[2:0]} : Weights;

  logic signed [10:0]  a0, a1, a2, a3;
  logic [8*32-1:0]     head;
  logic [31:0]         sum, expected_q;
  logic signed [10:0]  dot;

  assign a0 = {{3{activations_i[7]}},  activations_i[7:0]};
  assign a1 = {{3{activations_i[15]}}, activations_i[15:8]};
  assign a2 = {{3{activations_i[23]}}, activations_i[23:16]};
  assign a3 = {{3{activations_i[31]}}, activations_i[31:24]};

  for (genvar i = 0; i < 8; i++) begin : gen_entry
    logic signed [10:0] entry;
    assign entry = ((i & 1) != 0 ? a0 : -a0) + ((i & 2) != 0 ? a1 : -a1) + ((i & 4) != 0 ? a2 : -a2) - a3;
    assign head[i*32 +: 32] = {{21{entry[10]}}, entry} << plane_i;
  end

  assign dot = (Weights[0] ? a0 : -a0) + (Weights[1] ? a1 : -a1)
             + (Weights[2] ? a2 : -a2) + (Weights[3] ? a3 : -a3);

  acc_lut_lane #(
    .KDim   (4),
    .AccBits(32)
  ) u_lane (
    .clk_i    (clk_i),
    .en_i     (1'b1),
    .first_i  (first_i),
    .table_i  (head),
    .nibble_i (Nibble),
    .sum_o    (sum)
  );

  always_ff @(posedge clk_i) begin
    expected_q <= (first_i ? 32'd0 : sum) + ({{21{dot[10]}}, dot} << plane_i);
  end

  assign equal_o = sum == expected_q;

endmodule
