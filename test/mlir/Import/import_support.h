// Tiny models whose every key can be changed or left out, and their imported modules.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/IR/MLIRContext.h"
#include "mlir/Import/Importer.h"
#include "test/support/tiny_model.h"
#include <variant>

namespace accord::test {

/// One context for all tests of a program.
mlir::MLIRContext &importContext();

/// A tiny model before it is written: change what the case is about.
struct ModelSpec {
  using Value = std::variant<uint32_t, float, bool, std::string, std::vector<int32_t>>;

  explicit ModelSpec(const TinyModelOptions &options = {});

  /// Keys below the architecture's name: "block_count".
  void set(const std::string &key, Value value) { keys[architecture + "." + key] = std::move(value); }
  void erase(const std::string &key) { keys.erase(architecture + "." + key); }
  GgufWriter::Tensor &tensor(const std::string &name);
  void eraseTensor(const std::string &name);
  void addVector(const std::string &name, const std::vector<float> &values);
  std::string bytes() const;

  std::string architecture;
  std::map<std::string, Value> keys;
  std::vector<GgufWriter::Tensor> tensors;
};

/// A file and what importing it gave. Its path is `tiny.gguf`.
struct Imported {
  explicit Imported(const ModelSpec &spec, const ImportOptions &options = {},
                    const model::OpenOptions &open = {});

  std::string bytes; ///< of the file, which lives on them
  std::unique_ptr<model::GgufFile> file;
  mlir::OwningOpRef<mlir::ModuleOp> module; ///< null after a failure
  std::string error;

  /// Of the whole module, or of one function.
  std::string text() const;
  std::string text(llvm::StringRef function) const;
};

/// How often `part` stands in `text`, without overlap.
size_t countOf(llvm::StringRef text, llvm::StringRef part);

/// What accord-opt of this build prints for `text`, or what it says.
std::string throughAccordOpt(const std::string &text);

/// The path of SmolLM2: ACCORD_MODEL, or where tools/dev/fetch_model.sh puts it. Without the file the test
/// fails, or with ACCORD_OFFLINE=1 says so and gets an empty path.
std::string developmentModel();

/// The options that BitNet's graph needs: its norms, and widths of whole blocks of any type.
TinyModelOptions bitnetOptions(const std::string &architecture, model::TensorType matrices);

} // namespace accord::test
