// The compiler: files in, modules at a level out, diagnostics to a listener.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pipelines/Pipelines.h"
#include "tools/driver/diagnostics.h"

#include <memory>
#include <string>

namespace accord::driver {

/// One context with the dialects of the ladder. Not thread-safe. What the compiler says goes to the listener,
/// before the error that comes of it is returned; that error has the first of it where the listener did not
/// show it (listener.h).
class Toolchain {
public:
  /// The listener outlives it.
  explicit Toolchain(Listener &listener = Listener::silent());
  ~Toolchain();

  mlir::MLIRContext &context();
  Listener &listener() const;
  /// For a Told, around work that may be diagnosed.
  DiagnosticHandler &diagnostics() const;

  /// Parses and verifies a file (`-` is stdin). What a file of L0 holds in linalg comes out as ops of L0
  /// (addNormalization).
  Expected<mlir::OwningOpRef<mlir::ModuleOp>> load(const std::string &path);
  /// The same of a file's bytes.
  Expected<mlir::OwningOpRef<mlir::ModuleOp>> parse(llvm::StringRef bytes, const std::string &path);

  /// Brings the module to `level`, from the one it stands at; a program that is at L3 already is checked for
  /// hazards again, its text may have been edited. Above L0 its text names the machine. After a failure the
  /// module is of no use.
  Status raise(mlir::ModuleOp module, Level level, const Hardware &hardware, const std::string &path);

  /// SHA-256 of the bytes of the file that was loaded last from `path`, in hexadecimal.
  const std::string &sha256(const std::string &path) const;

  /// The one function that can be run: the only public one with a body, or the one called `name`.
  Expected<mlir::func::FuncOp> entry(mlir::ModuleOp module, const std::string &name, const std::string &path);

private:
  struct State;
  std::unique_ptr<State> state;
};

/// SHA-256 of a file's bytes in hexadecimal. Error: the file cannot be read.
Expected<std::string> sha256OfFile(const std::string &path);

/// The file that a module was read from, for messages; "the model" where it was made in memory.
std::string fileOf(mlir::ModuleOp module);

/// The module as text that parses again.
std::string print(mlir::ModuleOp module);

} // namespace accord::driver
