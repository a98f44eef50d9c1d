// Parameters of a model file as an accelerator's programs take them from dram: bit planes or codes, scales
// and minima (sim/golden/planes.h, dialects/Accel/README.md). Done once, when a model is loaded.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/device.h"
#include "runtime/model/gguf.h"

namespace accord::model {

/// How a program reads a parameter.
enum class AccelForm {
  Planes, ///< products: bit planes, scales by tiles of 64 rows
  Rows,   ///< gathers: codes [n][k], scales [n][groups]
  Plain   ///< elements as the file has them
};

/// A part of a parameter and where it goes; all `bytes` are written.
struct AccelPart {
  uint8_t *data = nullptr;
  uint64_t bytes = 0;
};

/// One parameter. `source.f32Scales` says what scales and minima are.
struct AccelPackJob {
  rt::ParameterSource source;
  AccelForm form = AccelForm::Plain;
  AccelPart values;    ///< planes, codes or elements
  AccelPart d, minima; ///< absent where `source` has none
};

/// Packs all jobs on `threads` threads (0: one for each processor). Error: the tensor is not in the file, has
/// another storage or shape than the program was compiled for, a part has another size, or a code that its
/// format does not have; then the contents of the parts are unspecified.
Status packForAccelerator(const GgufFile &file, const std::vector<AccelPackJob> &jobs, unsigned threads = 0);

/// golden::packPlanes for the rows of one tile (at most 64) by words of four codes: the same bytes.
void packPlaneTile(const uint8_t *codes, int64_t rows, int64_t k, int bits, uint8_t *planes);

} // namespace accord::model
