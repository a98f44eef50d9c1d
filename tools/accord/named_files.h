// The files that a command line names, looked at before any work.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "tools/accord/command.h"

namespace accord::cli {

/// Misuse, told, when an output is an input or another output, or is `-` where that is not stdout; Failed
/// when one could not be written to. In every command outputs are --output, --tokens-out, --logits, --trace
/// and --dram-trace.
std::optional<int> checkNamedFiles(const Usage &usage, const po::positional_options_description &positional,
                                   const po::variables_map &values);

} // namespace accord::cli
