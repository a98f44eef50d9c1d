pkg/acc_pkg.sv
mac_array/acc_mac_cell.sv
mac_array/acc_mac_column.sv
