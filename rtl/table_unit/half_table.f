pkg/acc_pkg.sv
table_unit/acc_half_table.sv
