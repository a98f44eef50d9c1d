// Reads the ports of a block's top module from its SystemVerilog text.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Only names and directions are read: widths depend on parameters, and the Verilated block knows them. So a
// scanner of one module's header is enough, and the port convention (rtl/README.md) is checked before
// Verilator sees anything.
#pragma once
#include "accord/error.h"
#include <string>
#include <vector>

namespace accord::rtl {

struct PortStream {
  std::string name;
  bool output = false;
};

/// In the order of the ports, without their prefixes and suffixes.
struct PortList {
  std::vector<std::string> fields; ///< `m` for cmd_m_i
  std::vector<PortStream> streams; ///< `table` for table_valid_i, table_ready_o, table_data_i
};

/// The ports of module acc_<block> in `text`. Fails, `<file>:<line>: expected ..., got ...`, for a port of
/// another form or name than the convention has, and when one of a stream's, the command's, the clock or the
/// reset is missing.
Expected<PortList> readPorts(const std::string &text, const std::string &file, const std::string &block);

} // namespace accord::rtl
