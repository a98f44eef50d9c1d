// A network of sizes alone as graph builders ask it: each tensor that they want is there, in the format that
// the network says.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Import/ModelReader.h"
#include "runtime/model/network.h"

namespace accord::importer {

/// Errors name the network's own keys, at their place: `<path>:<line>:<column>: 'kv_heads' must be X, got Y`.
class NetworkModelReader final : public ModelReader {
public:
  /// `network` outlives the reader.
  NetworkModelReader(mlir::MLIRContext &context, const model::Network &network)
      : ModelReader(context, network.text("architecture")), network(network) {}

  const std::string &path() const override { return network.path(); }
  std::string name() const override { return network.text("name"); }
  bool f32Cache() const override { return network.text("formats.cache") == "f32"; }

  bool has(llvm::StringRef key) const override { return keyOf(key).has_value(); }
  int64_t count(llvm::StringRef key, std::optional<int64_t> fallback, int64_t least) override;
  double number(llvm::StringRef key, std::optional<double> fallback) override;
  std::string text(llvm::StringRef key, llvm::StringRef fallback) override;
  /// A network has no key that a graph is not built for.
  void require(llvm::StringRef, double) override {}

  /// Of tensors that not every model has, a network says one: whether the head is of its own.
  bool hasTensor(llvm::StringRef name) const override { return name == headName && !network.isTied(); }
  int64_t numRows(llvm::StringRef name) override;
  Parameter tensor(llvm::StringRef name, llvm::ArrayRef<int64_t> shape) override;
  std::vector<float> values(llvm::StringRef name, int64_t size) override;

  int64_t mostLayers() const override { return maxCount; }
  std::optional<int64_t> numTokens() const override { return {}; }
  void requireAllUsed() override;

  void failKey(llvm::StringRef key, const llvm::Twine &expected, const llvm::Twine &got) override;
  void failTensor(llvm::StringRef name, const llvm::Twine &expected, const llvm::Twine &got) override;

private:
  static constexpr llvm::StringLiteral headName = "output.weight";

  /// The network's key for what a builder asks, where it is given.
  std::optional<std::string> keyOf(llvm::StringRef key) const;

  const model::Network &network;
  llvm::StringSet<> formatsUsed;
};

} // namespace accord::importer
