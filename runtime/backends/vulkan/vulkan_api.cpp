// Loading Vulkan and opening a device; see vulkan_api.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/backends/vulkan/vulkan_api.h"
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>

namespace accord::rt {

std::string vulkanResultName(VkResult result) {
  switch (result) {
#define ACCORD_RESULT(NAME)                                                                                  \
  case NAME:                                                                                                 \
    return #NAME;
    ACCORD_RESULT(VK_NOT_READY)
    ACCORD_RESULT(VK_TIMEOUT)
    ACCORD_RESULT(VK_INCOMPLETE)
    ACCORD_RESULT(VK_ERROR_OUT_OF_HOST_MEMORY)
    ACCORD_RESULT(VK_ERROR_OUT_OF_DEVICE_MEMORY)
    ACCORD_RESULT(VK_ERROR_INITIALIZATION_FAILED)
    ACCORD_RESULT(VK_ERROR_DEVICE_LOST)
    ACCORD_RESULT(VK_ERROR_MEMORY_MAP_FAILED)
    ACCORD_RESULT(VK_ERROR_LAYER_NOT_PRESENT)
    ACCORD_RESULT(VK_ERROR_EXTENSION_NOT_PRESENT)
    ACCORD_RESULT(VK_ERROR_FEATURE_NOT_PRESENT)
    ACCORD_RESULT(VK_ERROR_INCOMPATIBLE_DRIVER)
    ACCORD_RESULT(VK_ERROR_TOO_MANY_OBJECTS)
#undef ACCORD_RESULT
  default:
    return "VkResult " + std::to_string(int(result));
  }
}

Expected<std::shared_ptr<VulkanInstance>> VulkanInstance::create() {
  const char *override = std::getenv("ACCORD_VULKAN_LOADER");
  std::string path = override && *override ? override : "libvulkan.so.1";
  std::shared_ptr<VulkanInstance> self(new VulkanInstance);
  self->library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!self->library)
    return Error{"vulkan: expected a loader '" + path + "', got: " + dlerror()};
  auto getProc = PFN_vkGetInstanceProcAddr(dlsym(self->library, "vkGetInstanceProcAddr"));
  if (!getProc)
    return Error{"vulkan: " + path + ": expected vkGetInstanceProcAddr, got a library without it"};
#define ACCORD_LOAD(NAME)                                                                                    \
  self->NAME = PFN_vk##NAME(getProc(self->instance, "vk" #NAME));                                            \
  if (!self->NAME)                                                                                           \
    return Error{"vulkan: " + path + ": expected vk" #NAME ", got a loader or driver without it"};
  ACCORD_VULKAN_GLOBAL(ACCORD_LOAD)

  uint32_t version = 0;
  self->EnumerateInstanceVersion(&version);
  if (version < VK_API_VERSION_1_2)
    return Error{"vulkan: expected version 1.2 or newer, got " +
                 std::to_string(VK_API_VERSION_MAJOR(version)) + "." +
                 std::to_string(VK_API_VERSION_MINOR(version))};
  VkApplicationInfo application{VK_STRUCTURE_TYPE_APPLICATION_INFO};
  application.pApplicationName = "accord";
  application.apiVersion = VK_API_VERSION_1_2;
  VkInstanceCreateInfo info{VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO};
  info.pApplicationInfo = &application;

  const char *validation = std::getenv("ACCORD_VULKAN_VALIDATION");
  bool validate = validation && std::strcmp(validation, "1") == 0;
  const char *layer = "VK_LAYER_KHRONOS_validation", *extension = VK_EXT_DEBUG_UTILS_EXTENSION_NAME;
  if (validate) {
    uint32_t count = 0;
    self->EnumerateInstanceLayerProperties(&count, nullptr);
    std::vector<VkLayerProperties> layers(count);
    self->EnumerateInstanceLayerProperties(&count, layers.data());
    if (std::none_of(layers.begin(), layers.end(),
                     [&](const VkLayerProperties &l) { return std::strcmp(l.layerName, layer) == 0; }))
      return Error{std::string("vulkan: ACCORD_VULKAN_VALIDATION=1: expected the layer ") + layer +
                   " (Debian: vulkan-validationlayers), got none"};
    info.enabledLayerCount = info.enabledExtensionCount = 1;
    info.ppEnabledLayerNames = &layer;
    info.ppEnabledExtensionNames = &extension;
  }
  if (VkResult r = self->CreateInstance(&info, nullptr, &self->instance); r != VK_SUCCESS) {
    self->instance = VK_NULL_HANDLE;
    return Error{"vulkan: vkCreateInstance: expected success, got " + vulkanResultName(r)};
  }
  ACCORD_VULKAN_INSTANCE(ACCORD_LOAD)
#undef ACCORD_LOAD
  if (validate)
    if (auto make =
            PFN_vkCreateDebugUtilsMessengerEXT(getProc(self->instance, "vkCreateDebugUtilsMessengerEXT"))) {
      VkDebugUtilsMessengerCreateInfoEXT m{VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT};
      m.messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT;
      m.messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT;
      m.pfnUserCallback = onMessage;
      m.pUserData = self.get();
      make(self->instance, &m, nullptr, &self->messenger);
    }
  return self;
}

VulkanInstance::~VulkanInstance() {
  if (instance && DestroyInstance) {
    if (messenger) {
      auto getProc = PFN_vkGetInstanceProcAddr(dlsym(library, "vkGetInstanceProcAddr"));
      auto destroy =
          PFN_vkDestroyDebugUtilsMessengerEXT(getProc(instance, "vkDestroyDebugUtilsMessengerEXT"));
      destroy(instance, messenger, nullptr);
    }
    DestroyInstance(instance, nullptr);
  }
  // The library stays: drivers keep threads and thread-local destructors in it.
}

VkBool32 VKAPI_CALL VulkanInstance::onMessage(VkDebugUtilsMessageSeverityFlagBitsEXT,
                                              VkDebugUtilsMessageTypeFlagsEXT,
                                              const VkDebugUtilsMessengerCallbackDataEXT *data, void *user) {
  auto *self = static_cast<VulkanInstance *>(user);
  std::lock_guard<std::mutex> lock(self->mutex);
  if (self->validationError.empty())
    self->validationError = data->pMessage;
  return VK_FALSE;
}

Status VulkanInstance::takeValidationError() {
  std::lock_guard<std::mutex> lock(mutex);
  if (validationError.empty())
    return {};
  std::string message;
  message.swap(validationError);
  return Error{"vulkan: validation: " + message};
}

Expected<std::vector<VkPhysicalDevice>> VulkanInstance::physicalDevices() const {
  uint32_t count = 0;
  VkResult result = EnumeratePhysicalDevices(instance, &count, nullptr);
  std::vector<VkPhysicalDevice> devices(count);
  if (result == VK_SUCCESS && count)
    result = EnumeratePhysicalDevices(instance, &count, devices.data());
  if (result != VK_SUCCESS)
    return Error{"vulkan: vkEnumeratePhysicalDevices: expected success, got " + vulkanResultName(result)};
  return devices;
}

VkPhysicalDeviceProperties VulkanInstance::propertiesOf(VkPhysicalDevice device) const {
  VkPhysicalDeviceProperties2 properties{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2};
  GetPhysicalDeviceProperties2(device, &properties);
  return properties.properties;
}

VulkanContext::~VulkanContext() {
  if (device)
    api->DestroyDevice(device, nullptr);
}

Status VulkanContext::check(VkResult result, std::string_view what) const {
  if (result != VK_SUCCESS)
    return Error{name + ": " + std::string(what) + ": expected success, got " + vulkanResultName(result)};
  return api->takeValidationError();
}

Expected<std::shared_ptr<VulkanContext>> openVulkanContext(std::shared_ptr<VulkanInstance> api,
                                                           VkPhysicalDevice physical) {
  auto context = std::make_shared<VulkanContext>();
  context->api = api;
  context->physical = physical;

  VkPhysicalDeviceVulkan12Properties p12{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_PROPERTIES};
  VkPhysicalDeviceProperties2 properties{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, &p12};
  uint32_t version = api->propertiesOf(physical).apiVersion;
  context->name = api->propertiesOf(physical).deviceName;
  if (version < VK_API_VERSION_1_2)
    return Error{context->name + ": expected Vulkan 1.2 or newer, got " +
                 std::to_string(VK_API_VERSION_MAJOR(version)) + "." +
                 std::to_string(VK_API_VERSION_MINOR(version))};
  api->GetPhysicalDeviceProperties2(physical, &properties);
  context->limits = properties.properties.limits;
  const char *floatModes = std::getenv("ACCORD_VULKAN_FLOAT_MODES");
  if (!floatModes || std::strcmp(floatModes, "0") != 0)
    context->floatModes = {bool(p12.shaderDenormPreserveFloat32),
                           bool(p12.shaderSignedZeroInfNanPreserveFloat32),
                           bool(p12.shaderRoundingModeRTEFloat32)};
  api->GetPhysicalDeviceMemoryProperties(physical, &context->memory);

  uint32_t families = 0;
  api->GetPhysicalDeviceQueueFamilyProperties(physical, &families, nullptr);
  std::vector<VkQueueFamilyProperties> family(families);
  api->GetPhysicalDeviceQueueFamilyProperties(physical, &families, family.data());
  auto compute = std::find_if(family.begin(), family.end(), [](const VkQueueFamilyProperties &f) {
    return f.queueFlags & VK_QUEUE_COMPUTE_BIT;
  });
  if (compute == family.end())
    return Error{context->name + ": expected a compute queue, got none"};
  context->queueFamily = uint32_t(compute - family.begin());

  VkPhysicalDeviceVulkan12Features has12{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES};
  VkPhysicalDeviceVulkan11Features has11{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES, &has12};
  VkPhysicalDeviceFeatures2 has{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, &has11};
  api->GetPhysicalDeviceFeatures2(physical, &has);
  // Only what our code can use is enabled; whether a program needs it is checked when it is loaded.
  VkPhysicalDeviceVulkan12Features use12{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES};
  VkPhysicalDeviceVulkan11Features use11{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES, &use12};
  VkPhysicalDeviceFeatures2 use{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2, &use11};
  context->capabilities = {1}; // Shader
  auto enable = [&](VkBool32 there, VkBool32 &wanted, uint32_t capability) {
    wanted = there;
    if (there)
      context->capabilities.push_back(capability);
  };
  enable(has12.shaderFloat16, use12.shaderFloat16, 9);
  enable(has.features.shaderInt64, use.features.shaderInt64, 11);
  enable(has.features.shaderInt16, use.features.shaderInt16, 22);
  enable(has12.shaderInt8, use12.shaderInt8, 39);
  enable(has11.storageBuffer16BitAccess, use11.storageBuffer16BitAccess, 4433);
  enable(has12.storageBuffer8BitAccess, use12.storageBuffer8BitAccess, 4448);

  float priority = 1;
  VkDeviceQueueCreateInfo queueInfo{VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO};
  queueInfo.queueFamilyIndex = context->queueFamily;
  queueInfo.queueCount = 1;
  queueInfo.pQueuePriorities = &priority;
  VkDeviceCreateInfo info{VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO, &use};
  info.queueCreateInfoCount = 1;
  info.pQueueCreateInfos = &queueInfo;
  if (Status s =
          context->check(api->CreateDevice(physical, &info, nullptr, &context->device), "vkCreateDevice");
      !s) {
    return s.error();
  }
  api->GetDeviceQueue(context->device, context->queueFamily, 0, &context->queue);
  return context;
}

} // namespace accord::rt
