// Holds the table in use and one prefetched table; shifts the table in use left by one bit per plane.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   table_data_i --> next_q --> head_q << plane --> lanes
//              \-----------------^  (when head is empty or leaves in this cycle and next is empty)
//
// The shift stands here once per entry (16 of them), not behind the selection of each of the 128 lanes.
// table_ready_o depends on registers only: a new table every cycle is sustained because a table that arrives while
// the head leaves goes straight into the head.

module acc_lut_table #(
  parameter int unsigned MDim = acc_pkg::LutMDim,
  parameter int unsigned KDim = acc_pkg::LutKDim,
  parameter int unsigned TableBits = acc_pkg::LutTableBits,
  /// Bits of a shifted entry: TableBits + planes - 1.
  parameter int unsigned EntryBits = acc_pkg::LutTableBits + acc_pkg::LutMaxPlanes - 1
) (
  input  logic                                       clk_i,
  input  logic                                       rst_ni,
  /// The command wants tables.
  input  logic                                       run_i,
  /// The table in use (or awaited) is the command's last one.
  input  logic                                       last_table_i,
  input  logic                                       table_valid_i,
  output logic                                       table_ready_o,
  /// Row-major, row 0 entry 0 in the low bits.
  input  logic [MDim*(1 << (KDim-1))*TableBits-1:0]  table_data_i,
  /// A weight beat that is not the table's last plane is consumed.
  input  logic                                       shift_i,
  /// The weight beat of the table's last plane is consumed.
  input  logic                                       pop_i,
  output logic                                       head_valid_o,
  output logic [MDim*(1 << (KDim-1))*EntryBits-1:0]  head_o
);

  localparam int unsigned Entries = MDim * (1 << (KDim-1));

  logic                         head_valid_q, next_valid_q;
  logic [Entries*EntryBits-1:0] head_q, shifted, fill;
  logic [Entries*TableBits-1:0] next_q, source;
  logic                         push, to_head;

  // Never takes a table of the next command: commands are timed alone.
  assign table_ready_o = run_i & ~next_valid_q & ~(last_table_i & head_valid_q);
  assign push          = table_valid_i & table_ready_o;
  // A pushed table becomes the head when nothing stands before it.
  assign to_head       = push & (~head_valid_q | pop_i);
  assign source        = next_valid_q ? next_q : table_data_i;

  for (genvar e = 0; e < Entries; e++) begin : gen_entry
    assign fill[e*EntryBits +: EntryBits] =
        {{(EntryBits-TableBits){source[e*TableBits + TableBits-1]}}, source[e*TableBits +: TableBits]};
    assign shifted[e*EntryBits +: EntryBits] = {head_q[e*EntryBits +: EntryBits-1], 1'b0};
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      head_valid_q <= 1'b0;
      next_valid_q <= 1'b0;
    end else begin
      head_valid_q <= (head_valid_q & ~pop_i) | push | next_valid_q;
      next_valid_q <= (next_valid_q & ~pop_i) | (push & ~to_head);
    end
  end

  always_ff @(posedge clk_i) begin
    if (to_head | (pop_i & next_valid_q)) head_q <= fill;
    else if (shift_i)                     head_q <= shifted;
    if (push & ~to_head)                  next_q <= table_data_i;
  end

  assign head_valid_o = head_valid_q;
  assign head_o       = head_q;

`ifndef SYNTHESIS
  // The prefetch register is never filled behind an empty head.
  table_order_a : assert property (@(posedge clk_i) disable iff (!rst_ni) next_valid_q |-> head_valid_q);
  // Only a held table is used.
  table_use_a : assert property (@(posedge clk_i) disable iff (!rst_ni) (shift_i || pop_i) |-> head_valid_q);
`endif

endmodule
