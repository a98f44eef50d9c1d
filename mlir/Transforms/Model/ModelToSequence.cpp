// model-to-sequence: calls stay, parameters become arguments, the rest becomes functions that are called.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Model/Passes.h"

#include "dialects/LUT/LUT.h"
#include "dialects/NN/NN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace accord {
#define GEN_PASS_DEF_MODELTOSEQUENCE
#include "mlir/Transforms/Model/Passes.h.inc"

namespace {

/// What a loader provides: nothing of a run goes into it.
bool isParameter(Operation *op) {
  if (mlir::isa<nn::ParamOp, nn::RopeTableOp>(op))
    return true;
  auto repack = dyn_cast<lut::RepackOp>(op);
  return repack && repack.getSource().getDefiningOp<nn::ParamOp>();
}

/// What every function that needs it makes for itself.
bool isMadeAnywhere(Operation *op) { return mlir::isa<tensor::EmptyOp, arith::ConstantOp>(op); }

bool isStep(Operation *op) {
  return mlir::isa<lut::LUTDialect, nn::NNDialect>(op->getDialect()) && !isParameter(op);
}

class Sequencer {
public:
  explicit Sequencer(func::FuncOp function) : function(function), b(function.getContext()) {}

  void run() {
    liftParameters();
    if (function.getOps<func::CallOp>().empty())
      return; // a program of its own
    SmallVector<Operation *> step;
    for (Operation &op : llvm::make_early_inc_range(function.getBody().front())) {
      if (isStep(&op))
        step.push_back(&op);
      else if (mlir::isa<func::CallOp>(op) || op.hasTrait<OpTrait::IsTerminator>())
        outline(step);
    }
    function->setAttr(sequenceAttrName, b.getUnitAttr());
  }

private:
  /// Parameters become arguments, each once.
  void liftParameters() {
    SmallVector<Operation *> lifted;
    for (Operation &op : function.getBody().front())
      if (isParameter(&op))
        lifted.push_back(&op);
    llvm::MapVector<std::pair<StringRef, Type>, BlockArgument> known;
    for (Operation *op : lifted) {
      if (auto rope = dyn_cast<nn::RopeTableOp>(op)) {
        for (auto [name, result] : {std::pair("cos", rope.getCos()), {"sin", rope.getSin()}})
          result.replaceAllUsesWith(addArgument(result.getType(), op->getLoc(), "rope." + Twine(name),
                                                {b.getNamedAttr(ropeAttrName, describe(rope, name))}));
        continue;
      }
      auto repack = dyn_cast<lut::RepackOp>(op);
      auto param = repack ? repack.getSource().getDefiningOp<nn::ParamOp>() : cast<nn::ParamOp>(op);
      if (!repack && llvm::all_of(op->getUsers(), isParameter))
        continue; // read through repacks only
      Value result = op->getResult(0);
      BlockArgument &argument = known[{param.getName(), result.getType()}];
      if (!argument) {
        SmallVector<NamedAttribute> attributes = {b.getNamedAttr(paramAttrName, param.getNameAttr())};
        if (repack)
          attributes.push_back(b.getNamedAttr(lut::sourceAttrName, TypeAttr::get(param.getType())));
        argument = addArgument(result.getType(), op->getLoc(), param.getName(), attributes);
      }
      // A repack of it is an argument of its own.
      result.replaceUsesWithIf(argument, [](OpOperand &use) { return !isParameter(use.getOwner()); });
    }
    for (Operation *op : llvm::reverse(lifted))
      op->erase();
  }

  DictionaryAttr describe(nn::RopeTableOp rope, StringRef table) {
    NamedAttrList list;
    list.set("head_dim", rope.getHeadDimAttr());
    list.set("theta", rope.getThetaAttr());
    list.set("scale", rope.getScaleAttr());
    if (rope.getFactorsAttr())
      list.set("factors", rope.getFactorsAttr());
    list.set("table", b.getStringAttr(table));
    return list.getDictionary(function.getContext());
  }

  BlockArgument addArgument(Type type, Location loc, const Twine &name, ArrayRef<NamedAttribute> attributes) {
    NamedAttrList list(attributes);
    list.set("accel.name", b.getStringAttr(name));
    unsigned number = function.getNumArguments();
    function.insertArgument(number, type, list.getDictionary(function.getContext()), loc);
    return function.getArgument(number);
  }

  /// Moves the ops of a step into a function of their own.
  void outline(SmallVectorImpl<Operation *> &step) {
    if (step.empty())
      return;
    DenseSet<Operation *> inside(step.begin(), step.end());
    llvm::SetVector<Value> inputs, outputs, made;
    for (Operation *op : step) {
      for (Value operand : op->getOperands()) {
        Operation *source = operand.getDefiningOp();
        if (source && isMadeAnywhere(source))
          made.insert(operand);
        else if (!source || !inside.contains(source))
          inputs.insert(operand);
      }
      for (Value result : op->getResults())
        if (llvm::any_of(result.getUsers(), [&](Operation *user) { return !inside.contains(user); }))
          outputs.insert(result);
    }
    auto typesOf = [](auto &values) {
      return llvm::map_to_vector(values, [](Value v) { return v.getType(); });
    };
    Location loc = step.front()->getLoc();
    b.setInsertionPoint(function);
    auto part = b.create<func::FuncOp>(loc, (function.getName() + "_step" + Twine(numSteps++)).str(),
                                       b.getFunctionType(typesOf(inputs), typesOf(outputs)));
    part.setPrivate();
    Block *body = part.addEntryBlock();
    IRMapping map;
    for (auto [input, argument] : llvm::zip_equal(inputs, body->getArguments())) {
      map.map(input, argument);
      argument.setLoc(input.getLoc());
      if (auto known = dyn_cast<BlockArgument>(input))
        if (auto name = function.getArgAttr(known.getArgNumber(), "accel.name"))
          part.setArgAttr(argument.getArgNumber(), "accel.name", name);
    }
    b.setInsertionPointToStart(body);
    for (Value value : made)
      b.clone(*value.getDefiningOp(), map);
    for (Operation *op : step)
      b.clone(*op, map);
    SmallVector<Value> returned;
    for (Value output : outputs)
      returned.push_back(map.lookup(output));
    b.create<func::ReturnOp>(loc, returned);

    b.setInsertionPoint(step.back());
    auto call = b.create<func::CallOp>(loc, part, inputs.getArrayRef());
    for (auto [i, output] : llvm::enumerate(outputs.takeVector()))
      output.replaceAllUsesWith(call.getResult(i));
    for (Operation *op : llvm::reverse(step))
      op->erase();
    step.clear();
  }

  func::FuncOp function;
  OpBuilder b;
  unsigned numSteps = 0;
};

struct ModelToSequence : impl::ModelToSequenceBase<ModelToSequence> {
  void runOnOperation() override {
    for (auto function : llvm::to_vector(getOperation().getOps<func::FuncOp>())) {
      if (function.isDeclaration() || function->hasAttr(sequenceAttrName) ||
          function->hasAttr("accel.program"))
        continue;
      if (!function.getBody().hasOneBlock()) {
        function.emitOpError() << "expected one block";
        return signalPassFailure();
      }
      // A program is of so many rows. Parameters are no arguments yet, so what is left open is a run's.
      for (BlockArgument argument : function.getArguments())
        if (auto shaped = dyn_cast<ShapedType>(argument.getType()); shaped && !shaped.hasStaticShape()) {
          function.emitOpError() << "expected argument #" << argument.getArgNumber()
                                 << " of static shape, got " << shaped
                                 << "; a model's @prefill and @score get theirs by --prompt-tokens";
          return signalPassFailure();
        }
      Sequencer(function).run();
    }
  }
};

} // namespace
} // namespace accord
