// What graph builders ask a GGUF file: numbers of its architecture, tensors by name, shape and type.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "mlir/IR/BuiltinTypes.h"
#include "runtime/model/gguf.h"
#include "llvm/ADT/StringSet.h"
#include <optional>
#include <string>
#include <vector>

namespace accord::importer {

/// A tensor of the file, as `nn.param` names it.
struct Parameter {
  std::string name;
  mlir::RankedTensorType type;
};

/// Reads until the first failure, which stays: later getters return their fallback, 1 or nothing, and the
/// caller asks once, with status(), before it relies on any of it.
class ModelReader {
public:
  /// `file` outlives the reader. Keys below are `<architecture>.<key>`.
  ModelReader(mlir::MLIRContext &context, const model::GgufFile &file, std::string architecture);

  mlir::MLIRContext &context() const { return mlir; }
  const model::GgufFile &file() const { return gguf; }
  const std::string &architecture() const { return arch; }

  /// The largest extent that is taken from a file, so that the product of two fits 63 bits.
  static constexpr int64_t maxCount = (int64_t(1) << 31) - 1;

  /// An integer of least..maxCount. Without a fallback the key must be there. An array with one value a layer
  /// is taken where all are equal: layers of a model share their functions.
  int64_t count(llvm::StringRef key, std::optional<int64_t> fallback = {}, int64_t least = 1);
  /// A finite number.
  double number(llvm::StringRef key, std::optional<double> fallback = {});
  std::string text(llvm::StringRef key, llvm::StringRef fallback);
  /// Refuses a file whose key has another value: one that changes what the model computes in a way that is
  /// not built.
  void require(llvm::StringRef key, double value);

  bool has(llvm::StringRef key) const { return gguf.has(prefixed(key)); }
  bool hasTensor(llvm::StringRef name) const { return gguf.find(name.str()) != nullptr; }
  /// The first extent of a matrix.
  int64_t numRows(llvm::StringRef name);
  /// The tensor of this name and shape. A vector is F32; a matrix [N, K] is F32, F16, BF16 or a storage of
  /// `lut`.
  Parameter tensor(llvm::StringRef name, llvm::ArrayRef<int64_t> shape);
  /// Its values, of a vector of F32; for the few that decide the graph.
  std::vector<float> values(llvm::StringRef name, int64_t size);

  /// Elements of all tensors that were asked for.
  int64_t numParameters() const { return elements; }
  /// A tensor that nobody asked for is a failure: the graph would be of another model.
  void requireAllUsed();

  /// `key (tensor) '<name>': expected X, got Y`; the first one stays.
  void failKey(llvm::StringRef key, const llvm::Twine &expected, const llvm::Twine &got);
  void failTensor(llvm::StringRef name, const llvm::Twine &expected, const llvm::Twine &got);
  Status status() const;

private:
  std::string prefixed(llvm::StringRef key) const { return arch + "." + key.str(); }
  const model::TensorInfo *findTensor(llvm::StringRef name);
  void fail(const Error &error);

  mlir::MLIRContext &mlir;
  const model::GgufFile &gguf;
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
