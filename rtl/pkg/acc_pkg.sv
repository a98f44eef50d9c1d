// Constants that several RTL blocks share; the defaults of an M2 N64 K4 LUT array and of a 4 x 32 MAC array.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

package acc_pkg;
  // LUT array: rows, lanes, activations per table.
  localparam int unsigned LutMDim = 2;
  localparam int unsigned LutNDim = 64;
  localparam int unsigned LutKDim = 4;
  // An int8 activation; the signed sum of four of them needs 8 + 2 + 1 bits (-512 to +512).
  localparam int unsigned LutActBits = 8;
  localparam int unsigned LutTableBits = 11;
  // Weight planes of one command; the field holds planes minus one.
  localparam int unsigned LutMaxPlanes = 8;
  localparam int unsigned LutPlaneBits = 3;
  // Sums leave 16 at a time as int32.
  localparam int unsigned LutOutLanes = 16;
  localparam int unsigned LutAccBits = 32;
  // MAC array: weights along k and lanes a step, activation rows that they serve, bits of either operand, bits of a sum.
  localparam int unsigned MacRows = 4;
  localparam int unsigned MacCols = 32;
  localparam int unsigned MacAccRows = 4;
  localparam int unsigned MacCodeBits = 8;
  localparam int unsigned MacAccBits = 32;
  // Sums of an output beat, and bits of planes of a weight beat.
  localparam int unsigned MacOutLanes = 16;
  localparam int unsigned MacWeightBits = 256;
  // Table unit: half tables of a beat.
  localparam int unsigned TablesPerCycle = 1;
  // Sizes of a command (m, n, tables).
  localparam int unsigned DimBits = 16;
endpackage
