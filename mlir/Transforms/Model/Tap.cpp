// Returns what ops compute. See Tap.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Model/Tap.h"

#include "dialects/Cust/Cust.h"
#include "dialects/LUT/LUT.h"
#include "dialects/NN/NN.h"

using namespace mlir;

namespace accord {

static std::string nameOf(Operation *op) {
  if (auto named = op->getLoc()->findInstanceOf<NameLoc>())
    return named.getName().str();
  return op->getName().stripDialect().str();
}

void tapResults(func::FuncOp function) {
  Builder b(function.getContext());
  Block &block = function.getBody().front();
  SmallVector<Value> values;
  SmallVector<Attribute> attributes;
  for (Operation &op : block) {
    if (!mlir::isa<lut::LUTDialect, nn::NNDialect>(op.getDialect()))
      continue;
    for (auto [i, result] : llvm::enumerate(op.getResults())) {
      std::string name = nameOf(&op);
      if (op.getNumResults() > 1) // destinations stand last, one for each result
        name += "." + cust::operandName(op.getOpOperand(op.getNumOperands() - op.getNumResults() + i)).str();
      values.push_back(result);
      attributes.push_back(b.getDictionaryAttr(b.getNamedAttr("accel.name", b.getStringAttr(name))));
    }
  }
  auto types = llvm::map_to_vector(values, [](Value v) { return v.getType(); });
  block.getTerminator()->setOperands(values);
  function.setType(b.getFunctionType(function.getArgumentTypes(), types));
  function.setResAttrsAttr(b.getArrayAttr(attributes));
}

} // namespace accord
