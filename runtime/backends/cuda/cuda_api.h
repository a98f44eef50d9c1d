// The CUDA driver functions this backend calls, found at run time; their few types are declared here, so that
// neither toolkit nor driver is needed to build. Source: the CUDA driver API's stable ABI (cuda.h, symbols
// with their _v2).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/device.h"

namespace accord::rt::cuda {

using Result = int; ///< CUresult; 0 is success.
using DeviceId = int;
using Context = struct ContextOpaque *;
using Module = struct ModuleOpaque *;
using Function = struct FunctionOpaque *;
using Stream = struct StreamOpaque *;
using DevicePtr = unsigned long long;

// CUjit_option values.
enum JitOption : int { infoLogBuffer = 3, infoLogBytes = 4, errorLogBuffer = 5, errorLogBytes = 6 };
// CUdevice_attribute values.
enum Attribute : int { maxThreadsPerBlock = 1, computeMajor = 75, computeMinor = 76 };

// name of the member, symbol, parameters
#define ACCORD_CUDA_FUNCTIONS(X)                                                                             \
  X(init, "cuInit", (unsigned flags))                                                                        \
  X(driverGetVersion, "cuDriverGetVersion", (int *version))                                                  \
  X(deviceGetCount, "cuDeviceGetCount", (int *count))                                                        \
  X(deviceGet, "cuDeviceGet", (DeviceId * device, int ordinal))                                              \
  X(deviceGetName, "cuDeviceGetName", (char *name, int length, DeviceId device))                             \
  X(deviceGetAttribute, "cuDeviceGetAttribute", (int *value, int attribute, DeviceId device))                \
  X(contextRetain, "cuDevicePrimaryCtxRetain", (Context * context, DeviceId device))                         \
  X(contextRelease, "cuDevicePrimaryCtxRelease_v2", (DeviceId device))                                       \
  X(contextPush, "cuCtxPushCurrent_v2", (Context context))                                                   \
  X(contextPop, "cuCtxPopCurrent_v2", (Context * context))                                                   \
  X(moduleLoad, "cuModuleLoadDataEx",                                                                        \
    (Module * module, const void *image, unsigned options, int *names, void **values))                       \
  X(moduleUnload, "cuModuleUnload", (Module module))                                                         \
  X(moduleGetFunction, "cuModuleGetFunction", (Function * function, Module module, const char *name))        \
  X(memAlloc, "cuMemAlloc_v2", (DevicePtr * pointer, size_t bytes))                                          \
  X(memFree, "cuMemFree_v2", (DevicePtr pointer))                                                            \
  X(copyToDevice, "cuMemcpyHtoD_v2", (DevicePtr to, const void *from, size_t bytes))                         \
  X(copyToHost, "cuMemcpyDtoH_v2", (void *to, DevicePtr from, size_t bytes))                                 \
  X(fillAsync, "cuMemsetD32Async", (DevicePtr to, unsigned value, size_t count, Stream stream))              \
  X(launch, "cuLaunchKernel",                                                                                \
    (Function function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, unsigned blockY,    \
     unsigned blockZ, unsigned sharedBytes, Stream stream, void **parameters, void **extra))                 \
  X(streamCreate, "cuStreamCreate", (Stream * stream, unsigned flags))                                       \
  X(streamDestroy, "cuStreamDestroy_v2", (Stream stream))                                                    \
  X(streamSynchronize, "cuStreamSynchronize", (Stream stream))                                               \
  X(getErrorName, "cuGetErrorName", (Result result, const char **name))                                      \
  X(getErrorString, "cuGetErrorString", (Result result, const char **text))

/// The driver's functions; one for each open.
struct Api {
#define ACCORD_DECLARE(NAME, SYMBOL, PARAMETERS) Result(*NAME) PARAMETERS = nullptr;
  ACCORD_CUDA_FUNCTIONS(ACCORD_DECLARE)
#undef ACCORD_DECLARE

  /// Loads ACCORD_CUDA_LIBRARY (default libcuda.so.1) and initializes it. The error names the library, or the
  /// symbol that an old driver lacks.
  static Expected<std::shared_ptr<Api>> create();
  /// `place: what: expected success, got NAME (text)` for a result other than success.
  Status check(Result result, std::string_view place, std::string_view what) const;
};

} // namespace accord::rt::cuda
