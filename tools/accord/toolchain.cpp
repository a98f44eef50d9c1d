// Loading, raising and printing modules.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/accord/toolchain.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Support/RegisterAll.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"

namespace accord::cli {

using namespace mlir;

struct Toolchain::State {
  State() : context(registry(), MLIRContext::Threading::DISABLED), handler(sources, &context) {}

  static DialectRegistry registry() {
    DialectRegistry registry;
    registerAllDialects(registry);
    return registry;
  }

  MLIRContext context;
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler handler;
};

Toolchain::Toolchain() : state(std::make_unique<State>()) {}
Toolchain::~Toolchain() = default;

MLIRContext &Toolchain::context() { return state->context; }

Expected<OwningOpRef<ModuleOp>> Toolchain::load(const std::string &path) {
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> buffer = openInputFile(path, &message);
  if (!buffer)
    return Error{path + ": expected a readable MLIR file, got: " + message};
  // The handler quotes the source line of a diagnostic, so the buffer stays with it.
  unsigned id = state->sources.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  const llvm::MemoryBuffer *source = state->sources.getMemoryBuffer(id);
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(source->getBuffer(), ParserConfig(&state->context), source->getBufferIdentifier());
  if (!module)
    return Error{path + ": expected a module that parses and verifies, got the error above"};
  return module;
}

Status Toolchain::raise(ModuleOp module, Level level, const Hardware &hardware, const std::string &path) {
  Level from = detectLevel(module);
  if (level < from)
    return Error{path + ": expected a module at " + name(level) + " or below, got one at " + name(from)};
  PassManager pm(&state->context);
  if (failed(buildPipeline(pm, from, level, hardware)))
    return Error{path + ": expected a machine with a LUT array, got '" + hardware.name + "' without lut_array"};
  if (failed(pm.run(module)))
    return Error{path + ": expected to reach " + name(level) + " from " + name(from) + ", got the error above"};
  return {};
}

Expected<func::FuncOp> Toolchain::entry(ModuleOp module, const std::string &wanted, const std::string &path) {
  func::FuncOp found;
  std::string names;
  unsigned count = 0;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (function.isDeclaration() || (wanted.empty() ? function.isPrivate() : function.getName() != wanted))
      continue;
    names += (count++ ? ", " : "") + function.getName().str();
    found = function;
  }
  if (count == 1)
    return found;
  if (!wanted.empty())
    return Error{path + ": expected a function with a body called '" + wanted + "', got none"};
  return Error{path + ": expected one public function, got " + (count ? names + "; choose with --entry" : "none")};
}

std::string print(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream os(text);
  module.print(os);
  os << "\n";
  return text;
}

} // namespace accord::cli
