// Accord's dialects in a tool of somebody else's.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Support/RegisterAll.h"
#include <cstdio>

int main() {
  mlir::DialectRegistry registry;
  accord::registerAllDialects(registry);
  for (auto name : registry.getDialectNames())
    std::printf("%.*s\n", int(name.size()), name.data());
}
