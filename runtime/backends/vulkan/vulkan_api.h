// The Vulkan functions this backend calls, found in the loader at run time, and the device opened through
// them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#define VK_NO_PROTOTYPES
#include "accord/device.h"
#include "runtime/backends/vulkan/spirv_words.h"
#include <mutex>
#include <vulkan/vulkan.h>

namespace accord::rt {

// Found without an instance, and with one.
#define ACCORD_VULKAN_GLOBAL(X)                                                                              \
  X(CreateInstance) X(EnumerateInstanceVersion) X(EnumerateInstanceLayerProperties)
// clang-format off: it indents each of its lines deeper than the last.
#define ACCORD_VULKAN_INSTANCE(X) \
  X(DestroyInstance) X(EnumeratePhysicalDevices) X(GetPhysicalDeviceProperties2) \
  X(GetPhysicalDeviceFeatures2) X(GetPhysicalDeviceQueueFamilyProperties) \
  X(GetPhysicalDeviceMemoryProperties) X(CreateDevice) X(DestroyDevice) X(GetDeviceQueue) \
  X(DeviceWaitIdle) X(CreateBuffer) X(DestroyBuffer) X(GetBufferMemoryRequirements) X(AllocateMemory) \
  X(FreeMemory) X(BindBufferMemory) X(MapMemory) X(UnmapMemory) X(CreateShaderModule) \
  X(DestroyShaderModule) X(CreateDescriptorSetLayout) X(DestroyDescriptorSetLayout) \
  X(CreatePipelineLayout) X(DestroyPipelineLayout) X(CreateComputePipelines) X(DestroyPipeline) \
  X(CreateDescriptorPool) X(DestroyDescriptorPool) X(AllocateDescriptorSets) X(UpdateDescriptorSets) \
  X(CreateCommandPool) X(DestroyCommandPool) X(AllocateCommandBuffers) X(FreeCommandBuffers) \
  X(BeginCommandBuffer) X(EndCommandBuffer) X(CmdBindPipeline) X(CmdBindDescriptorSets) X(CmdDispatch) \
  X(CmdPipelineBarrier) X(CmdUpdateBuffer) X(QueueSubmit) X(CreateFence) X(DestroyFence) \
  X(WaitForFences)
// clang-format on

/// An instance and its functions. Found once for each open; closed with the last user.
class VulkanInstance {
public:
  /// Loads `ACCORD_VULKAN_LOADER` (default libvulkan.so.1). With ACCORD_VULKAN_VALIDATION=1 the Khronos
  /// validation layer is required and its errors become errors of the calls.
  static Expected<std::shared_ptr<VulkanInstance>> create();
  ~VulkanInstance();
  VulkanInstance(const VulkanInstance &) = delete;

  Expected<std::vector<VkPhysicalDevice>> physicalDevices() const;
  VkPhysicalDeviceProperties propertiesOf(VkPhysicalDevice device) const;
  /// The first error of the validation layer since the last call; success without the layer.
  Status takeValidationError();

#define ACCORD_DECLARE(NAME) PFN_vk##NAME NAME = nullptr;
  ACCORD_VULKAN_GLOBAL(ACCORD_DECLARE)
  ACCORD_VULKAN_INSTANCE(ACCORD_DECLARE)
#undef ACCORD_DECLARE
  VkInstance instance = VK_NULL_HANDLE;

private:
  VulkanInstance() = default;
  static VkBool32 VKAPI_CALL onMessage(VkDebugUtilsMessageSeverityFlagBitsEXT,
                                       VkDebugUtilsMessageTypeFlagsEXT,
                                       const VkDebugUtilsMessengerCallbackDataEXT *data, void *self);
  void *library = nullptr;
  VkDebugUtilsMessengerEXT messenger = VK_NULL_HANDLE;
  std::mutex mutex;
  std::string validationError;
};

/// A logical device with one compute queue; shared by all that was made with it, so that the order of
/// destruction does not matter.
struct VulkanContext {
  std::shared_ptr<VulkanInstance> api;
  VkPhysicalDevice physical = VK_NULL_HANDLE;
  VkDevice device = VK_NULL_HANDLE;
  VkQueue queue = VK_NULL_HANDLE;
  uint32_t queueFamily = 0;
  std::string name;
  VkPhysicalDeviceLimits limits{};
  VkPhysicalDeviceMemoryProperties memory{};
  std::vector<uint32_t> capabilities; ///< SPIR-V capabilities whose features are there and enabled.
  FloatModes floatModes; ///< What the device promises for f32; none with ACCORD_VULKAN_FLOAT_MODES=0.

  ~VulkanContext();
  /// `name: what: expected success, got VK_..` for a result other than success.
  Status check(VkResult result, std::string_view what) const;
};

/// Opens a physical device with every feature of ours that it has.
Expected<std::shared_ptr<VulkanContext>> openVulkanContext(std::shared_ptr<VulkanInstance> api,
                                                           VkPhysicalDevice physical);

/// "VK_ERROR_DEVICE_LOST" and the like, or the number.
std::string vulkanResultName(VkResult result);

} // namespace accord::rt
