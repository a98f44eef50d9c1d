// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/opened_model.h"
#include "sim/hardware/model_files.h"

#include <algorithm>

namespace accord::driver {
namespace {

Error withoutWeights(const std::string &path) {
  return Error{
      path + ": expected weights, got a network of sizes; give the model's GGUF file, or ask for what needs "
             "sizes alone (sim without --values, compile, import, info)"};
}

} // namespace

Expected<OpenedModel> OpenedModel::open(const std::string &given, const model::OpenOptions &options,
                                        const model::NetworkChanges &changes) {
  if (isNetwork(given)) {
    Expected<std::string> path = findNetwork(given);
    if (!path)
      return path.error();
    Expected<model::Network> network = model::Network::open(*path, changes);
    if (!network)
      return network.error();
    return OpenedModel(std::move(*network));
  }
  if (!changes.empty())
    return Error{given + ": expected a network of sizes to change '" + changes.front() +
                 "' in, got a model with weights"};
  auto file = model::GgufFile::open(given, options);
  if (!file)
    return file.error();
  return OpenedModel(std::move(*file));
}

const std::string &OpenedModel::path() const { return network() ? network()->path() : gguf().path(); }

uint64_t OpenedModel::fileBytes() const { return network() ? network()->fileBytes() : gguf().fileBytes(); }

Expected<int64_t> OpenedModel::context() const {
  if (network())
    return network()->count("context");
  Expected<std::string> architecture = gguf().text("general.architecture");
  if (!architecture)
    return architecture.error();
  Expected<uint64_t> count = gguf().count(*architecture + ".context_length");
  if (!count)
    return count.error();
  return int64_t(std::min<uint64_t>(*count, INT32_MAX));
}

bool OpenedModel::f32Cache(std::optional<bool> given) const {
  return given.value_or(network() && network()->text("formats.cache") == "f32");
}

Expected<mlir::OwningOpRef<mlir::ModuleOp>> OpenedModel::import(mlir::MLIRContext &context,
                                                                const ImportOptions &options) const {
  return network() ? importModel(context, *network(), options) : importModel(context, gguf(), options);
}

Expected<const model::GgufFile *> OpenedModel::weights() const {
  if (network())
    return withoutWeights(path());
  return &gguf();
}

Expected<std::unique_ptr<model::GgufFile>> openWeights(const std::string &given,
                                                       const model::OpenOptions &options) {
  if (isNetwork(given))
    return withoutWeights(given);
  return model::GgufFile::open(given, options);
}

} // namespace accord::driver
