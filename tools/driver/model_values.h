// The dram of a machine that runs a model: parameters out of the GGUF file in the form that the L3 sequence
// takes, tokens, caches.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "runtime/model/gguf.h"
#include "sim/system/dram_image.h"
#include "tools/driver/session.h"
#include "tools/driver/toolchain.h"

namespace accord::driver {

/// Which of a sequence's buffers are no parameters.
struct ModelBuffers {
  uint32_t tokens = 0, k = 0, v = 0, logits = 0;
};

/// Error: the function is no entry of a model.
Expected<ModelBuffers> findModelBuffers(mlir::func::FuncOp sequence);

/// Fills the buffers of `image` that are parameters and rotary tables, as argumentSource
/// (mlir/Transforms/Model/ArgumentSource.h) says, on `threads` threads (0: one for each processor).
/// Error: the tensor is not in the file, or is not what the program was compiled for.
Status fillParameters(Toolchain &toolchain, mlir::func::FuncOp sequence, const model::GgufFile &file,
                      sim::DramImage &image, unsigned threads = 0);

/// Random tokens of a vocabulary, the same for the same seed.
std::vector<int32_t> randomTokens(uint64_t seed, int64_t count, int64_t vocabulary);

/// Rows `first .. first + count` of every layer of keys or values [layers, positions, row].
std::vector<uint8_t> cacheRows(const Session::Caches &shape, const uint8_t *cache, int64_t first,
                               int64_t count);

} // namespace accord::driver
