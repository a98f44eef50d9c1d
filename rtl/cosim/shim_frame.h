// The part of a shim that is the same for all blocks. Needs `Top`, the Verilated module, and `blockName`.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "rtl/cosim/rtl_abi.h"
#include "verilated.h"
#include <cstdarg>
#include <cstring>
#include <memory>
#include <string>
#if VM_TRACE
#include "verilated_vcd_c.h"
#endif

#define ACCORD_EXPORT extern "C" __attribute__((visibility("default")))

namespace {

// Verilator gives ports of up to 8, 16, 32, 64 bits integers and wider ones word arrays, so widths select
// overloads.
template <size_t Words> void load(VlWide<Words> &port, const uint32_t *words) {
  std::memcpy(port.data(), words, Words * sizeof(uint32_t));
}
template <typename Int> void load(Int &port, const uint32_t *words) {
  std::memcpy(&port, words, sizeof(Int));
}
template <size_t Words> void store(const VlWide<Words> &port, uint32_t *words) {
  std::memcpy(words, port.data(), Words * sizeof(uint32_t));
}
template <typename Int> void store(const Int &port, uint32_t *words) {
  words[0] = 0;
  std::memcpy(words, &port, sizeof(Int));
}

/// 32-bit words of a port of that many bytes.
constexpr uint32_t wordsOf(size_t bytes) { return uint32_t((bytes + 3) / 4); }

// Text of the assertion that is failing on this thread; Verilator prints a message, then calls vl_stop.
thread_local std::string printed;

struct Instance {
  VerilatedContext context;
  std::unique_ptr<Top> top;
  std::string failure;
#if VM_TRACE
  std::unique_ptr<VerilatedVcdC> waves;
#endif

  Instance() {
#if VM_TRACE
    context.traceEverOn(true);
#endif
    top = std::make_unique<Top>(&context, blockName);
  }
  ~Instance() {
#if VM_TRACE
    if (waves)
      waves->close();
#endif
    top->final();
  }

  void settle() {
    top->eval();
#if VM_TRACE
    context.timeInc(1);
    if (waves)
      waves->dump(context.time());
#endif
  }

  void edge() {
    top->clk_i = 1;
    settle();
    top->clk_i = 0;
    if (!printed.empty() && failure.empty())
      failure = printed;
    printed.clear();
  }

  void reset() {
    top->rst_ni = 0;
    for (int cycle = 0; cycle < 2; ++cycle) {
      settle();
      edge();
    }
    top->rst_ni = 1;
    failure.clear();
  }
};

} // namespace

int accordRtlPrintf(const char *format, ...) {
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  printed += line;
  return length;
}

// A failed assertion is told by accordRtlFailure; it neither prints nor ends the process.
void vl_stop(const char *, int, const char *) {}

// What Verilator's runtime gives up at, as a waveform on a full disk, is a failure too.
void vl_fatal(const char *, int, const char *, const char *message) { printed += message; }

ACCORD_EXPORT AccordRtl accordRtlCreate() { return new Instance; }

ACCORD_EXPORT void accordRtlDestroy(AccordRtl block) { delete static_cast<Instance *>(block); }

ACCORD_EXPORT const char *accordRtlFailure(AccordRtl block) {
  return static_cast<Instance *>(block)->failure.c_str();
}

ACCORD_EXPORT bool accordRtlTrace(AccordRtl block, const char *path) {
#if VM_TRACE
  Instance &instance = *static_cast<Instance *>(block);
  instance.waves = std::make_unique<VerilatedVcdC>();
  instance.top->trace(instance.waves.get(), 99);
  instance.waves->open(path);
  printed.clear(); // what vl_fatal said of the file
  return instance.waves->isOpen();
#else
  (void)block, (void)path;
  return false;
#endif
}
