// One cell of the MAC array: the weight it holds and the next one, and the rows of its product.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Planes of the next weight arrive two a beat, least significant first (beat i: bits 2i and 2i+1), and the zero point is
// subtracted on the way, two bits a beat with a borrow. Bits above the beat take the sign so far, so that after the last
// beat the register holds u - zero in two's complement whatever the number of planes; an absent plane's bit is 0.

module acc_mac_cell #(
  parameter int unsigned CodeBits = acc_pkg::MacCodeBits
) (
  input  logic                  clk_i,
  /// A beat of planes is taken: which one, one-hot.
  input  logic [CodeBits/2-1:0] beat_i,
  input  logic [1:0]            bits_i,
  input  logic [CodeBits-1:0]   zero_i,
  /// The next weight becomes the one in use.
  input  logic                  swap_i,
  output logic [CodeBits-1:0]   weight_o
);

  logic [CodeBits-1:0] next_q, weight_q, next_d;
  logic [1:0]          zero, diff;
  logic                borrow_q, borrow_in, borrow_mid, borrow_out;

  always_comb begin
    zero = '0;
    for (int unsigned i = 0; i < CodeBits / 2; i++) begin
      if (beat_i[i]) zero = zero_i[2*i +: 2];
    end
  end

  // The first beat borrows nothing.
  assign borrow_in  = borrow_q & ~beat_i[0];
  assign diff[0]    = bits_i[0] ^ zero[0] ^ borrow_in;
  assign borrow_mid = (~bits_i[0] & (zero[0] | borrow_in)) | (zero[0] & borrow_in);
  assign diff[1]    = bits_i[1] ^ zero[1] ^ borrow_mid;
  assign borrow_out = (~bits_i[1] & (zero[1] | borrow_mid)) | (zero[1] & borrow_mid);

  for (genvar j = 0; j < CodeBits; j++) begin : gen_bit
    // Written by its own beat and by all before it.
    logic write;
    assign write = |beat_i[j/2:0];
    assign next_d[j] = beat_i[j/2] ? diff[j%2] : borrow_out;
    always_ff @(posedge clk_i) begin
      if (write) next_q[j] <= next_d[j];
    end
  end

  always_ff @(posedge clk_i) begin
    if (|beat_i) borrow_q <= borrow_out;
    if (swap_i) weight_q <= next_q;
  end

  assign weight_o = weight_q;

endmodule
