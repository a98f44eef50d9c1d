// The CUDA device: PTX compiled by the driver that is found at run time; no toolkit is needed.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/device.h"

namespace accord::rt {

/// Every CUDA device as "cuda:index"; empty without a driver.
std::vector<DeviceInfo> listCudaDevices();

/// `selector`: an index, or empty for device 0. Fails without a driver or such a device.
Expected<std::unique_ptr<Device>> openCudaDevice(std::string_view selector);

} // namespace accord::rt
