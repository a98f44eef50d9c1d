// Collects what passes diagnose while it lives, for libraries that return errors and print nothing.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/raw_ostream.h"

namespace accord {

/// The first error diagnosed on `context` since construction; all diagnostics are swallowed.
class FirstDiagnostic {
public:
  explicit FirstDiagnostic(mlir::MLIRContext *context)
      : handler(context, [this](mlir::Diagnostic &d) {
          if (d.getSeverity() == mlir::DiagnosticSeverity::Error && text.empty()) {
            llvm::raw_string_ostream os(text);
            if (!mlir::isa<mlir::UnknownLoc>(d.getLocation()))
              os << d.getLocation() << ": ";
            os << d.str();
          }
          return mlir::success();
        }) {}

  /// `place: message`; for a failure without a diagnostic, that.
  Error error(llvm::StringRef place) const {
    return Error{(place + ": " + (text.empty() ? std::string("failed without a diagnostic") : text)).str()};
  }

private:
  std::string text;
  mlir::ScopedDiagnosticHandler handler;
};

} // namespace accord
