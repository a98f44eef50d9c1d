// The entries of a model's graph, as sessions call them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "mlir/IR/BuiltinOps.h"

namespace accord::driver {

struct ModelEntries {
  int64_t vocabulary = 0; ///< logits of a token
  int64_t tokens = 0; ///< a token is below it: rows of every embedding, and not more than there are logits
  int64_t layers = 0, positions = 0, heads = 0, headDim = 0, elementBytes = 0; ///< of each cache
};

/// Of a module with @decode, and perhaps @prefill and @score. Fails, naming the entry, unless each is
/// (tokens: tensor<M or ? x i32>, position: index, keys and values: memref of one type in all) -> logits, [1,
/// V] f32 of
/// @decode, which takes one token, and of @prefill; [M, V] of @score; V and the caches alike in all.
Expected<ModelEntries> modelEntries(mlir::ModuleOp l0);

} // namespace accord::driver
