// A model as a command line names it: a GGUF file, or a network of sizes alone (models/networks).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Import/Importer.h"

#include <memory>
#include <variant>

namespace accord::driver {

class OpenedModel {
public:
  /// A GGUF file by its path; a network by its path or its name (sim/hardware/model_files.h), with `changes`
  /// in the place of what it says. Error: what is wrong with the file; changes of a GGUF file.
  static Expected<OpenedModel> open(const std::string &given, const model::OpenOptions &options,
                                    const model::NetworkChanges &changes = {});

  /// The file that was read.
  const std::string &path() const;
  uint64_t fileBytes() const;
  /// The most positions that its caches hold.
  Expected<int64_t> context() const;
  /// Whether its caches hold f32 where `given` says nothing.
  bool f32Cache(std::optional<bool> given) const;
  /// Its graph at L0.
  Expected<mlir::OwningOpRef<mlir::ModuleOp>> import(mlir::MLIRContext &context,
                                                     const ImportOptions &options) const;
  /// The file of its weights, which lives as long as this does. Error: a network has none.
  Expected<const model::GgufFile *> weights() const;

private:
  using File = std::variant<std::unique_ptr<model::GgufFile>, model::Network>;
  explicit OpenedModel(File file) : file(std::move(file)) {}
  const model::Network *network() const { return std::get_if<model::Network>(&file); }
  const model::GgufFile &gguf() const { return **std::get_if<std::unique_ptr<model::GgufFile>>(&file); }

  File file;
};

/// A GGUF file, for what needs weights. Error: a network, which has none; what is wrong with the file.
Expected<std::unique_ptr<model::GgufFile>> openWeights(const std::string &given,
                                                       const model::OpenOptions &options);

} // namespace accord::driver
