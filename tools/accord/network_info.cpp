// Tables of networks.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/network_info.h"
#include "sim/hardware/model_files.h"
#include "sim/hardware/yaml_values.h"

#include <algorithm>

namespace accord::cli {

using model::Network;
using model::NetworkKey;

bool holdsNetwork(const std::string &given) {
  Expected<std::string> path = findHardware(given);
  if (!path)
    return isNetwork(given) && findNetwork(given);
  Expected<std::string> text = yaml::readFile(*path, "file");
  Expected<yaml::Node> root = text ? yaml::parse(*text, *path) : text.error();
  return root && std::any_of(root->entries.begin(), root->entries.end(), [](const yaml::Node::Entry &entry) {
           return entry.key != "name" && (entry.key == "formats" || model::findNetworkKey(entry.key));
         });
}

Expected<std::string> describeNetworks(const std::vector<std::string> &given,
                                       const model::NetworkChanges &changes, Format format) {
  std::vector<Network> networks;
  Table table;
  table.columns = {"key"};
  std::vector<std::string> keys;
  for (const NetworkKey &row : model::networkKeys())
    keys.push_back(model::dottedKey(row));
  for (const std::string &each : given) {
    Expected<std::string> path = findNetwork(each);
    if (!path)
      return path.error();
    Expected<Network> network = Network::open(*path, changes);
    if (!network)
      return network.error();
    addColumn(table, network->text("name"), each);
    for (const std::string &key : network->tensorKeys())
      if (std::find(keys.begin(), keys.end(), key) == keys.end())
        keys.push_back(key);
    networks.push_back(std::move(*network));
  }
  table.columns.insert(table.columns.end(), {"unit", "meaning"});
  for (const std::string &key : keys) {
    const NetworkKey *row = model::findNetworkKey(key);
    std::vector<Cell> cells = {key};
    bool held = false;
    for (const Network &network : networks) {
      held |= network.has(key);
      if (!network.has(key))
        cells.emplace_back();
      else if (row && row->kind == model::NetworkValue::Count)
        cells.emplace_back(network.count(key));
      else if (row && row->kind == model::NetworkValue::Number)
        cells.emplace_back(network.number(key));
      else
        cells.emplace_back(network.text(key));
    }
    cells.insert(cells.end(),
                 {std::string(row ? row->unit : ""), std::string(row ? row->doc : "of this matrix")});
    if (held)
      table.rows.push_back(std::move(cells));
  }
  return render(table, format);
}

} // namespace accord::cli
