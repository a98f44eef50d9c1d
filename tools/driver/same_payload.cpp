// Walks two functions side by side, values numbered alike.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/same_payload.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"

namespace accord::driver {

using namespace mlir;

namespace {

class Comparer {
public:
  LogicalResult compare(Operation *own, Operation *edited) {
    if (own->getName() != edited->getName())
      return edited->emitError() << "expected '" << own->getName() << "', which the model has here, got '"
                                 << edited->getName() << "'";
    if (own->getNumOperands() != edited->getNumOperands() ||
        own->getNumRegions() != edited->getNumRegions() || own->getResultTypes() != edited->getResultTypes())
      return edited->emitError() << "expected the model's operands and types, got others";
    for (auto [i, pair] : llvm::enumerate(llvm::zip_equal(own->getOperands(), edited->getOperands())))
      if (map.lookupOrNull(std::get<0>(pair)) != std::get<1>(pair))
        return edited->emitError() << "expected the model's value as operand #" << i << ", got another";
    if (own->getAttrDictionary() != edited->getAttrDictionary()) {
      for (NamedAttribute attribute : own->getAttrDictionary())
        if (Attribute got = edited->getAttr(attribute.getName()); got != attribute.getValue()) {
          InFlightDiagnostic told = edited->emitError()
                                    << "expected " << attribute.getName().getValue() << " = "
                                    << attribute.getValue() << " as the model has it, got ";
          return got ? told << got : told << "none";
        }
      return edited->emitError() << "expected the model's attributes, got more";
    }
    for (auto [a, b] : llvm::zip_equal(own->getRegions(), edited->getRegions()))
      if (failed(compare(edited, a, b)))
        return failure();
    map.map(own->getResults(), edited->getResults());
    return success();
  }

private:
  LogicalResult compare(Operation *edited, Region &a, Region &b) {
    if (a.getBlocks().size() != b.getBlocks().size())
      return edited->emitError() << "expected " << a.getBlocks().size() << " blocks, got "
                                 << b.getBlocks().size();
    for (auto [ownBlock, block] : llvm::zip_equal(a, b)) {
      if (ownBlock.getArgumentTypes() != block.getArgumentTypes())
        return edited->emitError() << "expected the model's arguments, got others";
      map.map(ownBlock.getArguments(), block.getArguments());
      // Each ends with its terminator: where one is shorter, they differ there.
      for (auto [own, op] : llvm::zip(ownBlock, block))
        if (failed(compare(&own, &op)))
          return failure();
    }
    return success();
  }

  IRMapping map;
};

} // namespace

Status checkSamePayload(Toolchain &toolchain, ModuleOp own, ModuleOp edited, const std::string &path) {
  const Told told(toolchain.diagnostics());
  auto different = [&] { return Error{path + ": expected a schedule of the model, got " + told.cause()}; };
  for (auto function : own.getOps<func::FuncOp>()) {
    auto other = edited.lookupSymbol<func::FuncOp>(function.getName());
    if (!other)
      return Error{path + ": expected the model's function @" + function.getName().str() + ", got none"};
    if (failed(Comparer().compare(function, other)))
      return different();
  }
  for (auto function : edited.getOps<func::FuncOp>())
    if (!own.lookupSymbol(function.getName())) {
      function.emitError() << "expected functions of the model, got another";
      return different();
    }
  return {};
}

} // namespace accord::driver
