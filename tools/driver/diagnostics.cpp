// Renders a diagnostic as MLIR does, into a string.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/diagnostics.h"
#include "mlir/IR/BuiltinAttributes.h"

namespace accord::driver {
namespace {

Diagnostic::Severity severityOf(mlir::DiagnosticSeverity severity) {
  switch (severity) {
  case mlir::DiagnosticSeverity::Error:
    return Diagnostic::Severity::Error;
  case mlir::DiagnosticSeverity::Warning:
    return Diagnostic::Severity::Warning;
  case mlir::DiagnosticSeverity::Remark:
    return Diagnostic::Severity::Remark;
  case mlir::DiagnosticSeverity::Note:
    break;
  }
  return Diagnostic::Severity::Note;
}

/// Without its text.
Diagnostic bareValueOf(mlir::Diagnostic &diagnostic) {
  Diagnostic value;
  value.severity = severityOf(diagnostic.getSeverity());
  value.message = diagnostic.str();
  if (auto at = diagnostic.getLocation()->findInstanceOf<mlir::FileLineColLoc>()) {
    value.file = at.getFilename().str();
    value.line = at.getLine(), value.column = at.getColumn();
  }
  return value;
}

} // namespace

DiagnosticHandler::DiagnosticHandler(llvm::SourceMgr &sources, mlir::MLIRContext &context, Listener &listener)
    : mlir::SourceMgrDiagnosticHandler(sources, &context, rendered), listener(listener) {
  // In the place of the base's, which would only print.
  setHandler([this](mlir::Diagnostic &diagnostic) {
    const Diagnostic value = valueOf(diagnostic);
    const bool shown = this->listener.diagnostic(value);
    if (value.severity == Diagnostic::Severity::Error)
      for (Heard &each : heard) {
        each.shown |= shown;
        if (!each.first)
          each.first = value;
      }
    return mlir::success();
  });
}

Diagnostic DiagnosticHandler::valueOf(mlir::Diagnostic &diagnostic) {
  Diagnostic value = bareValueOf(diagnostic);
  for (mlir::Diagnostic &note : diagnostic.getNotes())
    value.notes.push_back(bareValueOf(note));
  text.clear();
  emitDiagnostic(diagnostic);
  rendered.flush();
  value.text = text;
  return value;
}

std::string Told::cause() const {
  const DiagnosticHandler::Heard &heard = handler.heard[number];
  if (heard.shown)
    return "the error above";
  if (!heard.first)
    return "a failure without a diagnostic";
  const std::string place = heard.first->place();
  return (place.empty() ? "" : place + ": ") + llvm::StringRef(heard.first->message).rtrim().str();
}

} // namespace accord::driver
