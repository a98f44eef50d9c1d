// lut-hoist-repack: repacks of weights into function arguments, for the loader to do.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/LUT/LUT.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/LUT/Passes.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace accord::lut {
#define GEN_PASS_DEF_LUTHOISTREPACK
#include "mlir/Transforms/LUT/Passes.h.inc"

namespace {

/// Who calls whom, and the functions in an order in which callees come first.
class Calls {
public:
  explicit Calls(ModuleOp module) {
    SymbolTableCollection symbols;
    for (func::FuncOp function : module.getOps<func::FuncOp>())
      function.walk([&](func::CallOp call) {
        if (auto callee = symbols.lookupNearestSymbolFrom<func::FuncOp>(call, call.getCalleeAttr()))
          callees[function].insert(callee);
      });
    for (func::FuncOp function : module.getOps<func::FuncOp>())
      visit(function, order);
  }
  ArrayRef<Operation *> calleesFirst() const { return order.getArrayRef(); }
  bool callsItself(Operation *function) {
    llvm::SetVector<Operation *> reached;
    for (Operation *callee : callees[function].getArrayRef().vec()) // The map may grow.
      visit(callee, reached);
    return reached.contains(function);
  }

private:
  void visit(Operation *function, llvm::SetVector<Operation *> &visited) {
    llvm::DenseSet<Operation *> seen;
    visit(function, visited, seen);
  }
  void visit(Operation *function, llvm::SetVector<Operation *> &visited, llvm::DenseSet<Operation *> &seen) {
    if (visited.contains(function) || !seen.insert(function).second)
      return;
    for (Operation *callee : callees[function].getArrayRef().vec())
      visit(callee, visited, seen);
    visited.insert(function);
  }

  llvm::MapVector<Operation *, llvm::SetVector<Operation *>> callees;
  llvm::SetVector<Operation *> order;
};

/// The type that all readers of the argument repack it to; null where they do not agree.
Type repackedType(BlockArgument argument) {
  Type type;
  for (Operation *user : argument.getUsers()) {
    auto repack = dyn_cast<RepackOp>(user);
    if (!repack || (type && repack.getType() != type))
      return {};
    type = repack.getType();
  }
  return type;
}

struct HoistRepack : impl::LutHoistRepackBase<HoistRepack> {
  void runOnOperation() override {
    SymbolTableCollection symbols;
    SymbolUserMap users(symbols, getOperation());
    Calls calls(getOperation());
    for (Operation *op : calls.calleesFirst()) {
      auto function = cast<func::FuncOp>(op);
      bool isCalledOnly = llvm::all_of(users.getUsers(function),
                                       [](Operation *user) { return mlir::isa<func::CallOp>(user); });
      if (function.isExternal() || !isCalledOnly || calls.callsItself(function))
        continue;
      for (BlockArgument argument : function.getArguments())
        if (Type type = repackedType(argument))
          hoist(function, argument, type, users.getUsers(function));
    }
    // The first tells all: in a model, every weight would say the same.
    getOperation().walk([&](RepackOp op) {
      // What depends on nothing (nn.param) is a loader's already, and so is its repack.
      Operation *source = op.getSource().getDefiningOp();
      if (source && source->getNumOperands() == 0 && isPure(source))
        return WalkResult::advance();
      report(op, users, calls);
      signalPassFailure();
      return WalkResult::interrupt();
    });
  }

  void hoist(func::FuncOp function, BlockArgument argument, Type type, ArrayRef<Operation *> calls) {
    Type source = argument.getType();
    unsigned index = argument.getArgNumber();
    for (Operation *user : llvm::to_vector(argument.getUsers())) {
      user->getResult(0).replaceAllUsesWith(argument);
      user->erase();
    }
    argument.setType(type);
    function.setType(
        FunctionType::get(&getContext(), function.getBody().getArgumentTypes(), function.getResultTypes()));
    // What an earlier run found in the file stays the source.
    if (!function.getArgAttr(index, sourceAttrName))
      function.setArgAttr(index, sourceAttrName, TypeAttr::get(source));
    for (Operation *call : calls) {
      OpBuilder b(call);
      Value repacked = b.create<RepackOp>(call->getLoc(), type, call->getOperand(index));
      call->setOperand(index, repacked);
    }
  }

  /// Says why a repack could not become an argument's type.
  void report(RepackOp op, const SymbolUserMap &users, Calls &calls) {
    InFlightDiagnostic diag = op.emitOpError("cannot be moved to the loader: ");
    auto argument = dyn_cast<BlockArgument>(op.getSource());
    auto function = argument ? dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp()) : func::FuncOp();
    if (!function) {
      diag << "its source is no argument of a function";
      return;
    }
    if (calls.callsItself(function)) {
      diag << "function '" << function.getSymName() << "' calls itself";
      return;
    }
    for (Operation *user : users.getUsers(function))
      if (!mlir::isa<func::CallOp>(user)) {
        diag << "function '" << function.getSymName() << "' is used other than by a call";
        diag.attachNote(user->getLoc()) << "used here";
        return;
      }
    diag << "argument " << argument.getArgNumber() << " of '" << function.getSymName()
         << "' is read in another storage too";
    for (Operation *user : argument.getUsers()) {
      auto repack = dyn_cast<RepackOp>(user);
      if (!repack || repack.getType() != op.getType())
        diag.attachNote(user->getLoc())
            << "read here as " << (repack ? repack.getType() : argument.getType());
    }
  }
};

} // namespace
} // namespace accord::lut
