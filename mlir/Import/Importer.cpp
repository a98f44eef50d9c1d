// The table of architectures, and what is the same for all of them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Import/Importer.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Import/Architectures.h"
#include "mlir/Import/GgufModelReader.h"
#include "mlir/Import/NetworkModelReader.h"
#include "runtime/model/quoted.h"

using namespace mlir;

namespace accord {
namespace {

constexpr importer::Architecture architectures[] = {
    {"llama", importer::describeLlama},
    {"bitnet", importer::describeBitNet},
    {"bitnet-b1.58", importer::describeBitNet},
    {"bitnet-25", importer::describeBitNet},
};

/// The operations fit each other by construction; that they do is checked all the same, on every file.
Status verified(ModuleOp module, const std::string &path) {
  std::string said;
  ScopedDiagnosticHandler handler(module.getContext(), [&](Diagnostic &diagnostic) {
    if (said.empty())
      said = diagnostic.str();
  });
  if (failed(verify(module)))
    return Error{path + ": expected a model whose operations fit each other, got " + said};
  return {};
}

/// Null where no row has the name.
const importer::Architecture *findArchitecture(StringRef name) {
  const auto *found =
      llvm::find_if(architectures, [&](const importer::Architecture &row) { return row.name == name; });
  return found == std::end(architectures) ? nullptr : found;
}

Expected<OwningOpRef<ModuleOp>> importFrom(importer::ModelReader &reader,
                                           const importer::Architecture &architecture,
                                           const ImportOptions &options) {
  reader.context()
      .loadDialect<lut::LUTDialect, nn::NNDialect, func::FuncDialect, tensor::TensorDialect,
                   arith::ArithDialect, memref::MemRefDialect>();
  importer::Decoder decoder = architecture.describe(reader);
  OwningOpRef<ModuleOp> module = importer::buildDecoder(reader, decoder, options);
  if (Status status = reader.status(); !status)
    return status.error();
  if (Status status = verified(*module, reader.path()); !status)
    return status.error();
  return module;
}

} // namespace

std::vector<std::string> supportedArchitectures() {
  std::vector<std::string> names;
  for (const importer::Architecture &architecture : architectures)
    names.push_back(architecture.name.str());
  return names;
}

Expected<OwningOpRef<ModuleOp>> importModel(MLIRContext &context, const model::GgufFile &file,
                                            const ImportOptions &options) {
  Expected<std::string> name = file.text("general.architecture");
  if (!name)
    return name.error();
  const importer::Architecture *architecture = findArchitecture(*name);
  if (!architecture)
    return Error{file.path() + ": key 'general.architecture': expected one of " +
                 llvm::join(supportedArchitectures(), ", ") + ", got " + model::quoted(*name)};
  if (file.has("split.count")) {
    Expected<uint64_t> parts = file.count("split.count");
    if (!parts || *parts > 1)
      return Error{file.path() + ": key 'split.count': expected a whole model, got one of several parts"};
  }
  importer::GgufModelReader reader(context, file, *name);
  return importFrom(reader, *architecture, options);
}

Expected<OwningOpRef<ModuleOp>> importModel(MLIRContext &context, const model::Network &network,
                                            const ImportOptions &options) {
  importer::NetworkModelReader reader(context, network);
  const importer::Architecture *architecture = findArchitecture(reader.architecture());
  if (!architecture)
    return network.mustBe("architecture", "one of " + llvm::join(supportedArchitectures(), ", "));
  return importFrom(reader, *architecture, options);
}

} // namespace accord
