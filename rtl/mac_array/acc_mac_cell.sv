// One cell of the MAC array: the weight in use.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The zero point is subtracted where the next weight comes into use, so the register holds u - zero in two's complement
// whatever the number of planes.

module acc_mac_cell #(
  parameter int unsigned CodeBits = acc_pkg::MacCodeBits
) (
  input  logic                 clk_i,
  /// The next weight becomes the one in use.
  input  logic                 swap_i,
  /// Its code u, an absent plane's bit 0; and whether the step has one for this cell.
  input  logic [CodeBits-1:0]  code_i,
  input  logic                 live_i,
  input  logic [CodeBits-1:0]  zero_i,
  output logic [CodeBits-1:0]  weight_o
);

  logic [CodeBits-1:0] weight_q;

  // A cell beyond the scale group multiplies by 0, whatever code is offered to it.
  always_ff @(posedge clk_i) begin
    if (swap_i) weight_q <= {CodeBits{live_i}} & (code_i - zero_i);
  end

  assign weight_o = weight_q;

endmodule
