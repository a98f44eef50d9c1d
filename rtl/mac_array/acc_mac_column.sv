// One column of the MAC array: a dot product a cycle, and the sums of the activation rows that share its weights.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A cycle with en_i multiplies a row's codes with the weights in use; a later one, told by row_i, adds the dot product to that
// row's accumulator. At the end of a scale group take_i copies all accumulators to the drain registers, so the next group can begin.
// The products are written as their partial products (Baugh-Wooley: the rows of a signed product with the sign bits
// inverted, and constants), all of a column in one sum: synthesis then compresses them together and carries once.

module acc_mac_column #(
  parameter int unsigned Rows = acc_pkg::MacRows,
  /// Activation rows whose sums the column holds.
  parameter int unsigned AccRows = acc_pkg::MacAccRows,
  parameter int unsigned CodeBits = acc_pkg::MacCodeBits,
  parameter int unsigned AccBits = acc_pkg::MacAccBits
) (
  input  logic                      clk_i,
  /// The next weights: planes of Rows bits, plane 0 in the low ones, as inverted indices of four cells each.
  input  logic [CodeBits*Rows-1:0]  planes_i,
  /// Which fours of cells have a weight.
  input  logic [Rows/4-1:0]         tables_i,
  input  logic [CodeBits-1:0]       zero_i,
  input  logic                      swap_i,
  /// Codes of one activation row, taken into a dot product.
  input  logic                      en_i,
  input  logic [Rows*CodeBits-1:0]  codes_i,
  /// The row of the dot product, one-hot, in the cycle that adds it, else none; and whether it is of its group's first step.
  input  logic [AccRows-1:0]        row_i,
  input  logic                      first_i,
  input  logic                      take_i,
  /// The row that leaves, one-hot.
  input  logic [AccRows-1:0]        out_row_i,
  output logic [AccBits-1:0]        sum_o
);

  localparam int unsigned DotBits = 2 * CodeBits + $clog2(Rows);

  logic [Rows*CodeBits-1:0]          weights;
  logic [Rows*CodeBits*CodeBits-1:0] partials;
  logic [DotBits-1:0]                dot_d, dot_q;
  logic [AccRows*AccBits-1:0]        acc_q, out_q;
  logic [AccBits-1:0]                base, sum;

  for (genvar r = 0; r < Rows; r++) begin : gen_cell
    logic [CodeBits-1:0] code;
    for (genvar p = 0; p < CodeBits; p++) begin : gen_plane
      // Bit 3 of a nibble tells whether the other three are inverted.
      assign code[p] = r % 4 == 3 ? planes_i[p*Rows + r] : planes_i[p*Rows + r] ^ planes_i[p*Rows + r/4*4 + 3];
    end

    acc_mac_cell #(
      .CodeBits(CodeBits)
    ) u_cell (
      .clk_i    (clk_i),
      .swap_i   (swap_i),
      .code_i   (code),
      .live_i   (tables_i[r/4]),
      .zero_i   (zero_i),
      .weight_o (weights[r*CodeBits +: CodeBits])
    );
  end

  for (genvar r = 0; r < Rows; r++) begin : gen_product
    for (genvar i = 0; i < CodeBits; i++) begin : gen_partial
      assign partials[(r*CodeBits + i)*CodeBits +: CodeBits] =
          ({CodeBits{weights[r*CodeBits + i]}} & codes_i[r*CodeBits +: CodeBits])
          ^ (i == CodeBits - 1 ? {1'b0, {(CodeBits-1){1'b1}}} : {1'b1, {(CodeBits-1){1'b0}}});
    end
  end

  always_comb begin
    // Each product's constants: 2^CodeBits - 2^(2*CodeBits-1).
    dot_d = DotBits'(Rows * ((1 << CodeBits) - (1 << (2 * CodeBits - 1))));
    for (int unsigned r = 0; r < Rows; r++) begin
      for (int unsigned i = 0; i < CodeBits; i++) begin
        dot_d = dot_d + (DotBits'(partials[(r*CodeBits + i)*CodeBits +: CodeBits]) << i);
      end
    end
  end

  always_comb begin
    base = '0;
    for (int unsigned a = 0; a < AccRows; a++) begin
      base |= {AccBits{row_i[a] & ~first_i}} & acc_q[a*AccBits +: AccBits];
    end
    sum = base + {{(AccBits-DotBits){dot_q[DotBits-1]}}, dot_q};
  end

  always_ff @(posedge clk_i) begin
    if (en_i) dot_q <= dot_d;
    if (take_i) out_q <= acc_q;
  end

  for (genvar a = 0; a < AccRows; a++) begin : gen_row
    always_ff @(posedge clk_i) begin
      if (row_i[a]) acc_q[a*AccBits +: AccBits] <= sum;
    end
  end

  always_comb begin
    sum_o = '0;
    for (int unsigned a = 0; a < AccRows; a++) begin
      sum_o |= {AccBits{out_row_i[a]}} & out_q[a*AccBits +: AccBits];
    end
  end

endmodule
