pkg/acc_pkg.sv
lut_array/acc_lut_lane.sv
lut_array/acc_lut_column.sv
lut_array/acc_lut_table.sv
lut_array/acc_lut_seq.sv
lut_array/acc_lut_drain.sv
lut_array/acc_lut_array.sv
