// From L3 to a SPIR-V image.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/AccelToLoops/AccelToLoops.h"
#include "mlir/Target/FirstDiagnostic.h"
#include "mlir/Target/SPIRV/SpirvTarget.h"

namespace accord {

using namespace mlir;

Expected<rt::Image> compileToSpirv(ModuleOp l3, const SpirvOptions &options) {
  OwningOpRef<ModuleOp> module(l3.clone());
  {
    FirstDiagnostic diagnostic(l3.getContext());
    PassManager toLoops(l3.getContext());
    toLoops.addNestedPass<func::FuncOp>(createAccelToLoopsPass());
    if (failed(toLoops.run(*module)))
      return diagnostic.error("spirv");
  }
  return loopsToSpirv(*module, options);
}

} // namespace accord
