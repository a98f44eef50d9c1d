// Takes one plane out of the weight beats of a step, where planes are packed without gaps.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Plane p begins p * nibbles_i nibbles above the lowest. For each bit of nibbles_i a stage shifts by p times its weight, the
// heaviest first: a stage then keeps only what the lighter ones can still reach, a quarter of the gates of a plain shift.

module acc_mac_plane #(
  parameter int unsigned Plane = 1,
  /// Nibbles of a plane at most: the plane is within (Plane + 1) * Nibbles of them.
  parameter int unsigned Nibbles = acc_pkg::MacCols
) (
  input  logic [$clog2(Nibbles+1)-1:0]      nibbles_i,
  input  logic [4*Nibbles*(Plane+1)-1:0]    held_i,
  /// Those beyond nibbles_i are of no meaning.
  output logic [4*Nibbles-1:0]              plane_o
);

  localparam int unsigned Stages = $clog2(Nibbles+1);
  // Bits of held_i and above it, as far as any stage looks.
  localparam int unsigned Width = 4 * (Nibbles + Plane * ((1 << Stages) - 1));

  for (genvar s = 0; s <= Stages; s++) begin : gen_stage
    // What is left when the stages of bits s and up have shifted.
    localparam int unsigned Kept = 4 * (Nibbles + Plane * ((1 << s) - 1));
    logic [Kept-1:0] kept;

    if (s == Stages) begin : gen_all
      if (Width > 4*Nibbles*(Plane+1)) begin : gen_above
        assign kept = {{(Width - 4*Nibbles*(Plane+1)){1'b0}}, held_i};
      end else begin : gen_exact
        assign kept = held_i[Kept-1:0];
      end
    end else begin : gen_shift
      assign kept = nibbles_i[s] ? gen_stage[s+1].kept[4*Plane*(1 << s) +: Kept] : gen_stage[s+1].kept[Kept-1:0];
    end
  end

  assign plane_o = gen_stage[0].kept;

endmodule
