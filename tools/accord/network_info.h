// What network files say, as a table.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "runtime/model/network.h"
#include "tools/accord/output.h"

namespace accord::cli {

/// Whether a file or a name is a network's rather than a machine's: the name of one, or YAML with a key that
/// only networks have.
bool holdsNetwork(const std::string &given);

/// One row a key, one column a network. A key that a network lacks is an empty cell.
Expected<std::string> describeNetworks(const std::vector<std::string> &given,
                                       const model::NetworkChanges &changes, Format format);

} // namespace accord::cli
