// The name stands in an attribute of the module.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/made_for.h"

namespace accord::driver {
namespace {
constexpr llvm::StringLiteral attribute = "accord.hardware";
} // namespace

void setMadeFor(mlir::ModuleOp module, const Hardware &hardware) {
  module->setAttr(attribute, mlir::StringAttr::get(module.getContext(), hardware.name));
}

std::string madeForAnother(mlir::ModuleOp module, const Hardware &hardware) {
  auto name = module->getAttrOfType<mlir::StringAttr>(attribute);
  if (!name || name.getValue() == hardware.name)
    return "";
  return "; it was made for " + name.str() + ", got " + hardware.name;
}

} // namespace accord::driver
