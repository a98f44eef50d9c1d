// Buffers, pipelines and dispatches on a Vulkan device; see vulkan_device.h.
//
// Memory is host visible and coherent, so upload and download are copies; a program's own memory prefers
// device-local types. A submission is one command buffer: for each step of the program a barrier against the
// work before and a dispatch of one workgroup, then a barrier towards the host.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/backends/vulkan/vulkan_device.h"
#include "runtime/backends/vulkan/vulkan_api.h"
#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace accord::rt {
namespace {

using ContextPtr = std::shared_ptr<VulkanContext>;

/// A storage buffer with its memory; mapped when it is the host's.
class VulkanBuffer : public Buffer {
public:
  static Expected<std::unique_ptr<VulkanBuffer>> create(ContextPtr context, uint64_t bytes, bool hostVisible);
  ~VulkanBuffer() override {
    VulkanInstance &vk = *context->api;
    if (mapped)
      vk.UnmapMemory(context->device, memory);
    if (handle)
      vk.DestroyBuffer(context->device, handle, nullptr);
    if (memory)
      vk.FreeMemory(context->device, memory, nullptr);
  }
  uint64_t size() const override { return bytes; }
  Status upload(const void *data, uint64_t count, uint64_t offset) override {
    if (Status s = checkRange(context->name, bytes, count, offset); !s)
      return s;
    if (count)
      std::memcpy(static_cast<char *>(mapped) + offset, data, count);
    return {};
  }
  Status download(void *data, uint64_t count, uint64_t offset) const override {
    if (Status s = checkRange(context->name, bytes, count, offset); !s)
      return s;
    if (count)
      std::memcpy(data, static_cast<const char *>(mapped) + offset, count);
    return {};
  }

  ContextPtr context;
  VkBuffer handle = VK_NULL_HANDLE;

private:
  explicit VulkanBuffer(ContextPtr c) : context(std::move(c)) {}
  VkDeviceMemory memory = VK_NULL_HANDLE;
  void *mapped = nullptr;
  uint64_t bytes = 0;
};

std::optional<uint32_t> findMemoryType(const VulkanContext &context, uint32_t allowed,
                                       VkMemoryPropertyFlags needed, VkMemoryPropertyFlags liked) {
  for (VkMemoryPropertyFlags flags : {needed | liked, needed})
    for (uint32_t i = 0; i < context.memory.memoryTypeCount; ++i)
      if ((allowed >> i & 1) && (context.memory.memoryTypes[i].propertyFlags & flags) == flags)
        return i;
  return std::nullopt;
}

Expected<std::unique_ptr<VulkanBuffer>> VulkanBuffer::create(ContextPtr context, uint64_t bytes,
                                                             bool hostVisible) {
  if (bytes == 0)
    return Error{context->name + ": expected a buffer of at least 1 byte, got 0"};
  VulkanInstance &vk = *context->api;
  std::unique_ptr<VulkanBuffer> self(new VulkanBuffer(context));
  self->bytes = bytes;
  VkBufferCreateInfo info{VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO};
  info.size = (bytes + 3) / 4 * 4;
  info.usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT;
  std::string size = std::to_string(bytes) + " bytes";
  if (Status s = context->check(vk.CreateBuffer(context->device, &info, nullptr, &self->handle),
                                "vkCreateBuffer of " + size);
      !s)
    return s.error();
  VkMemoryRequirements need;
  vk.GetBufferMemoryRequirements(context->device, self->handle, &need);
  VkMemoryPropertyFlags host = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
  std::optional<uint32_t> type = findMemoryType(*context, need.memoryTypeBits, hostVisible ? host : 0,
                                                VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT);
  if (!type)
    return Error{context->name + ": expected host-visible coherent memory for a buffer, got none"};
  VkMemoryAllocateInfo allocate{VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO};
  allocate.allocationSize = need.size;
  allocate.memoryTypeIndex = *type;
  if (Status s = context->check(vk.AllocateMemory(context->device, &allocate, nullptr, &self->memory),
                                "vkAllocateMemory of " + size);
      !s)
    return s.error();
  if (Status s = context->check(vk.BindBufferMemory(context->device, self->handle, self->memory, 0),
                                "vkBindBufferMemory");
      !s)
    return s.error();
  if (hostVisible)
    if (Status s =
            context->check(vk.MapMemory(context->device, self->memory, 0, VK_WHOLE_SIZE, 0, &self->mapped),
                           "vkMapMemory of " + size);
        !s)
      return s.error();
  return self;
}

/// A compute pipeline and the memory of the program's own.
class VulkanExecutable : public Executable {
public:
  static Expected<std::unique_ptr<Executable>> create(ContextPtr context, const Image &image);
  ~VulkanExecutable() override {
    VulkanInstance &vk = *context->api;
    if (pipeline)
      vk.DestroyPipeline(context->device, pipeline, nullptr);
    if (layout)
      vk.DestroyPipelineLayout(context->device, layout, nullptr);
    if (setLayout)
      vk.DestroyDescriptorSetLayout(context->device, setLayout, nullptr);
  }
  const Image &image() const override { return description; }
  uint32_t bindings() const {
    return uint32_t(description.buffers.size() + (description.scalars || description.steps > 1 ? 1 : 0) +
                    description.scratch.size());
  }

  ContextPtr context;
  VkDescriptorSetLayout setLayout = VK_NULL_HANDLE;
  VkPipelineLayout layout = VK_NULL_HANDLE;
  VkPipeline pipeline = VK_NULL_HANDLE;
  std::vector<std::unique_ptr<VulkanBuffer>> scratch;

private:
  explicit VulkanExecutable(ContextPtr c) : context(std::move(c)) {}
  Status checkLimits() const;
  Status build(std::vector<uint32_t> words);
  Image description;
};

Status VulkanExecutable::checkLimits() const {
  const VkPhysicalDeviceLimits &limits = context->limits;
  std::string place = context->name + ": '" + description.entry + "': ";
  auto limit = [&](const char *name, uint64_t got, uint64_t most) -> Status {
    if (got <= most)
      return {};
    return Error{place + "expected at most " + std::to_string(most) + " (" + name + "), got " +
                 std::to_string(got)};
  };
  if (Status s = limit("maxPerStageDescriptorStorageBuffers", bindings(),
                       limits.maxPerStageDescriptorStorageBuffers);
      !s)
    return s;
  if (Status s = limit("maxComputeWorkGroupInvocations", description.workgroupSize,
                       std::min(limits.maxComputeWorkGroupInvocations, limits.maxComputeWorkGroupSize[0]));
      !s)
    return s;
  for (const BufferBinding &b : description.buffers)
    if (Status s = limit("maxStorageBufferRange", b.bytes(), limits.maxStorageBufferRange); !s)
      return s;
  for (const ScratchBinding &b : description.scratch)
    if (Status s = limit("maxStorageBufferRange", b.bytes, limits.maxStorageBufferRange); !s)
      return s;
  return {};
}

Status VulkanExecutable::build(std::vector<uint32_t> words) {
  VulkanInstance &vk = *context->api;
  declareFloatModes(words, context->floatModes);

  std::vector<VkDescriptorSetLayoutBinding> slots(bindings());
  for (uint32_t i = 0; i < slots.size(); ++i)
    slots[i] = {i, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 1, VK_SHADER_STAGE_COMPUTE_BIT, nullptr};
  VkDescriptorSetLayoutCreateInfo setInfo{VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO};
  setInfo.bindingCount = uint32_t(slots.size());
  setInfo.pBindings = slots.data();
  if (Status s = context->check(vk.CreateDescriptorSetLayout(context->device, &setInfo, nullptr, &setLayout),
                                "vkCreateDescriptorSetLayout");
      !s)
    return s;
  VkPipelineLayoutCreateInfo layoutInfo{VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO};
  layoutInfo.setLayoutCount = 1;
  layoutInfo.pSetLayouts = &setLayout;
  if (Status s = context->check(vk.CreatePipelineLayout(context->device, &layoutInfo, nullptr, &layout),
                                "vkCreatePipelineLayout");
      !s)
    return s;

  VkShaderModuleCreateInfo moduleInfo{VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO};
  moduleInfo.codeSize = words.size() * sizeof(uint32_t);
  moduleInfo.pCode = words.data();
  VkShaderModule module = VK_NULL_HANDLE;
  std::string place = "'" + description.entry + "': ";
  if (Status s = context->check(vk.CreateShaderModule(context->device, &moduleInfo, nullptr, &module),
                                place + "vkCreateShaderModule");
      !s)
    return s;
  VkComputePipelineCreateInfo pipelineInfo{VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO};
  pipelineInfo.stage.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO;
  pipelineInfo.stage.stage = VK_SHADER_STAGE_COMPUTE_BIT;
  pipelineInfo.stage.module = module;
  pipelineInfo.stage.pName = description.entry.c_str();
  pipelineInfo.layout = layout;
  VkResult result =
      vk.CreateComputePipelines(context->device, VK_NULL_HANDLE, 1, &pipelineInfo, nullptr, &pipeline);
  vk.DestroyShaderModule(context->device, module, nullptr);
  return context->check(result, place + "vkCreateComputePipelines");
}

Expected<std::unique_ptr<Executable>> VulkanExecutable::create(ContextPtr context, const Image &image) {
  if (Status s = checkImage(context->name, image, ImageFormat::Spirv); !s)
    return s.error();
  auto words = readSpirv(image.bytes, image.entry);
  if (!words)
    return Error{context->name + ": " + words.error().message};
  for (uint32_t need : capabilitiesOf(*words))
    if (std::find(context->capabilities.begin(), context->capabilities.end(), need) ==
        context->capabilities.end())
      return Error{context->name + ": '" + image.entry + "': expected a device with the feature for SPIR-V " +
                   capabilityName(need) + ", got one without"};
  std::unique_ptr<VulkanExecutable> self(new VulkanExecutable(context));
  self->description = image;
  self->description.bytes.clear();
  if (Status s = self->checkLimits(); !s)
    return s.error();
  if (Status s = self->build(std::move(*words)); !s)
    return s.error();
  for (const ScratchBinding &binding : image.scratch) {
    auto buffer = VulkanBuffer::create(context, binding.bytes, /*hostVisible=*/false);
    if (!buffer)
      return buffer.error();
    self->scratch.push_back(std::move(*buffer));
  }
  return std::unique_ptr<Executable>(std::move(self));
}

/// What a submission holds until it is complete.
struct Submission {
  VkCommandBuffer commands = VK_NULL_HANDLE;
  VkDescriptorPool descriptors = VK_NULL_HANDLE;
  VkFence fence = VK_NULL_HANDLE;
  std::unique_ptr<VulkanBuffer> scalars;
};

class VulkanQueue : public Queue {
public:
  static Expected<std::unique_ptr<Queue>> create(ContextPtr context);
  ~VulkanQueue() override {
    (void)wait();
    if (pool)
      context->api->DestroyCommandPool(context->device, pool, nullptr);
  }
  Status submit(Executable &executable, const std::vector<Buffer *> &buffers,
                const std::vector<int64_t> &scalars) override;
  Status wait() override;

private:
  explicit VulkanQueue(ContextPtr c) : context(std::move(c)) {}
  Status uploadScalars(Submission &submission, const Image &image, const std::vector<int64_t> &scalars);
  Status bind(Submission &submission, const VulkanExecutable &executable,
              const std::vector<Buffer *> &buffers, VkDescriptorSet &set);
  void recordStep(const Submission &submission, const VulkanExecutable &executable, uint32_t step);
  Status record(Submission &submission, const VulkanExecutable &executable, VkDescriptorSet set);
  Status start(Submission &submission);
  void release(Submission &submission);

  ContextPtr context;
  VkCommandPool pool = VK_NULL_HANDLE;
  std::vector<Submission> pending;
};

Expected<std::unique_ptr<Queue>> VulkanQueue::create(ContextPtr context) {
  std::unique_ptr<VulkanQueue> self(new VulkanQueue(context));
  VkCommandPoolCreateInfo info{VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO};
  info.queueFamilyIndex = context->queueFamily;
  if (Status s = context->check(context->api->CreateCommandPool(context->device, &info, nullptr, &self->pool),
                                "vkCreateCommandPool");
      !s)
    return s.error();
  return std::unique_ptr<Queue>(std::move(self));
}

Status VulkanQueue::uploadScalars(Submission &submission, const Image &image,
                                  const std::vector<int64_t> &scalars) {
  if (scalars.empty() && image.steps == 1)
    return {};
  std::vector<int32_t> narrow;
  for (size_t i = 0; i < scalars.size(); ++i) {
    if (scalars[i] < INT32_MIN || scalars[i] > INT32_MAX)
      return Error{context->name + ": scalar " + std::to_string(i) + ": expected a value of 32 bits, got " +
                   std::to_string(scalars[i])};
    narrow.push_back(int32_t(scalars[i]));
  }
  if (image.steps > 1)
    narrow.push_back(0); // The number of the step; the command buffer updates it.
  auto buffer = VulkanBuffer::create(context, narrow.size() * sizeof(int32_t), /*hostVisible=*/true);
  if (!buffer)
    return buffer.error();
  submission.scalars = std::move(*buffer);
  return submission.scalars->upload(narrow.data(), narrow.size() * sizeof(int32_t), 0);
}

Status VulkanQueue::bind(Submission &submission, const VulkanExecutable &executable,
                         const std::vector<Buffer *> &buffers, VkDescriptorSet &set) {
  VulkanInstance &vk = *context->api;
  std::vector<VkDescriptorBufferInfo> infos;
  const Image &image = executable.image();
  for (size_t i = 0; i < buffers.size(); ++i) {
    auto *buffer = dynamic_cast<VulkanBuffer *>(buffers[i]);
    if (!buffer || buffer->context != context)
      return Error{context->name + ": buffer " + std::to_string(i) +
                   ": expected one of this device, got another's"};
    infos.push_back({buffer->handle, 0, (image.buffers[i].bytes() + 3) / 4 * 4});
  }
  if (submission.scalars)
    infos.push_back({submission.scalars->handle, 0, VK_WHOLE_SIZE});
  for (const auto &memory : executable.scratch)
    infos.push_back({memory->handle, 0, VK_WHOLE_SIZE});

  VkDescriptorPoolSize size{VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, uint32_t(std::max<size_t>(infos.size(), 1))};
  VkDescriptorPoolCreateInfo poolInfo{VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO};
  poolInfo.maxSets = 1;
  poolInfo.poolSizeCount = 1;
  poolInfo.pPoolSizes = &size;
  if (Status s = context->check(
          vk.CreateDescriptorPool(context->device, &poolInfo, nullptr, &submission.descriptors),
          "vkCreateDescriptorPool");
      !s)
    return s;
  VkDescriptorSetAllocateInfo setInfo{VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO};
  setInfo.descriptorPool = submission.descriptors;
  setInfo.descriptorSetCount = 1;
  setInfo.pSetLayouts = &executable.setLayout;
  if (Status s = context->check(vk.AllocateDescriptorSets(context->device, &setInfo, &set),
                                "vkAllocateDescriptorSets");
      !s)
    return s;
  std::vector<VkWriteDescriptorSet> writes;
  for (uint32_t i = 0; i < infos.size(); ++i) {
    VkWriteDescriptorSet write{VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET};
    write.dstSet = set;
    write.dstBinding = i;
    write.descriptorCount = 1;
    write.descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
    write.pBufferInfo = &infos[i];
    writes.push_back(write);
  }
  vk.UpdateDescriptorSets(context->device, uint32_t(writes.size()), writes.data(), 0, nullptr);
  return {};
}

/// One dispatch, after all that came before it is visible to it, the number of its step among that.
void VulkanQueue::recordStep(const Submission &submission, const VulkanExecutable &executable,
                             uint32_t step) {
  VulkanInstance &vk = *context->api;
  constexpr VkAccessFlags shader = VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT;
  VkMemoryBarrier before{VK_STRUCTURE_TYPE_MEMORY_BARRIER};
  before.srcAccessMask = shader;
  before.dstAccessMask = shader;
  VkPipelineStageFlags after = VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT;
  if (step > 0) {
    // The step before has read its number.
    before.dstAccessMask |= VK_ACCESS_TRANSFER_WRITE_BIT;
    after |= VK_PIPELINE_STAGE_TRANSFER_BIT;
  }
  vk.CmdPipelineBarrier(submission.commands, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT, after, 0, 1, &before, 0,
                        nullptr, 0, nullptr);
  if (step > 0) {
    const VkDeviceSize offset = executable.image().scalars * sizeof(uint32_t);
    vk.CmdUpdateBuffer(submission.commands, submission.scalars->handle, offset, sizeof step, &step);
    VkMemoryBarrier updated{VK_STRUCTURE_TYPE_MEMORY_BARRIER};
    updated.srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT;
    updated.dstAccessMask = VK_ACCESS_SHADER_READ_BIT;
    vk.CmdPipelineBarrier(submission.commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
                          VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT, 0, 1, &updated, 0, nullptr, 0, nullptr);
  }
  vk.CmdDispatch(submission.commands, 1, 1, 1);
}

Status VulkanQueue::record(Submission &submission, const VulkanExecutable &executable, VkDescriptorSet set) {
  VulkanInstance &vk = *context->api;
  VkCommandBufferAllocateInfo info{VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO};
  info.commandPool = pool;
  info.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
  info.commandBufferCount = 1;
  if (Status s = context->check(vk.AllocateCommandBuffers(context->device, &info, &submission.commands),
                                "vkAllocateCommandBuffers");
      !s)
    return s;
  VkCommandBufferBeginInfo begin{VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
  begin.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
  if (Status s = context->check(vk.BeginCommandBuffer(submission.commands, &begin), "vkBeginCommandBuffer");
      !s)
    return s;
  vk.CmdBindPipeline(submission.commands, VK_PIPELINE_BIND_POINT_COMPUTE, executable.pipeline);
  vk.CmdBindDescriptorSets(submission.commands, VK_PIPELINE_BIND_POINT_COMPUTE, executable.layout, 0, 1, &set,
                           0, nullptr);
  for (uint32_t step = 0; step < executable.image().steps; ++step)
    recordStep(submission, executable, step);
  VkMemoryBarrier after{VK_STRUCTURE_TYPE_MEMORY_BARRIER};
  after.srcAccessMask = VK_ACCESS_SHADER_WRITE_BIT;
  after.dstAccessMask = VK_ACCESS_HOST_READ_BIT;
  vk.CmdPipelineBarrier(submission.commands, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT, VK_PIPELINE_STAGE_HOST_BIT,
                        0, 1, &after, 0, nullptr, 0, nullptr);
  return context->check(vk.EndCommandBuffer(submission.commands), "vkEndCommandBuffer");
}

Status VulkanQueue::start(Submission &submission) {
  VkFenceCreateInfo fence{VK_STRUCTURE_TYPE_FENCE_CREATE_INFO};
  if (Status s = context->check(
          context->api->CreateFence(context->device, &fence, nullptr, &submission.fence), "vkCreateFence");
      !s)
    return s;
  VkSubmitInfo info{VK_STRUCTURE_TYPE_SUBMIT_INFO};
  info.commandBufferCount = 1;
  info.pCommandBuffers = &submission.commands;
  return context->check(context->api->QueueSubmit(context->queue, 1, &info, submission.fence),
                        "vkQueueSubmit");
}

void VulkanQueue::release(Submission &submission) {
  VulkanInstance &vk = *context->api;
  if (submission.fence)
    vk.DestroyFence(context->device, submission.fence, nullptr);
  if (submission.commands)
    vk.FreeCommandBuffers(context->device, pool, 1, &submission.commands);
  if (submission.descriptors)
    vk.DestroyDescriptorPool(context->device, submission.descriptors, nullptr);
}

Status VulkanQueue::submit(Executable &executable, const std::vector<Buffer *> &buffers,
                           const std::vector<int64_t> &scalars) {
  if (Status s = checkSubmit(context->name, executable.image(), buffers, scalars); !s)
    return s;
  auto *own = dynamic_cast<VulkanExecutable *>(&executable);
  if (!own || own->context != context)
    return Error{context->name + ": expected an executable of this device, got another's"};
  Submission submission;
  VkDescriptorSet set = VK_NULL_HANDLE;
  Status status = uploadScalars(submission, own->image(), scalars);
  if (status)
    status = bind(submission, *own, buffers, set);
  if (status)
    status = record(submission, *own, set);
  if (status)
    status = start(submission);
  if (!status) {
    release(submission);
    return status;
  }
  pending.push_back(std::move(submission));
  return {};
}

Status VulkanQueue::wait() {
  Status status;
  for (Submission &submission : pending) {
    VkResult result = context->api->WaitForFences(context->device, 1, &submission.fence, VK_TRUE,
                                                  /*nanoseconds=*/UINT64_MAX);
    if (Status s = context->check(result, "vkWaitForFences"); !s && status)
      status = s;
    release(submission);
  }
  pending.clear();
  return status;
}

class VulkanDevice : public Device {
public:
  explicit VulkanDevice(ContextPtr context) : context(std::move(context)) {}
  std::string name() const override { return context->name; }
  DeviceKind kind() const override { return DeviceKind::Vulkan; }
  ImageFormat format() const override { return ImageFormat::Spirv; }
  Expected<std::unique_ptr<Buffer>> allocate(uint64_t bytes) override {
    auto buffer = VulkanBuffer::create(context, bytes, /*hostVisible=*/true);
    if (!buffer)
      return buffer.error();
    return std::unique_ptr<Buffer>(std::move(*buffer));
  }
  Expected<std::unique_ptr<Executable>> load(const Image &image) override {
    return VulkanExecutable::create(context, image);
  }
  Expected<std::unique_ptr<Queue>> createQueue() override { return VulkanQueue::create(context); }

private:
  ContextPtr context;
};

int preference(VkPhysicalDeviceType type) {
  switch (type) {
  case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU:
    return 0;
  case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU:
    return 1;
  case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU:
    return 2;
  default:
    return 3;
  }
}

/// The device that `selector` means; `names` are for the message.
Expected<size_t> choose(const std::vector<VkPhysicalDeviceProperties> &devices, std::string_view selector) {
  std::string names;
  for (size_t i = 0; i < devices.size(); ++i)
    names += (i ? ", " : "") + std::to_string(i) + " (" + devices[i].deviceName + ")";
  if (devices.empty())
    return Error{"vulkan: expected a device, got a loader that finds none"};
  if (selector.empty()) {
    auto better = [](const VkPhysicalDeviceProperties &a, const VkPhysicalDeviceProperties &b) {
      return preference(a.deviceType) < preference(b.deviceType);
    };
    return size_t(std::min_element(devices.begin(), devices.end(), better) - devices.begin());
  }
  bool isIndex = selector.size() <= 4 && selector.find_first_not_of("0123456789") == std::string_view::npos;
  if (isIndex) {
    size_t index = std::stoul(std::string(selector));
    if (index < devices.size())
      return index;
  } else {
    for (size_t i = 0; i < devices.size(); ++i)
      if (std::string_view(devices[i].deviceName).find(selector) != std::string_view::npos)
        return i;
  }
  return Error{"vulkan: expected one of " + names + ", got '" + std::string(selector) + "'"};
}

} // namespace

std::vector<DeviceInfo> listVulkanDevices() {
  auto api = VulkanInstance::create();
  if (!api)
    return {};
  auto devices = (*api)->physicalDevices();
  if (!devices)
    return {};
  std::vector<DeviceInfo> found;
  for (size_t i = 0; i < devices->size(); ++i)
    found.push_back({"vulkan:" + std::to_string(i), (*api)->propertiesOf((*devices)[i]).deviceName});
  return found;
}

Expected<std::unique_ptr<Device>> openVulkanDevice(std::string_view selector) {
  auto api = VulkanInstance::create();
  if (!api)
    return api.error();
  auto devices = (*api)->physicalDevices();
  if (!devices)
    return devices.error();
  std::vector<VkPhysicalDeviceProperties> properties;
  for (VkPhysicalDevice device : *devices)
    properties.push_back((*api)->propertiesOf(device));
  const char *fromEnvironment = std::getenv("ACCORD_VULKAN_DEVICE");
  auto index = choose(properties, selector.empty() && fromEnvironment ? fromEnvironment : selector);
  if (!index)
    return index.error();
  auto context = openVulkanContext(*api, (*devices)[*index]);
  if (!context)
    return context.error();
  return std::unique_ptr<Device>(std::make_unique<VulkanDevice>(*context));
}

} // namespace accord::rt
