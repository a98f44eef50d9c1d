// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/machine.h"
#include "sim/hardware/model_files.h"

namespace accord::driver {

Expected<Machine> openMachine(const std::string &given) {
  Expected<Hardware> hardware = openHardware(given);
  if (!hardware)
    return hardware.error();
  return Machine{hardware->file, std::move(*hardware)};
}

} // namespace accord::driver
