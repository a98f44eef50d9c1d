// Loads the Verilated LUT array.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/lut_array_rtl.h"
#include <algorithm>
#include <cassert>
#include <dlfcn.h>

using namespace accord;
using namespace accord::rtl;

template <typename Function> static bool find(void *handle, const char *name, Function &function) {
  function = reinterpret_cast<Function>(dlsym(handle, name));
  return function != nullptr;
}

Expected<std::shared_ptr<LutArrayRtl>> LutArrayRtl::load(const sim::LutArrayConfig &config,
                                                         const RtlOptions &options) {
  if (Status valid = sim::checkLutArray(config, {}); !valid)
    return valid.error();
  RtlBlock block{"lut_array",
                 {{"MDim", config.mDim},
                  {"NDim", config.nDim},
                  {"KDim", config.kDim},
                  {"ActBits", config.actBits},
                  {"TableBits", config.tableBits},
                  {"OutLanes", config.outLanes},
                  {"AccBits", config.accBits}}};
  Expected<RtlLibrary> library = buildRtl(block, options);
  if (!library)
    return library.error();

  std::shared_ptr<LutArrayRtl> rtl(new LutArrayRtl);
  rtl->parameters = config;
  rtl->origin = *library;
  rtl->handle = dlopen(library->path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!rtl->handle)
    return Error{library->path + ": expected a loadable library, got: " + dlerror()};
  Functions &f = rtl->functions;
  bool complete = find(rtl->handle, "accordLutArrayInfo", f.info) &&
                  find(rtl->handle, "accordLutArrayCreate", f.create) &&
                  find(rtl->handle, "accordLutArrayDestroy", f.destroy) &&
                  find(rtl->handle, "accordLutArrayReset", f.reset) &&
                  find(rtl->handle, "accordLutArrayStep", f.step) &&
                  find(rtl->handle, "accordLutArrayFailure", f.failure) &&
                  find(rtl->handle, "accordLutArrayTrace", f.trace);
  if (!complete)
    return Error{library->path + ": expected the functions of lut_array_abi.h, got fewer"};
  f.info(&rtl->info);
  rtl->instance = f.create();
  f.reset(rtl->instance);
  return rtl;
}

LutArrayRtl::~LutArrayRtl() {
  if (instance)
    functions.destroy(instance);
  if (handle)
    dlclose(handle);
}

void LutArrayRtl::reset() { functions.reset(instance); }

std::string LutArrayRtl::failure() const { return functions.failure(instance); }

Status LutArrayRtl::openTrace(const std::string &path) {
  if (!functions.trace(instance, path.c_str()))
    return Error{path + ": expected a writable waveform file and RTL built with tracing, got neither or one"};
  return {};
}

void rtl::packTableBeat(const sim::LutArrayConfig &config, const int16_t *const *rows, int64_t rowCount,
                        uint32_t *words) {
  int64_t entries = int64_t(1) << (config.kDim - 1), bits = config.tableBits;
  std::fill(words, words + (config.mDim * entries * bits + 31) / 32, 0);
  for (int64_t r = 0; r < rowCount; ++r)
    for (int64_t e = 0; e < entries; ++e) {
      assert(rows[r][e] >= -(1 << (bits - 1)) && rows[r][e] < (1 << (bits - 1)) && "entry exceeds tableBits");
      uint64_t entry = uint64_t(uint16_t(rows[r][e])) & ((uint64_t(1) << bits) - 1);
      int64_t at = (r * entries + e) * bits;
      words[at / 32] |= uint32_t(entry << (at % 32));
      if (at % 32 + bits > 32)
        words[at / 32 + 1] |= uint32_t(entry >> (32 - at % 32));
    }
}
