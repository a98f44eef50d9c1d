// Writes the C++ that gives a Verilated block its C interface (rtl_abi.h).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "rtl/cosim/port_list.h"

namespace accord::rtl {

/// A shim's source: what depends on the ports. The rest is in the files below.
std::string shimText(const std::string &block, const PortList &ports);

struct ShimFile {
  const char *path; ///< as it is included
  const char *text;
};
/// What a shim includes beside Verilator's: the texts that this program was built with, so that RTL from
/// another folder speaks its interface, too.
const std::vector<ShimFile> &shimFiles();

} // namespace accord::rtl
