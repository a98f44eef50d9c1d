// Loading, raising and printing modules.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/toolchain.h"
#include "runtime/model/foreign_file.h"
#include "tools/driver/input.h"
#include "tools/driver/made_for.h"
#include "tools/driver/parser_limit.h"

#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/RegisterAll.h"
#include "mlir/Transforms/Accel/Passes.h"
#include "mlir/Transforms/Linalg/TextVersion.h"
#include "mlir/Transforms/Model/CheckAccesses.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/SourceMgr.h"

#include <map>

namespace accord::driver {

using namespace mlir;

namespace {
/// Of a module: text that MLIR parses in some tens of gigabytes.
constexpr uint64_t mostBytes = 1 << 30;

std::string sha256Of(StringRef bytes) {
  return llvm::toHex(llvm::SHA256::hash(llvm::arrayRefFromStringRef(bytes)), /*LowerCase=*/true);
}

/// Line `number`, from 1; empty where there is none.
StringRef lineOf(StringRef text, unsigned number) {
  for (; number > 1; --number)
    text = text.split('\n').second;
  return number ? text.split('\n').first : StringRef();
}
} // namespace

struct Toolchain::State {
  explicit State(Listener &listener)
      : context(registry(), MLIRContext::Threading::DISABLED), listener(listener),
        handler(sources, context, listener) {
    // The place and its source line say it; the whole operation as generic text buries them.
    context.printOpOnDiagnostic(false);
  }

  static DialectRegistry registry() {
    DialectRegistry registry;
    registerAllDialects(registry);
    return registry;
  }

  MLIRContext context;
  llvm::SourceMgr sources;
  Listener &listener;
  DiagnosticHandler handler;
  std::map<std::string, std::string> hashes;
};

Toolchain::Toolchain(Listener &listener) : state(std::make_unique<State>(listener)) {}
Toolchain::~Toolchain() = default;

MLIRContext &Toolchain::context() { return state->context; }
Listener &Toolchain::listener() const { return state->listener; }
DiagnosticHandler &Toolchain::diagnostics() const { return state->handler; }

Expected<OwningOpRef<ModuleOp>> Toolchain::load(const std::string &path) {
  Expected<std::string> bytes = readInput(path, mostBytes);
  if (!bytes)
    return bytes.error();
  return parse(*bytes, path);
}

Expected<OwningOpRef<ModuleOp>> Toolchain::parse(StringRef bytes, const std::string &path) {
  std::unique_ptr<llvm::MemoryBuffer> buffer = llvm::MemoryBuffer::getMemBufferCopy(bytes, path);
  // The parser would show the bytes of a program or a SPIR-V module on the terminal.
  if (buffer->getBuffer().contains('\0') && !isBytecode(*buffer)) {
    const std::string foreign = model::describeForeign(buffer->getBuffer());
    return Error{path + ": expected MLIR text or bytecode, got " +
                 (foreign.empty() ? "another binary file" : foreign)};
  }
  if (buffer->getBuffer().starts_with("\xef\xbb\xbf"))
    return Error{path +
                 ":1:1: expected MLIR text, got a byte order mark, which MLIR does not read; remove it"};
  if (const ParserLimit over = isBytecode(*buffer) ? ParserLimit() : overParserLimit(buffer->getBuffer());
      over.line)
    return Error{path + ":" + std::to_string(over.line) + ": expected " + over.expected + ", got more"};
  state->hashes[path] = sha256Of(buffer->getBuffer());
  // The handler quotes the source line of a diagnostic, so the buffer stays with it.
  unsigned id = state->sources.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  const auto parser = state->listener.begin(path, "parse and verify it");
  const llvm::MemoryBuffer *source = state->sources.getMemoryBuffer(id);
  const Told told(state->handler);
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(
      source->getBuffer(), ParserConfig(&state->context), source->getBufferIdentifier());
  if (!module)
    return Error{path + ": expected a module that parses and verifies, got " + told.cause() + "; " +
                 explainForeignText(lineOf(source->getBuffer(), told.first() ? told.first()->line : 0))};
  if (detectLevel(*module) == Level::L0) {
    PassManager pm(&state->context);
    addNormalization(pm);
    if (failed(pm.run(*module)))
      return Error{path + ": expected ops of L0, got " + told.cause()};
    if (failed(checkAccesses(*module)))
      return Error{path + ": expected accesses inside tensors and caches, got " + told.cause()};
  }
  return module;
}

Status Toolchain::raise(ModuleOp module, Level level, const Hardware &hardware, const std::string &path) {
  Level from = detectLevel(module);
  if (level < from)
    return Error{path + ": expected a module at " + name(level) + " or below, got one at " + name(from)};
  const auto passes = state->listener.begin(path, "raise it");
  const Told told(state->handler);
  PassManager pm(&state->context);
  if (failed(buildPipeline(pm, from, level, hardware)))
    return Error{path + ": expected a machine with a LUT array or an int8 MAC array, got '" + hardware.name +
                 "' with neither"};
  if (from == Level::L3)
    pm.addPass(createAccelCheckHazards());
  if (failed(pm.run(module)))
    return Error{path + ": expected to " + (from == Level::L3 ? "run without hazards at " : "reach ") +
                 name(level) + (from == Level::L3 ? "" : std::string(" from ") + name(from)) + ", got " +
                 told.cause() + madeForAnother(module, hardware)};
  if (level > Level::L0)
    setMadeFor(module, hardware);
  return {};
}

const std::string &Toolchain::sha256(const std::string &path) const { return state->hashes.at(path); }

Expected<std::string> sha256OfFile(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return Error{path + ": expected a readable file, got: " + buffer.getError().message()};
  return sha256Of((*buffer)->getBuffer());
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
  return Error{path + ": expected one public function, got " +
               (count ? names + "; choose with --entry" : "none")};
}

std::string fileOf(ModuleOp module) {
  const auto at = dyn_cast<FileLineColLoc>(module.getLoc());
  return at ? at.getFilename().str() : "the model";
}

std::string print(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream os(text);
  module.print(os);
  os << "\n";
  return text;
}

} // namespace accord::driver
