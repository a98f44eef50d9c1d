// Loads a Verilated block and asks it for its ports.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/verilated_block.h"
#include <dlfcn.h>

using namespace accord;
using namespace accord::rtl;

template <typename Function> static bool find(void *handle, const char *name, Function &function) {
  function = reinterpret_cast<Function>(dlsym(handle, name));
  return function != nullptr;
}

Expected<std::shared_ptr<VerilatedBlock>> VerilatedBlock::load(const sim::RtlSpec &spec,
                                                               const RtlOptions &options) {
  Expected<RtlLibrary> library = buildRtl(spec, options);
  if (!library)
    return library.error();
  std::shared_ptr<VerilatedBlock> block(new VerilatedBlock);
  block->itsName = spec.block;
  block->origin = *library;
  if (Status bound = block->bind(); !bound)
    return bound.error();
  block->instance = block->functions.create();
  block->reset();
  return block;
}

Status VerilatedBlock::bind() {
  handle = dlopen(origin.path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    return Error{origin.path + ": expected a loadable library, got: " + dlerror()};
  Functions &f = functions;
  const bool complete = find(handle, "accordRtlInfo", f.info) && find(handle, "accordRtlCreate", f.create) &&
                        find(handle, "accordRtlDestroy", f.destroy) &&
                        find(handle, "accordRtlReset", f.reset) && find(handle, "accordRtlStep", f.step) &&
                        find(handle, "accordRtlFailure", f.failure) &&
                        find(handle, "accordRtlTrace", f.trace);
  if (!complete)
    return Error{origin.path + ": expected the functions of rtl_abi.h, got fewer"};
  AccordRtlInfo info;
  f.info(&info);
  for (uint32_t i = 0; i < info.fieldCount; ++i) {
    const AccordRtlPort &field = info.fields[i];
    if (field.words != 1)
      return Error{"rtl " + itsName + ": expected at most 32 bits in cmd_" + field.name + "_i, got " +
                   std::to_string(field.words) + " words of them"};
    itsPorts.fields.push_back(field.name);
  }
  for (uint32_t i = 0; i < info.streamCount; ++i)
    itsPorts.streams.push_back({info.streams[i].name, info.streams[i].words, info.streams[i].output});
  return {};
}

VerilatedBlock::~VerilatedBlock() {
  if (instance)
    functions.destroy(instance);
  if (handle)
    dlclose(handle);
}

Status VerilatedBlock::openTrace(const std::string &path) {
  if (!functions.trace(instance, path.c_str()))
    return Error{path + ": expected a writable waveform file and RTL built with tracing, got neither or one"};
  return {};
}

sim::RtlLoader rtl::rtlLoader(const RtlOptions &options) {
  return [options](const sim::RtlSpec &spec) -> Expected<std::shared_ptr<sim::RtlBlock>> {
    Expected<std::shared_ptr<VerilatedBlock>> block = VerilatedBlock::load(spec, options);
    if (!block)
      return block.error();
    return std::shared_ptr<sim::RtlBlock>(*block);
  };
}
