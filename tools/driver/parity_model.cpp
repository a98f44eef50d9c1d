// Compares sessions entry by entry.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/parity_model.h"
#include "tools/driver/golden_session.h"
#include "tools/driver/model_values.h"
#include "tools/driver/parity_entries.h"

namespace accord::driver {

std::optional<std::string> nativeTarget(const std::string &device) {
  if (device == "native")
    return "host";
  for (const char *target : {"host", "avx2", "portable"})
    if (device == std::string("native:") + target)
      return target;
  return std::nullopt;
}

Expected<Table> compareModel(const ModelParity &parity, bool &agree, Listener &listener) {
  for (const std::string &device : parity.devices)
    if (!nativeTarget(device))
      return Error{parity.path + ": expected native[:host|:avx2|:portable] for a GGUF model, got '" + device +
                   "'"};
  if (parity.devices.empty() || parity.tokens < 2)
    return Error{parity.path + ": expected executions and at least 2 tokens to compare, got " +
                 std::to_string(parity.devices.size()) + " and " + std::to_string(parity.tokens)};
  Toolchain toolchain(listener);
  ImportOptions import;
  import.context = parity.tokens;
  auto imported = importFile(toolchain, parity.path, parity.open, import);
  if (!imported)
    return imported.error();
  auto golden = openGolden(toolchain, *imported->file, *imported->module);
  if (!golden)
    return golden.error();
  const std::vector<int32_t> tokens = randomTokens(parity.seed, parity.tokens, (*golden)->vocabulary());
  auto expected = ask(**golden, tokens);
  if (!expected)
    return expected.error();

  Table table;
  table.columns = {"file", "execution", "device", "entry", "compared", "mismatches", "first_difference"};
  for (const std::string &device : parity.devices) {
    Session::Options options;
    options.target = nativeTarget(device).value();
    options.listener = &listener;
    auto session = Session::open(*imported->file, *imported->module, options);
    if (!session)
      return Error{parity.path + ": " + device + ": " + session.error().message};
    auto got = ask(**session, tokens);
    if (!got)
      return Error{parity.path + ": " + device + ": " + got.error().message};
    compareEntries({parity.path, device, "CPU, " + std::to_string((*session)->costs().threads) + " threads"},
                   (*golden)->vocabulary(), *expected, *got, table, agree);
  }
  return table;
}

} // namespace accord::driver
