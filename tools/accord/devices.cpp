// Opens, self-tests and lists the devices of this machine.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/devices.h"
#include "mlir/Target/SelfTestSource.h"
#include "llvm/ADT/STLExtras.h"

namespace accord::cli {

Table tabulateDevices() {
  Table table;
  table.columns = {"device", "description", "status", "primitives", "compared", "different", "detail"};
  auto row = [&](const std::string &name, const std::string &description, const char *status,
                 const rt::SelfTestReport &report, const std::string &detail) {
    table.rows.push_back({name, description, std::string(status), int64_t(report.results.size()),
                          int64_t(report.compared()), int64_t(report.different()), detail});
  };
  std::vector<rt::DeviceInfo> infos = rt::listDevices();
  for (const rt::DeviceInfo &info : infos) {
    auto device = rt::openDevice(info.name, {selfTestSource()});
    if (!device) {
      row(info.name, info.description, "broken", {}, device.error().message);
      continue;
    }
    Status exact = (*device)->exactMode();
    row(info.name, info.description, exact ? "exact" : "inexact", (*device)->selfTest(),
        exact ? "" : exact.error().message);
  }
  for (const std::string backend : {"cpu", "vulkan", "cuda"}) {
    bool here = llvm::any_of(infos, [&](const rt::DeviceInfo &info) {
      return info.name.substr(0, info.name.find(':')) == backend;
    });
    if (here)
      continue;
    auto device = rt::openDevice(backend);
    row(backend, "", "absent", {}, device ? "opens, but is not listed" : device.error().message);
  }
  return table;
}

} // namespace accord::cli
