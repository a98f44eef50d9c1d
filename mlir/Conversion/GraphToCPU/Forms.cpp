// Which memory holds rows, packed weights, keys or values.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "mlir/Conversion/GraphToCPU/Plan.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace accord::cpu;
namespace nn = accord::nn;

namespace {

const char *describe(Form form) {
  const char *texts[] = {"rows", "packed weights", "keys", "values"};
  return texts[static_cast<int>(form)];
}

class FormFinder {
public:
  FormFinder(ModuleOp module, Forms &forms) : module(module), forms(forms) {}

  LogicalResult run() {
    while (std::exchange(changed, false))
      if (module
              .walk([&](Operation *op) {
                return failed(visit(op)) ? WalkResult::interrupt() : WalkResult::advance();
              })
              .wasInterrupted())
        return failure();
    return success();
  }

private:
  /// Matrices of floats are rows or packed, caches keys or values; of all else there is one form.
  static bool hasForms(Value value) {
    if (!mlir::isa<BlockArgument>(value) && !value.getDefiningOp<nn::ParamOp>())
      return false;
    auto tensor = dyn_cast<RankedTensorType>(value.getType());
    return mlir::isa<MemRefType>(value.getType()) ||
           (tensor && tensor.getRank() == 2 && mlir::isa<FloatType>(tensor.getElementType()));
  }

  LogicalResult learn(Value value, Form form, Operation *op) {
    if (!hasForms(value))
      return success();
    auto [at, isNew] = forms.try_emplace(value, form);
    changed |= isNew;
    if (at->second != form)
      return op->emitOpError() << "expected a value that is " << describe(at->second)
                               << " everywhere, got a use as " << describe(form);
    return success();
  }

  LogicalResult visit(Operation *op) {
    if (auto param = dyn_cast<nn::ParamOp>(op))
      return learn(param, Form::Packed, op);
    if (auto attention = dyn_cast<nn::AttentionOp>(op))
      if (failed(learn(attention.getK(), Form::Keys, op)) ||
          failed(learn(attention.getV(), Form::Values, op)))
        return failure();
    if (auto call = dyn_cast<func::CallOp>(op))
      return visitCall(call);
    Value packed;
    if (auto matmul = dyn_cast<nn::MatmulOp>(op))
      packed = matmul.getB();
    if (auto embed = dyn_cast<nn::EmbedOp>(op))
      packed = embed.getTable();
    for (Value operand : op->getOperands())
      if (!mlir::isa<MemRefType>(operand.getType()) &&
          failed(learn(operand, operand == packed ? Form::Packed : Form::Rows, op)))
        return failure();
    return success();
  }

  LogicalResult visitCall(func::CallOp call) {
    auto callee = module.lookupSymbol<func::FuncOp>(call.getCallee());
    if (!callee || callee.isDeclaration())
      return success();
    for (auto [operand, argument] : llvm::zip(call.getOperands(), callee.getArguments())) {
      if (auto known = forms.find(argument); known != forms.end())
        if (failed(learn(operand, known->second, call)))
          return failure();
      // What an op computes is rows.
      bool computed = !hasForms(operand) && mlir::isa<RankedTensorType>(operand.getType());
      if (auto known = forms.find(operand); known != forms.end() || computed)
        if (failed(learn(argument, computed ? Form::Rows : known->second, call)))
          return failure();
    }
    return success();
  }

  ModuleOp module;
  Forms &forms;
  bool changed = true;
};

} // namespace

LogicalResult accord::cpu::findForms(ModuleOp module, Forms &forms) {
  return FormFinder(module, forms).run();
}
