// Who hears of work while it goes on: what the compiler says of its input, and how far long work is.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <memory>
#include <string>
#include <vector>

namespace accord::driver {

/// One message of the compiler about its input, with the notes that explain it.
struct Diagnostic {
  enum class Severity { Error, Warning, Remark, Note };
  Severity severity = Severity::Error;
  std::string file;              ///< as it was named to load or parse; empty where nothing has a place
  unsigned line = 0, column = 0; ///< from 1; 0: no line
  std::string message;
  std::vector<Diagnostic> notes; ///< theirs are empty
  /// All of it as a compiler prints it, notes too: `g.mlir:3:5: error: ...`, the quoted line, a caret. Ends
  /// with a newline; bytes of files as they are. Empty in a note.
  std::string text;

  /// `g.mlir:3:5`, `g.mlir`, or empty.
  std::string place() const;
};

/// Gets what happens before an error or a result is returned. This one keeps silent. Called on the thread
/// that called the library.
class Listener {
public:
  virtual ~Listener() = default;

  /// Returns whether a person has it before their eyes now: then an error that comes of it says "the error
  /// above", else it says the first error itself, with its place.
  virtual bool diagnostic(const Diagnostic &) { return false; }

  /// What long work is at: it takes the place of what was told before.
  virtual void progress(const std::string &) {}
  /// Whether anybody looks: counting what is done costs a little.
  virtual bool seesProgress() const { return false; }

  /// MLIR or LLVM begins to work on a file, and crashes on some; the work ends with the life of what is
  /// returned. `step` completes "expected to": a literal.
  struct Work {
    virtual ~Work() = default;
  };
  virtual std::unique_ptr<Work> begin(const std::string &, const char *) { return nullptr; }

  /// One that keeps silent.
  static Listener &silent();
};

/// Keeps the diagnostics.
class Collector : public Listener {
public:
  bool diagnostic(const Diagnostic &diagnostic) override {
    diagnostics.push_back(diagnostic);
    return false;
  }
  std::vector<Diagnostic> diagnostics;
};

} // namespace accord::driver
