// Text of the IR, as people edit it: diagnostics, or a module. A graph (L0) is normalized and its accesses
// are checked; a program (L3) is emitted, verified and looked at for races.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Target/AccelProgram/EmitProgram.h"
#include "sim/program/footprint.h"
#include "sim/program/hazards.h"
#include "sim/program/sequence.h"
#include "test/fuzz/fuzz_target.h"
#include "tools/driver/toolchain.h"

namespace accord::fuzz {

std::vector<Seed> seeds() { return {}; }

namespace {

/// A context keeps every type and name that it was ever asked for, so a new one now and then.
driver::Toolchain &freshToolchain() {
  static std::unique_ptr<driver::Toolchain> toolchain;
  static unsigned uses = 0;
  if (!toolchain || ++uses % 512 == 0)
    toolchain = std::make_unique<driver::Toolchain>();
  return *toolchain;
}

/// The line that a diagnostic begins with.
std::string firstLine(const std::string &text) { return text.substr(0, text.find('\n')); }

std::string outcomeOfProgram(mlir::func::FuncOp function, const std::string &said) {
  std::vector<int64_t> scalars;
  for (const mlir::Type type : function.getArgumentTypes())
    if (type.isIndex())
      scalars.push_back(2);
  const EmitLimits limits{10000, 1000};
  const auto sequence = emitSequence(function, scalars, "", limits);
  if (mlir::failed(sequence)) {
    if (said.empty())
      fail("expected a diagnostic of a program that is refused, got none of", function.getName().str());
    return "refused: " + firstLine(said);
  }
  if (Status ok = program::verify(*sequence); !ok)
    return "verify: " + ok.error().message;
  int64_t runs = 0;
  for (const program::Program &body : sequence->bodies)
    for (const program::Command &c : body.commands)
      for (const auto *views : {&c.reads, &c.writes})
        for (const program::View &v : *views)
          runs += program::countRuns(v);
  if (runs > 100000)
    return "accepted, too long to look for races";
  for (const program::Program &body : sequence->bodies)
    if (Status ok = program::checkRaces(body); !ok)
      return "accepted, " + ok.error().message;
  return "accepted, " + std::to_string(sequence->calls.size()) + " calls";
}

} // namespace

std::string outcomeOf(std::string_view bytes) {
  driver::Toolchain &toolchain = freshToolchain();
  std::string said;
  mlir::ScopedDiagnosticHandler handler(&toolchain.context(), [&](mlir::Diagnostic &diagnostic) {
    said += diagnostic.str() + "\n";
    return mlir::success();
  });
  auto module = toolchain.parse(bytes, "fuzz");
  if (!module) {
    if (module.error().message.rfind("fuzz:", 0) != 0)
      fail("expected an error with its place, got", module.error().message);
    return said.empty() ? module.error().message : "refused: " + firstLine(said);
  }
  if (detectLevel(**module) != Level::L3)
    return std::string("accepted, ") + name(detectLevel(**module));
  auto function = toolchain.entry(**module, "", "fuzz");
  return function ? outcomeOfProgram(*function, said) : function.error().message;
}

} // namespace accord::fuzz
