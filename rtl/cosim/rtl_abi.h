// The C interface between a Verilated block (a shared library built on demand) and rtl/cosim.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The same for all blocks and parameters: the library tells its ports, beats are passed by pointer. It is
// built and loaded on one machine, so both sides compile this very header; its text is in the program
// (shim_text.h) and part of the cache key.
#pragma once
#include "sim/core/rtl_pins.h"

/// A field of the command or a stream of data, as the ports name it, and the 32-bit words of its values.
struct AccordRtlPort {
  const char *name;
  uint32_t words;
  bool output;
};

struct AccordRtlInfo {
  const AccordRtlPort *fields, *streams;
  uint32_t fieldCount, streamCount;
};

extern "C" {
typedef void *AccordRtl;

/// What it points to lasts as long as the library.
void accordRtlInfo(AccordRtlInfo *info);
AccordRtl accordRtlCreate(void);
void accordRtlDestroy(AccordRtl block);
/// Holds the reset for two cycles, and forgets a failure.
void accordRtlReset(AccordRtl block);
/// One clock cycle: settles the inputs, reads the outputs, then gives the rising edge.
void accordRtlStep(AccordRtl block, accord::sim::RtlPins *pins);
/// What a failed assertion said since the reset, or an empty string. Valid until the next call.
const char *accordRtlFailure(AccordRtl block);
/// Opens a VCD waveform; false when built without tracing or the file cannot be written.
bool accordRtlTrace(AccordRtl block, const char *path);

/// Stands for printf in the Verilated code, which would write assertion messages to the standard output.
int accordRtlPrintf(const char *format, ...);
}
