// The devices of this machine: one table of backends, in the order in which they are listed.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifdef ACCORD_HAVE_CPU
#include "runtime/backends/cpu/cpu_device.h"
#endif
#include "runtime/backends/cuda/cuda_device.h"
#include "runtime/backends/null/null_device.h"
#include "runtime/backends/vulkan/vulkan_device.h"

namespace accord::rt {
namespace {

/// A backend: the part of a device's name before the colon, what it lists, and how it opens what stands
/// after.
struct Backend {
  std::string_view name;
  std::vector<DeviceInfo> (*list)();
  Expected<std::unique_ptr<Device>> (*open)(std::string_view selector);
};

std::vector<DeviceInfo> listNull() { return {{"null", "validates calls, computes nothing"}}; }
Expected<std::unique_ptr<Device>> openNull(std::string_view) { return openNullDevice(); }

// A new backend adds its line here.
const Backend backends[] = {
    {"null", listNull, openNull},
#ifdef ACCORD_HAVE_CPU
    {"cpu", listCpuDevices, openCpuDevice},
#endif
    {"vulkan", listVulkanDevices, openVulkanDevice},
    {"cuda", listCudaDevices, openCudaDevice},
};

} // namespace

std::vector<DeviceInfo> listDevices() {
  std::vector<DeviceInfo> all;
  for (const Backend &backend : backends)
    for (DeviceInfo &info : backend.list())
      all.push_back(std::move(info));
  return all;
}

Expected<std::unique_ptr<Device>> openDevice(std::string_view name, const OpenOptions &options) {
  std::string_view kind = name.substr(0, name.find(':'));
  std::string_view selector = kind.size() == name.size() ? std::string_view() : name.substr(kind.size() + 1);
  std::string known;
  for (const Backend &backend : backends) {
    known += (known.empty() ? "" : ", ") + std::string(backend.name);
    if (backend.name != kind)
      continue;
    auto device = backend.open(selector);
    if (!device || !options.selfTest)
      return device;
    auto cases = options.selfTest((*device)->format());
    if (!cases)
      return Error{std::string(name) + ": self-test: " + cases.error().message};
    // A case that cannot run leaves the device without exact mode; exactMode() says why.
    (void)(*device)->runSelfTest(*cases);
    return device;
  }
  return Error{"device: expected one of " + known + ", got '" + std::string(name) + "'"};
}

} // namespace accord::rt
