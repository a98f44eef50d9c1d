// Gives a Verilated acc_lut_array its C interface; compiled into the same shared library.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Vacc_lut_array.h"
#include "lut_array_abi.h"
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
template <size_t Words> void store(const VlWide<Words> &port, int32_t *words) {
  std::memcpy(words, port.data(), Words * sizeof(uint32_t));
}
template <typename Int> void store(const Int &port, int32_t *words) {
  std::memcpy(words, &port, sizeof(Int));
}

template <typename Port> constexpr uint32_t wordsOf(const Port &) { return (sizeof(Port) + 3) / 4; }

// Text of the assertion that is failing on this thread; Verilator prints a message, then calls vl_stop.
thread_local std::string printed;

struct Instance {
  VerilatedContext context;
  std::unique_ptr<Vacc_lut_array> top;
  std::string failure;
#if VM_TRACE
  std::unique_ptr<VerilatedVcdC> waves;
#endif

  Instance() {
#if VM_TRACE
    context.traceEverOn(true);
#endif
    top = std::make_unique<Vacc_lut_array>(&context, "lut_array");
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

// A failed assertion is told by accordLutArrayFailure; it neither prints nor ends the process.
void vl_stop(const char *, int, const char *) {}

ACCORD_EXPORT void accordLutArrayInfo(AccordLutArrayInfo *info) {
  Instance instance;
  info->tableWords = wordsOf(instance.top->table_data_i);
  info->weightWords = wordsOf(instance.top->weight_data_i);
  info->outLanes = wordsOf(instance.top->out_data_o);
}

ACCORD_EXPORT AccordLutArray accordLutArrayCreate() { return new Instance; }

ACCORD_EXPORT void accordLutArrayDestroy(AccordLutArray array) {
  Instance *instance = static_cast<Instance *>(array);
#if VM_TRACE
  if (instance->waves)
    instance->waves->close();
#endif
  instance->top->final();
  delete instance;
}

ACCORD_EXPORT void accordLutArrayReset(AccordLutArray array) {
  Instance &instance = *static_cast<Instance *>(array);
  Vacc_lut_array &top = *instance.top;
  top.cmd_valid_i = top.table_valid_i = top.weight_valid_i = top.out_ready_i = 0;
  top.rst_ni = 0;
  for (int cycle = 0; cycle < 2; ++cycle) {
    instance.settle();
    instance.edge();
  }
  top.rst_ni = 1;
}

ACCORD_EXPORT void accordLutArrayStep(AccordLutArray array, const AccordLutArrayIn *in,
                                      AccordLutArrayOut *out) {
  Instance &instance = *static_cast<Instance *>(array);
  Vacc_lut_array &top = *instance.top;
  top.cmd_valid_i = in->cmdValid;
  if (in->cmdValid) {
    top.cmd_m_i = in->m;
    top.cmd_n_i = in->n;
    top.cmd_k_tables_i = in->kTables;
    top.cmd_group_tables_i = in->groupTables;
    top.cmd_planes_m1_i = in->planesMinusOne & 7;
  }
  top.table_valid_i = in->tableValid;
  if (in->tableValid)
    load(top.table_data_i, in->table);
  top.weight_valid_i = in->weightValid;
  if (in->weightValid)
    load(top.weight_data_i, in->weights);
  top.out_ready_i = in->outReady;
  instance.settle();
  out->cmdReady = top.cmd_ready_o;
  out->tableReady = top.table_ready_o;
  out->weightReady = top.weight_ready_o;
  out->outValid = top.out_valid_o;
  out->outLast = top.out_last_o;
  if (out->outValid)
    store(top.out_data_o, out->out);
  instance.edge();
}

ACCORD_EXPORT const char *accordLutArrayFailure(AccordLutArray array) {
  return static_cast<Instance *>(array)->failure.c_str();
}

ACCORD_EXPORT bool accordLutArrayTrace(AccordLutArray array, const char *path) {
#if VM_TRACE
  Instance &instance = *static_cast<Instance *>(array);
  instance.waves = std::make_unique<VerilatedVcdC>();
  instance.top->trace(instance.waves.get(), 99);
  instance.waves->open(path);
  return instance.waves->isOpen();
#else
  (void)array, (void)path;
  return false;
#endif
}
