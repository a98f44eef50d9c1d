// Models as modules at L0, and the entries of these.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "tools/driver/opened_model.h"
#include "tools/driver/toolchain.h"

namespace accord::driver {

/// How a model file is read, and what its module is made for.
struct ModelOptions {
  model::OpenOptions open;
  model::NetworkChanges network;
  ImportOptions import;
};

/// A GGUF file and its model at L0. The module holds names of the file's tensors, not their values.
struct ImportedModel {
  std::unique_ptr<model::GgufFile> file;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

/// Error: what is wrong with the file, or what of its architecture is not known; a network without weights.
Expected<ImportedModel> importFile(Toolchain &toolchain, const std::string &path,
                                   const model::OpenOptions &open, const ImportOptions &options);

/// Leaves the public function `entry` and what it calls. Error: there is none; the names that there are.
Status keepEntry(Toolchain &toolchain, mlir::ModuleOp module, const std::string &entry,
                 const std::string &path);

} // namespace accord::driver
