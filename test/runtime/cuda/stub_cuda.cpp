// A stand-in for libcuda.so.1 that checks how it is called: host memory for device memory, and one "kernel"
// that adds its scalar to its first buffer. STUB_CUDA_* variables make single calls fail. Results are those
// of cuda.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>

namespace {
constexpr int success = 0, invalidValue = 1, outOfMemory = 2, invalidPtx = 218, notFound = 500,
              launchFailed = 719;
std::set<unsigned long long> live;
int depth = 0, retained = 0;
int contextToken, moduleToken, functionToken, steppedToken, streamToken;

bool asked(const char *name) { return std::getenv(name) != nullptr; }
} // namespace

extern "C" {
int cuInit(unsigned) { return asked("STUB_CUDA_NO_INIT") ? 100 : success; }
int cuDriverGetVersion(int *version) { return *version = 12040, success; }
int cuDeviceGetCount(int *count) { return *count = 1, success; }
int cuDeviceGet(int *device, int ordinal) { return *device = 7, ordinal == 0 ? success : invalidValue; }
int cuDeviceGetName(char *name, int length, int) {
  return std::snprintf(name, size_t(length), "Stub GPU"), success;
}
int cuDeviceGetAttribute(int *value, int, int) { return *value = 256, success; }
int cuDevicePrimaryCtxRetain(void **context, int device) {
  ++retained;
  return *context = &contextToken, device == 7 ? success : invalidValue;
}
int cuDevicePrimaryCtxRelease_v2(int) { return --retained, success; }
int cuCtxPushCurrent_v2(void *context) { return ++depth, context == &contextToken ? success : invalidValue; }
int cuCtxPopCurrent_v2(void **context) { return --depth, *context = &contextToken, success; }

/// Wants PTX with a zero after it and the four log options; "broken" in the text is an assembler's error.
int cuModuleLoadDataEx(void **module, const void *image, unsigned options, int *names, void **values) {
  if (depth != 1 || options != 4 || names[2] != 5 || names[3] != 6)
    return invalidValue;
  if (std::strstr(static_cast<const char *>(image), "broken")) {
    std::snprintf(static_cast<char *>(values[2]), reinterpret_cast<size_t>(values[3]),
                  "ptxas stub, line 1; syntax\n");
    return invalidPtx;
  }
  return *module = &moduleToken, success;
}
int cuModuleUnload(void *module) { return module == &moduleToken && depth == 1 ? success : invalidValue; }
int cuModuleGetFunction(void **function, void *, const char *name) {
  *function = std::strcmp(name, "stepped") == 0 ? &steppedToken : &functionToken;
  return *function == &steppedToken || std::strcmp(name, "program") == 0 ? success : notFound;
}
int cuMemAlloc_v2(unsigned long long *pointer, size_t bytes) {
  if (depth != 1 || bytes > (size_t(1) << 30))
    return outOfMemory;
  *pointer = reinterpret_cast<unsigned long long>(std::malloc(bytes));
  live.insert(*pointer);
  return success;
}
int cuMemFree_v2(unsigned long long pointer) {
  if (!live.erase(pointer))
    return invalidValue;
  std::free(reinterpret_cast<void *>(pointer));
  return success;
}
int cuMemcpyHtoD_v2(unsigned long long to, const void *from, size_t bytes) {
  return std::memcpy(reinterpret_cast<void *>(to), from, bytes), depth == 1 ? success : invalidValue;
}
int cuMemcpyDtoH_v2(void *to, unsigned long long from, size_t bytes) {
  return std::memcpy(to, reinterpret_cast<void *>(from), bytes), depth == 1 ? success : invalidValue;
}

int cuMemsetD32Async(unsigned long long to, unsigned value, size_t count, void *stream) {
  auto block = live.upper_bound(to);
  if (block == live.begin() || count != 1 || stream != &streamToken || depth != 1)
    return invalidValue;
  return std::memcpy(reinterpret_cast<void *>(to), &value, sizeof value), success;
}

/// parameters: x i32[100], y i32[100], scalars i32[1], scratch (written, to show that it is memory of its
/// own; kept between the steps of a launch). "stepped" adds ten elements a step and has the number of the
/// step as its second scalar.
int cuLaunchKernel(void *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by,
                   unsigned bz, unsigned shared, void *stream, void **parameters, void **extra) {
  if (asked("STUB_CUDA_LAUNCH_FAILS"))
    return launchFailed;
  if ((function != &functionToken && function != &steppedToken) || stream != &streamToken ||
      gx * gy * gz != 1 || bx != 64 || by * bz != 1 || shared || extra || depth != 1)
    return invalidValue;
  auto pointer = [&](int i) { return *static_cast<unsigned long long *>(parameters[i]); };
  for (int i = 0; i < 4; ++i)
    if (!live.count(pointer(i)))
      return invalidValue;
  auto *x = reinterpret_cast<int32_t *>(pointer(0)), *y = reinterpret_cast<int32_t *>(pointer(1));
  auto *scalars = reinterpret_cast<int32_t *>(pointer(2));
  if (function == &steppedToken) {
    for (int i = scalars[1] * 10; i < scalars[1] * 10 + 10; ++i)
      y[i] = x[i] + scalars[0];
    return success;
  }
  for (int i = 0; i < 100; ++i)
    y[i] = x[i] + scalars[0];
  std::memset(reinterpret_cast<void *>(pointer(3)), 0xee, 16);
  return success;
}
int cuStreamCreate(void **stream, unsigned) { return *stream = &streamToken, success; }
int cuStreamDestroy_v2(void *) { return success; }
int cuStreamSynchronize(void *) { return asked("STUB_CUDA_SYNC_FAILS") ? launchFailed : success; }
int cuGetErrorName(int result, const char **name) {
  *name = result == invalidPtx     ? "CUDA_ERROR_INVALID_PTX"
          : result == outOfMemory  ? "CUDA_ERROR_OUT_OF_MEMORY"
          : result == notFound     ? "CUDA_ERROR_NOT_FOUND"
          : result == launchFailed ? "CUDA_ERROR_LAUNCH_FAILED"
          : result == 100          ? "CUDA_ERROR_NO_DEVICE"
                                   : "CUDA_ERROR_INVALID_VALUE";
  return success;
}
int cuGetErrorString(int, const char **text) { return *text = "as the stub says", success; }
/// For the test: device memory and contexts that are still held.
int stubLive() { return int(live.size()) + retained + depth; }
}
