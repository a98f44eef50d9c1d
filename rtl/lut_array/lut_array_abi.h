// The C interface between a Verilated acc_lut_array (a shared library built on demand) and rtl/cosim.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The same for all parameters: beats are passed by pointer, their widths told by accordLutArrayInfo. The
// library is built and loaded on one machine, so both sides compile this very header; its text is part of the
// cache key.
#pragma once
#include <stdint.h>

/// Inputs of one cycle. A valid signal, once high, stays high with the same data until its ready answers.
struct AccordLutArrayIn {
  bool cmdValid = false, tableValid = false, weightValid = false, outReady = false;
  /// Read while cmdValid.
  uint16_t m = 0, n = 0, kTables = 0, groupTables = 0;
  /// Planes of the weights minus one, 0 to 7.
  uint8_t planesMinusOne = 0;
  /// Read while tableValid: tableWords words, row 0 entry 0 in the low bits of word 0.
  const uint32_t *table = nullptr;
  /// Read while weightValid: weightWords words, lane 0 in the low bits of word 0.
  const uint32_t *weights = nullptr;
};

/// Outputs of one cycle: a handshake happens when valid and ready are both high in it.
struct AccordLutArrayOut {
  bool cmdReady = false, tableReady = false, weightReady = false, outValid = false, outLast = false;
  /// The caller's outLanes words, written while outValid.
  int32_t *out = nullptr;
};

/// Widths of the Verilated parameters.
struct AccordLutArrayInfo {
  uint32_t tableWords, weightWords, outLanes;
};

extern "C" {
typedef void *AccordLutArray;

void accordLutArrayInfo(AccordLutArrayInfo *info);
AccordLutArray accordLutArrayCreate(void);
void accordLutArrayDestroy(AccordLutArray array);
/// Holds the reset for two cycles.
void accordLutArrayReset(AccordLutArray array);
/// One clock cycle: settles the inputs, reads the outputs, then gives the rising edge.
void accordLutArrayStep(AccordLutArray array, const AccordLutArrayIn *in, AccordLutArrayOut *out);
/// What a failed assertion said since creation, or an empty string. Valid until the next call.
const char *accordLutArrayFailure(AccordLutArray array);
/// Opens a VCD waveform; false when built without tracing or the file cannot be written.
bool accordLutArrayTrace(AccordLutArray array, const char *path);

/// Stands for printf in the Verilated code, which would write assertion messages to the standard output.
int accordRtlPrintf(const char *format, ...);
}
