// Drives a MAC column with random groups, as sim/models/mac_array/README.md times its pins, against plain arithmetic.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each group: up to 4 steps of random codes with random planes and zero point (8 planes: 128), for 1 to 4 activation rows. Of
// more than four cells the last step may leave the upper ones empty, which then see random planes and codes; sums wait in the
// register of the dot product now and then. Prints "sums N, wrong N".

module mac_column_bench #(
  parameter int Rows = 4
);
  localparam int AccRows = 4;
  logic clk = 0;
  logic [3:0] row_q = '0, take_row = '0;
  logic [8*Rows-1:0] planes = '0;
  logic [Rows/4-1:0] tables = '0;
  logic [7:0] zero = '0, zero_v;
  logic swap = 0, en = 0, first_q = 0, take = 0;
  logic [8*Rows-1:0] codes = '0;
  logic [31:0] sum;

  acc_mac_column u_column (
    .clk_i(clk), .planes_i(planes), .tables_i(tables), .zero_i(zero), .swap_i(swap), .en_i(en), .codes_i(codes),
    .row_i(row_q), .first_i(first_q), .take_i(take), .out_row_i(take_row), .sum_o(sum));

  always #1 clk = ~clk;

  int seed, sums = 0, wrong = 0, planeCount, rows, steps, top, live;
  int weights [0:3][0:Rows-1];
  int expected [0:AccRows-1];
  logic [7:0] u, code;
  logic [3:0] nibble;

  // The planes of a step's weights, as inverted indices of four cells each.
  task automatic loadStep(input int step, input int live_tables);
    logic [3:0] bits;
    for (int g = 0; g < Rows; g += 4) begin
      tables[g/4] <= g/4 < live_tables;
      for (int p = 0; p < 8; p++) begin
        for (int r = 0; r < 4; r++) begin
          u = 8'(weights[step][g + r] + int'(zero_v));
          bits[r] = u[p];
        end
        nibble = bits[3] ? {1'b1, ~bits[2:0]} : bits;
        planes[p*Rows + g +: 4] <= g/4 < live_tables ? nibble : 4'($random(seed));
      end
    end
  endtask

  initial begin
    if (!$value$plusargs("seed=%d", seed)) seed = 1;
    for (int g = 0; g < 500; g++) begin
      planeCount = 1 + $unsigned($random(seed)) % 8;
      rows = 1 + $unsigned($random(seed)) % AccRows;
      steps = 1 + $unsigned($random(seed)) % 4;
      top = (1 << planeCount) - 1;
      zero_v = planeCount == 8 ? 8'd128 : 8'($unsigned($random(seed)) % (top + 1));
      zero <= zero_v;
      for (int s = 0; s < steps; s++)
        for (int r = 0; r < Rows; r++)
          weights[s][r] = ($random(seed) & 3) == 0 ? top - int'(zero_v) : $unsigned($random(seed)) % (top + 1) - int'(zero_v);
      for (int a = 0; a < AccRows; a++) expected[a] = 0;
      for (int s = 0; s < steps; s++) begin
        live = s == steps - 1 ? 1 + $unsigned($random(seed)) % (Rows/4) : Rows/4;
        loadStep(s, live);
        swap <= 1;
        @(posedge clk);
        swap <= 0;
        for (int t = 0; t < rows; t++) begin
          for (int r = 0; r < Rows; r++) begin
            code = ($random(seed) & 7) == 0 ? 8'h80 : 8'($random(seed));
            codes[8*r +: 8] <= code;
            if (r/4 < live) expected[t] += weights[s][r] * int'($signed(code));
          end
          en <= 1;
          @(posedge clk);
          row_q <= '0;
          en <= 0;
          while (($random(seed) & 3) == 0) begin // other codes pass by while the dot product waits
            codes <= ~codes;
            @(posedge clk);
          end
          row_q <= 4'(1 << t);
          first_q <= s == 0;
        end
        @(posedge clk); // the last row's sum is written at the end of this cycle
        row_q <= '0;
      end
      take <= 1;
      @(posedge clk);
      take <= 0;
      for (int a = 0; a < rows; a++) begin
        take_row <= 4'(1 << a);
        @(posedge clk);
        sums++;
        if ($signed(sum) !== expected[a]) wrong++; // an X too
      end
    end
    $display("sums %0d, wrong %0d", sums, wrong);
    $finish;
  end
endmodule
