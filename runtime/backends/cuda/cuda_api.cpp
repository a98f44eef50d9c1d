// Loading the CUDA driver; see cuda_api.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/backends/cuda/cuda_api.h"
#include <cstdlib>
#include <dlfcn.h>

namespace accord::rt::cuda {

Expected<std::shared_ptr<Api>> Api::create() {
  const char *override = std::getenv("ACCORD_CUDA_LIBRARY");
  std::string path = override && *override ? override : "libcuda.so.1";
  // Never closed: the driver keeps threads.
  void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return Error{"cuda: expected a driver '" + path + "', got: " + dlerror()};
  auto api = std::make_shared<Api>();
#define ACCORD_LOAD(NAME, SYMBOL, PARAMETERS)                                                                \
  api->NAME = reinterpret_cast<decltype(api->NAME)>(dlsym(library, SYMBOL));                                 \
  if (!api->NAME)                                                                                            \
    return Error{"cuda: " + path + ": expected " SYMBOL ", got a driver without it"};
  ACCORD_CUDA_FUNCTIONS(ACCORD_LOAD)
#undef ACCORD_LOAD
  if (Status s = api->check(api->init(0), "cuda", "cuInit"); !s)
    return s.error();
  return api;
}

Status Api::check(Result result, std::string_view place, std::string_view what) const {
  if (result == 0)
    return {};
  const char *name = nullptr, *text = nullptr;
  getErrorName(result, &name);
  getErrorString(result, &text);
  std::string got = name ? name : "CUresult " + std::to_string(result);
  if (text)
    got += " (" + std::string(text) + ")";
  return Error{std::string(place) + ": " + std::string(what) + ": expected success, got " + got};
}

} // namespace accord::rt::cuda
