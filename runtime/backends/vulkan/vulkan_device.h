// The Vulkan device: any vendor's GPU, or a software one, through the loader found at run time.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/device.h"

namespace accord::rt {

/// Every Vulkan device as "vulkan:index"; empty without a loader.
std::vector<DeviceInfo> listVulkanDevices();

/// `selector`: an index, a part of a device's name, or empty: then ACCORD_VULKAN_DEVICE, then the first
/// discrete, integrated, virtual or software device, in that order. Fails without a loader, a device,
/// Vulkan 1.2 or a compute queue.
Expected<std::unique_ptr<Device>> openVulkanDevice(std::string_view selector);

} // namespace accord::rt
