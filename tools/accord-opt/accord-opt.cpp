// accord-opt: runs passes on a file of any level, for tests and for those who write passes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Support/RegisterAll.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "tools/process/blame.h"
#include "tools/version.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"

int main(int argc, char **argv) {
  llvm::cl::SetVersionPrinter([](llvm::raw_ostream &os) {
    os << "accord-opt " ACCORD_VERSION " (" ACCORD_COMMIT "), LLVM " ACCORD_LLVM_VERSION "\n";
  });
  mlir::DialectRegistry registry;
  accord::registerAllDialects(registry);
  accord::registerAllPasses();
  const auto [input, output] =
      mlir::registerAndParseCLIOptions(argc, argv, "accord-opt: run passes on Accord IR", registry);
  // MlirOptMain brings LLVM's handlers, which call these in order: the stack, then the input.
  llvm::sys::PrintStackTraceOnErrorSignal(argv[0]);
  const accord::tools::Blame blame(input, "run passes on it");
  llvm::sys::AddSignalHandler([](void *) { accord::tools::Blame::tell(); }, nullptr);
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, input, output, registry));
}
