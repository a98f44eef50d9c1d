// Drives the table unit's datapath with random activations, and holds its tables and sums against the definition.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Entry i is -a3 + sum over j < 3 of (bit j of i ? a_j : -a_j) (sim/golden/tables.h). Groups of 1 to 8 tables, with cycles in
// which nothing comes, when both outputs stay. Activations are at the ends of their range half of the time. Prints "sums N,
// wrong N": entries and group sums.

module half_table_bench;
  logic clk = 0, en = 0, first = 0;
  logic [31:0] acts = '0;
  logic [8*11-1:0] entries;
  logic [31:0] sum;

  acc_half_table u_table (.clk_i(clk), .en_i(en), .first_i(first), .acts_i(acts), .table_o(entries), .sum_o(sum));

  always #1 clk = ~clk;

  int seed, sums = 0, wrong = 0, tables, entry, total;
  int a [0:3];

  task automatic check(input int got, input int expected);
    sums++;
    if (got != expected) wrong++;
  endtask

  initial begin
    if (!$value$plusargs("seed=%d", seed)) seed = 1;
    for (int g = 0; g < 500; g++) begin
      tables = 1 + $unsigned($random(seed)) % 8;
      total = 0;
      for (int t = 0; t < tables; t++) begin
        for (int j = 0; j < 4; j++) begin
          a[j] = ($random(seed) & 1) != 0 ? int'($signed(8'($random(seed)))) : ($random(seed) & 1) != 0 ? -128 : 127;
          acts[8*j +: 8] <= 8'(a[j]);
          total += a[j];
        end
        en <= 1;
        first <= t == 0;
        @(posedge clk);
        en <= 0;
        acts <= $random(seed);
        first <= 1;
        // Nothing comes: once a while, and so that the outputs are there.
        for (int pause = $unsigned($random(seed)) % 3; pause >= 0; pause--) begin
          @(posedge clk);
          for (int i = 0; i < 8; i++) begin
            entry = -a[3];
            for (int j = 0; j < 3; j++) entry += (i >> j & 1) != 0 ? a[j] : -a[j];
            check(int'($signed(entries[11*i +: 11])), entry);
          end
          check($signed(sum), total);
        end
      end
    end
    $display("sums %0d, wrong %0d", sums, wrong);
    $finish;
  end
endmodule
