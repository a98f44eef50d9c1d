// Imports models, and cuts entries out of them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/imported_model.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

namespace accord::driver {

Status keepEntry(Toolchain &toolchain, mlir::ModuleOp module, const std::string &entry,
                 const std::string &path) {
  std::string names;
  bool found = false;
  for (auto function : llvm::make_early_inc_range(module.getOps<mlir::func::FuncOp>())) {
    if (function.isPrivate())
      continue;
    names += (names.empty() ? "" : ", ") + function.getName().str();
    if (function.getName() == entry)
      found = true;
    else
      function.erase();
  }
  if (!found)
    return Error{path + ": expected an entry out of " + names + ", got '" + entry + "'"};
  const Told told(toolchain.diagnostics());
  mlir::PassManager pm(module.getContext());
  pm.addPass(mlir::createSymbolDCEPass());
  if (failed(pm.run(module)))
    return Error{path + ": expected to leave '" + entry + "', got " + told.cause()};
  return {};
}

Expected<ImportedModel> importFile(Toolchain &toolchain, const std::string &path,
                                   const model::OpenOptions &open, const ImportOptions &options) {
  auto file = openWeights(path, open);
  if (!file)
    return file.error();
  auto module = importModel(toolchain.context(), **file, options);
  if (!module)
    return module.error();
  return ImportedModel{std::move(*file), std::move(*module)};
}

} // namespace accord::driver
