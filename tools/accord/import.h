// Models as modules at L0: options and the step that `import`, `run`, `compile` and `parity` share.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Import/Importer.h"
#include "tools/accord/model_file.h"
#include "tools/accord/toolchain.h"

namespace accord::cli {

/// Adds `--cache` (default f16), the number format of keys and values.
void addCacheOption(po::options_description &options);

/// Whether `--cache` is f32. Error: expected f16 or f32, got ...
Expected<bool> isF32Cache(const po::variables_map &values);

/// How a model file is read: `--context`, `--prompt-tokens`, `--cache`, `--i2s-layout`.
struct ModelOptions {
  model::OpenOptions open;
  ImportOptions import;
};
void addModelOptions(po::options_description &options);
/// Error: `--name: expected ..., got ...`.
Expected<ModelOptions> modelOptionsOf(const po::variables_map &values);
/// The names of those that were given, for subcommands that take other files too.
std::vector<std::string> givenModelOptions(const po::variables_map &values);

/// Leaves the public function `entry` and what it calls. Error: there is none; the names that there are.
Status keepEntry(Toolchain &toolchain, mlir::ModuleOp module, const std::string &entry, const std::string &path);

/// A GGUF file and its model at L0. The module holds names of the file's tensors, not their values.
struct ImportedModel {
  std::unique_ptr<model::GgufFile> file;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

Expected<ImportedModel> importFile(Toolchain &toolchain, const std::string &path,
                                   const model::OpenOptions &open, const ImportOptions &options);

} // namespace accord::cli
