// Holds the table in use and one prefetched table; shifts the table in use left by one bit per plane.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   table_data_i --> next_q --> head_q << plane --> lanes
//              \-----------------^  (when head is empty or leaves in this cycle and next is empty)
//
// Shift and sign extension stand here once per entry (16 of them), not behind the selection of each of the 128 lanes.
// table_ready_o depends on registers only: a new table every cycle is sustained because a table that arrives while
// the head leaves goes straight into the head.

module acc_lut_table #(
  parameter int unsigned MDim = acc_pkg::LutMDim,
  parameter int unsigned KDim = acc_pkg::LutKDim,
  parameter int unsigned TableBits = acc_pkg::LutTableBits,
  parameter int unsigned AccBits = acc_pkg::LutAccBits
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
  /// The table in use, shifted by the plane, its entries sign-extended to AccBits.
  output logic [MDim*(1 << (KDim-1))*AccBits-1:0]    head_o
);

  localparam int unsigned Entries = MDim * (1 << (KDim-1));
  // The largest plane shifts an entry by LutMaxPlanes - 1.
  localparam int unsigned EntryBits = TableBits + acc_pkg::LutMaxPlanes - 1;

  logic                         head_valid_q, next_valid_q;
  logic [Entries*TableBits-1:0] next_q;
  logic                         push, to_head, from_next;

  // Never takes a table of the next command: commands are timed alone.
  assign table_ready_o = run_i & ~next_valid_q & ~(last_table_i & head_valid_q);
  assign push          = table_valid_i & table_ready_o;
  // A pushed table becomes the head when nothing stands before it.
  assign to_head       = push & (~head_valid_q | pop_i);
  assign from_next     = pop_i & next_valid_q;

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
    if (push & ~to_head) next_q <= table_data_i;
  end

  for (genvar e = 0; e < Entries; e++) begin : gen_entry
    logic [EntryBits-1:0] entry_q;
    logic [TableBits-1:0] fill;

    assign fill = from_next ? next_q[e*TableBits +: TableBits] : table_data_i[e*TableBits +: TableBits];

    always_ff @(posedge clk_i) begin
      if (to_head | from_next) entry_q <= {{(EntryBits-TableBits){fill[TableBits-1]}}, fill};
      else if (shift_i)        entry_q <= {entry_q[EntryBits-2:0], 1'b0};
    end

    assign head_o[e*AccBits +: AccBits] = {{(AccBits-EntryBits){entry_q[EntryBits-1]}}, entry_q};
  end

  assign head_valid_o = head_valid_q;

`ifndef SYNTHESIS
  // The prefetch register is never filled behind an empty head.
  table_order_a : assert property (@(posedge clk_i) disable iff (!rst_ni) next_valid_q |-> head_valid_q);
  // Only a held table is used.
  table_use_a : assert property (@(posedge clk_i) disable iff (!rst_ni) (shift_i || pop_i) |-> head_valid_q);
`endif

endmodule
