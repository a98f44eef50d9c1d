// From a GGUF file, or a network of sizes alone, to the model as an L0 module: metadata in, operations out;
// weights stay in the file, by name.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "runtime/model/gguf.h"
#include "runtime/model/network.h"
#include <optional>
#include <string>
#include <vector>

namespace accord {

struct ImportOptions {
  int64_t context =
      0; ///< positions that the caches hold; 0: the model's own context length, which is the most
  /// Caches hold f32, or f16. Nothing: as a network says, f16 of a GGUF file.
  std::optional<bool> f32Cache;
  int64_t promptTokens = 0; ///< tokens that @prefill and @score take; 0: any number
};

/// The model in `file` as an L0 module (mlir/Import/README.md shows its form), verified. It refers to the
/// file's tensors by name and holds none of their bytes. Loads the dialects that it needs into `context`.
/// Error: `<path>: key (or tensor) '<name>': expected X, got Y`.
Expected<mlir::OwningOpRef<mlir::ModuleOp>>
importModel(mlir::MLIRContext &context, const model::GgufFile &file, const ImportOptions &options = {});

/// The same graph of a network's sizes: its parameters are names that no file holds.
/// Error: `<path>:<line>:<column>: '<key>' must be X, got Y`.
Expected<mlir::OwningOpRef<mlir::ModuleOp>>
importModel(mlir::MLIRContext &context, const model::Network &network, const ImportOptions &options = {});

/// Values of `general.architecture` that importModel knows.
std::vector<std::string> supportedArchitectures();

/// The module's attribute that says what the model is, a dictionary: `architecture`, `name`, `file` (without
/// folder), and the numbers `context`, `layers`, `embedding`, `heads`, `kv_heads`, `head_dim`,
/// `feed_forward`, `vocabulary`, `parameters`, and the bool `tied` (the head is the embedding's table).
constexpr llvm::StringLiteral modelAttrName = "accord.model";

} // namespace accord
