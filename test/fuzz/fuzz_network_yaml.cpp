// Any bytes as a network file: an error of one line with its place, or an L0 module that verifies and whose
// accesses lie inside its tensors and caches.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/IR/MLIRContext.h"
#include "mlir/Import/Importer.h"
#include "mlir/Transforms/Model/CheckAccesses.h"
#include "test/fuzz/fuzz_target.h"

namespace accord::fuzz {

std::vector<Seed> seeds() { return filesOf("models/networks", ".yaml"); }

namespace {

/// A context keeps every type and name that it was ever asked for, so a new one now and then.
mlir::MLIRContext &freshContext() {
  static std::unique_ptr<mlir::MLIRContext> context;
  static unsigned uses = 0;
  if (!context || ++uses % 1024 == 0)
    context = std::make_unique<mlir::MLIRContext>(mlir::MLIRContext::Threading::DISABLED);
  return *context;
}

void checkMessage(const std::string &message) {
  if (message.rfind("fuzz:", 0) != 0 || message.find('\n') != std::string::npos)
    fail("expected an error of one line with its place, got", message);
}

} // namespace

std::string outcomeOf(std::string_view bytes) {
  Expected<model::Network> network = model::Network::parse(bytes, "fuzz");
  if (!network) {
    checkMessage(network.error().message);
    return network.error().message;
  }
  mlir::MLIRContext &context = freshContext();
  std::string said;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &diagnostic) {
    said += diagnostic.str() + "; ";
    return mlir::success();
  });
  auto module = importModel(context, *network);
  if (!module) {
    checkMessage(module.error().message);
    if (!said.empty())
      fail("expected no word of the verifier on a network that is refused, got", said);
    return module.error().message;
  }
  if (mlir::failed(checkAccesses(**module)))
    fail("expected accesses inside tensors and caches, got", said);
  size_t ops = 0;
  (*module)->walk([&](mlir::Operation *) { ++ops; });
  return "accepted, " + std::to_string(ops) + " ops";
}

} // namespace accord::fuzz
