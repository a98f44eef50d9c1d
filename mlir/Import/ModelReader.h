// What graph builders ask a model: numbers of its architecture, tensors by name, shape and type. A GGUF file
// answers (GgufModelReader.h), or a network of sizes alone (NetworkModelReader.h).
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "mlir/IR/BuiltinTypes.h"
#include "runtime/model/tensor_type.h"
#include "llvm/ADT/StringSet.h"
#include <optional>
#include <string>
#include <vector>

namespace accord::importer {

/// A tensor of the model, as `nn.param` names it.
struct Parameter {
  std::string name;
  mlir::RankedTensorType type;
};

/// Reads until the first failure, which stays: later getters return their fallback, 1 or nothing, and the
/// caller asks once, with status(), before it relies on any of it. Keys and tensors have GGUF's names; keys
/// stand without the architecture in front of them.
class ModelReader {
public:
  virtual ~ModelReader() = default;

  mlir::MLIRContext &context() const { return mlir; }
  const std::string &architecture() const { return arch; }
  /// The file that is read.
  virtual const std::string &path() const = 0;
  /// What the model calls itself.
  virtual std::string name() const = 0;
  /// Whether its caches hold f32 where nobody says it.
  virtual bool f32Cache() const = 0;

  /// The largest extent that is taken from a file, so that the product of two fits 63 bits.
  static constexpr int64_t maxCount = (int64_t(1) << 31) - 1;

  virtual bool has(llvm::StringRef key) const = 0;
  /// An integer of least..maxCount. Without a fallback the key must be there.
  virtual int64_t count(llvm::StringRef key, std::optional<int64_t> fallback = {}, int64_t least = 1) = 0;
  /// A finite number.
  virtual double number(llvm::StringRef key, std::optional<double> fallback = {}) = 0;
  virtual std::string text(llvm::StringRef key, llvm::StringRef fallback) = 0;
  /// Refuses a model whose key has another value: one that changes what it computes in a way that is not
  /// built.
  virtual void require(llvm::StringRef key, double value) = 0;

  virtual bool hasTensor(llvm::StringRef name) const = 0;
  /// The first extent of a matrix.
  virtual int64_t numRows(llvm::StringRef name) = 0;
  /// The tensor of this name and shape. A vector is F32; a matrix [N, K] is F32, F16, BF16 or a storage of
  /// `lut`.
  virtual Parameter tensor(llvm::StringRef name, llvm::ArrayRef<int64_t> shape) = 0;
  /// Its values, of a vector of F32; for the few that decide the graph.
  virtual std::vector<float> values(llvm::StringRef name, int64_t size) = 0;

  /// No loop over layers is longer than this.
  virtual int64_t mostLayers() const = 0;
  /// Of the tokenizer that comes with the model, if one does.
  virtual std::optional<int64_t> numTokens() const = 0;
  /// Elements of all tensors that were asked for.
  int64_t numParameters() const { return elements; }
  /// What nobody asked for is a failure: the graph would be of another model.
  virtual void requireAllUsed() = 0;

  /// The first failure stays. `expected` and `got` are what a message says behind these words.
  virtual void failKey(llvm::StringRef key, const llvm::Twine &expected, const llvm::Twine &got) = 0;
  virtual void failTensor(llvm::StringRef name, const llvm::Twine &expected, const llvm::Twine &got) = 0;
  Status status() const { return failure ? Status(*failure) : Status(); }

protected:
  ModelReader(mlir::MLIRContext &context, std::string architecture)
      : mlir(context), arch(std::move(architecture)) {}

  bool failed() const { return failure.has_value(); }
  void fail(const Error &error);
  /// A tensor was asked for; twice is once.
  void use(llvm::StringRef name, llvm::ArrayRef<int64_t> shape);
  bool isUsed(llvm::StringRef name) const { return used.contains(name); }

private:
  mlir::MLIRContext &mlir;
  std::string arch;
  llvm::StringSet<> used;
  int64_t elements = 0;
  std::optional<Error> failure;
};

/// `0.5`, `1e+06`: a number for a message.
std::string numberText(double value);

/// The element type of a matrix of this type whose rows have `k` values: f32, f16, bf16 or `!lut.weight`.
/// Null for a type that no storage of `lut` holds.
mlir::Type elementTypeOf(mlir::MLIRContext &context, model::TensorType type,
                         std::optional<model::I2SLayout> layout, int64_t k);

} // namespace accord::importer
