// One lane of the LUT array: looks one entry up, applies the sign and accumulates.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The nibble is an inverted index (sim/golden): its top bit negates the entry its low bits select.
// The table arrives shifted by the plane and sign-extended, so neither stands here. Negation is one's complement plus
// a carry into the accumulator's adder, so there is one adder. The accumulator has no reset: the first beat of a
// group replaces what it holds.

module acc_lut_lane #(
  parameter int unsigned KDim = acc_pkg::LutKDim,
  parameter int unsigned AccBits = acc_pkg::LutAccBits
) (
  input  logic                                clk_i,
  /// A weight beat is consumed in this cycle.
  input  logic                                en_i,
  /// It is the first beat of a scale group.
  input  logic                                first_i,
  /// The table of this row, entry 0 in the low bits.
  input  logic [(1 << (KDim-1))*AccBits-1:0]  table_i,
  input  logic [KDim-1:0]                     nibble_i,
  /// The group's sum, complete in the cycle after its last beat.
  output logic [AccBits-1:0]                  sum_o
);

  logic [KDim-2:0]    index;
  logic               negate;
  logic [AccBits-1:0] acc_q;

  assign index  = nibble_i[KDim-2:0];
  assign negate = nibble_i[KDim-1];

  always_ff @(posedge clk_i) begin
    if (en_i) begin
      acc_q <= (first_i ? '0 : acc_q) + (table_i[index*AccBits +: AccBits] ^ {AccBits{negate}})
               + {{(AccBits-1){1'b0}}, negate};
    end
  end

  assign sum_o = acc_q;

endmodule
