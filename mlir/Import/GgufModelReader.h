// A GGUF file as graph builders ask it. Its keys are `<architecture>.<key>`.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Import/ModelReader.h"
#include "runtime/model/gguf.h"

namespace accord::importer {

/// Errors: `<path>: key (or tensor) '<name>': expected X, got Y`. A count may be an array with one value a
/// layer where all are equal: layers of a model share their functions.
class GgufModelReader final : public ModelReader {
public:
  /// `file` outlives the reader.
  GgufModelReader(mlir::MLIRContext &context, const model::GgufFile &file, std::string architecture)
      : ModelReader(context, std::move(architecture)), gguf(file) {}

  const std::string &path() const override { return gguf.path(); }
  std::string name() const override;
  bool f32Cache() const override { return false; }

  bool has(llvm::StringRef key) const override { return gguf.has(prefixed(key)); }
  int64_t count(llvm::StringRef key, std::optional<int64_t> fallback, int64_t least) override;
  double number(llvm::StringRef key, std::optional<double> fallback) override;
  std::string text(llvm::StringRef key, llvm::StringRef fallback) override;
  void require(llvm::StringRef key, double value) override;

  bool hasTensor(llvm::StringRef name) const override { return gguf.find(name.str()) != nullptr; }
  int64_t numRows(llvm::StringRef name) override;
  Parameter tensor(llvm::StringRef name, llvm::ArrayRef<int64_t> shape) override;
  std::vector<float> values(llvm::StringRef name, int64_t size) override;

  int64_t mostLayers() const override { return int64_t(gguf.tensors().size()); }
  std::optional<int64_t> numTokens() const override;
  void requireAllUsed() override;

  void failKey(llvm::StringRef key, const llvm::Twine &expected, const llvm::Twine &got) override;
  void failTensor(llvm::StringRef name, const llvm::Twine &expected, const llvm::Twine &got) override;

private:
  std::string prefixed(llvm::StringRef key) const { return architecture() + "." + key.str(); }
  const model::TensorInfo *findTensor(llvm::StringRef name);

  const model::GgufFile &gguf;
};

} // namespace accord::importer
