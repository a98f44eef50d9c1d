// From MLIR's diagnostics to values for a listener.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/IR/Diagnostics.h"
#include "tools/driver/listener.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

#include <optional>

namespace accord::driver {

/// Takes every diagnostic of a context, so that MLIR prints none: renders it, with its line quoted where the
/// text is among `sources` or on the disk, and hands it to the listener.
class DiagnosticHandler : public mlir::SourceMgrDiagnosticHandler {
public:
  DiagnosticHandler(llvm::SourceMgr &sources, mlir::MLIRContext &context, Listener &listener);

private:
  friend class Told;
  Diagnostic valueOf(mlir::Diagnostic &diagnostic);

  Listener &listener;
  std::string text;
  llvm::raw_string_ostream rendered{text};
  /// Of the Told that live: the first error of each, and whether the listener showed an error.
  struct Heard {
    std::optional<Diagnostic> first;
    bool shown = false;
  };
  std::vector<Heard> heard;
};

/// The errors that are diagnosed while it lives. They nest, and end in reverse.
class Told {
public:
  explicit Told(DiagnosticHandler &handler) : handler(handler), number(handler.heard.size()) {
    handler.heard.emplace_back();
  }
  ~Told() { handler.heard.pop_back(); }
  Told(const Told &) = delete;
  Told &operator=(const Told &) = delete;

  /// The first of them.
  const std::optional<Diagnostic> &first() const { return handler.heard[number].first; }
  /// What stands behind "got" in an error that comes of them: `the error above` where the listener showed it,
  /// else the first with its place: `g.mlir:3:5: ...`.
  std::string cause() const;

private:
  DiagnosticHandler &handler;
  const size_t number;
};

} // namespace accord::driver
