// A model file, as text (gguf_text.h) or as its bytes: an error of one line with its place, or an L0 module
// that verifies and whose accesses lie inside its tensors and caches.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/IR/MLIRContext.h"
#include "mlir/Import/Importer.h"
#include "mlir/Transforms/Model/CheckAccesses.h"
#include "test/fuzz/fuzz_target.h"
#include "test/fuzz/gguf_text.h"

namespace accord::fuzz {

std::vector<Seed> seeds() { return {}; }

namespace {

/// A context keeps every type and name that it was ever asked for, so a new one now and then.
mlir::MLIRContext &freshContext() {
  static std::unique_ptr<mlir::MLIRContext> context;
  static unsigned uses = 0;
  if (!context || ++uses % 1024 == 0)
    context = std::make_unique<mlir::MLIRContext>(mlir::MLIRContext::Threading::DISABLED);
  return *context;
}

} // namespace

std::string outcomeOf(std::string_view bytes) {
  const std::string own = bytes.substr(0, 4) == "GGUF" ? std::string(bytes) : GgufText(bytes).bytes;
  auto file = model::GgufFile::parse(own, "fuzz", {model::I2SLayout::X86});
  if (!file)
    return file.error().message;
  mlir::MLIRContext &context = freshContext();
  std::string said;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &diagnostic) {
    said += diagnostic.str() + "; ";
    return mlir::success();
  });
  ImportOptions options;
  options.f32Cache = own.size() % 2 != 0;
  auto module = importModel(context, **file, options);
  if (!module) {
    const std::string &message = module.error().message;
    if (message.rfind("fuzz: ", 0) != 0 || message.find(": expected ") == std::string::npos)
      fail("expected an error with its place, got", message);
    if (!said.empty())
      fail("expected no word of the verifier on a file that is refused, got", said);
    return message;
  }
  if (mlir::failed(checkAccesses(**module)))
    fail("expected accesses inside tensors and caches, got", said);
  size_t ops = 0;
  (*module)->walk([&](mlir::Operation *) { ++ops; });
  return "accepted, " + std::to_string(ops) + " ops";
}

} // namespace accord::fuzz
