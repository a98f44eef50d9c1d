pkg/acc_pkg.sv
table_unit/acc_half_table.sv
table_unit/acc_table_seq.sv
table_unit/acc_table_sums.sv
table_unit/acc_table_unit.sv
