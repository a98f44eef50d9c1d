// Parameters of a model file in the layout of the CPU backend's kernels (cpu_layout.h): done once, when a
// model is loaded.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/device.h"
#include "runtime/model/cpu_layout.h"
#include "runtime/model/gguf.h"

namespace accord::model {

/// One parameter and where it goes; all `bytes` are written.
struct PackJob {
  rt::ParameterSource source;
  uint8_t *destination;
  uint64_t bytes;
};

/// Packs all jobs on `threads` threads (0: one for each processor). Error: the tensor is not in the file, has
/// another shape or storage than the program was compiled for, or holds a code that its format does not have;
/// then the contents of the destinations are unspecified.
Status packParameters(const GgufFile &file, const std::vector<PackJob> &jobs, unsigned threads = 0);

/// The same of weights that are no tensor of a file. codes [n][k] and d, min [n][groups] (min null without
/// minimum; numbers that f16 holds, where w.f32Scales is not set) -> w.bytes(), without scales and minima
/// where they are nibbles: those are in blocks of the file, from which packNibbleScales takes them; elements
/// [n][k] -> f.bytes().
void packCodes(const CpuWeights &w, const uint8_t *codes, const float *d, const float *min, uint8_t *out);
void packNibbleScales(const CpuWeights &w, const uint8_t *blocks, uint8_t *out);
void packFloats(const CpuFloats &f, const void *elements, uint8_t *out);

/// A rotary table, [positions][headDim / 2] f32 with rows padded to 64 bytes, from golden's own routine.
Status makeRopeTable(const GgufFile &file, const rt::RopeSource &source, uint8_t *destination,
                     uint64_t bytes);

} // namespace accord::model
