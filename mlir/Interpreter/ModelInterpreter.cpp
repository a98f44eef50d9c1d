// A whole model by golden: its entry functions, called with tokens and caches.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Interpreter/ModelInterpreter.h"

using namespace mlir;

namespace accord {
namespace {

bool isEntry(FunctionType type) {
  if (type.getNumInputs() != 4 || type.getNumResults() != 1)
    return false;
  auto tokens = dyn_cast<RankedTensorType>(type.getInput(0)),
       logits = dyn_cast<RankedTensorType>(type.getResult(0));
  auto isCache = [](Type t) {
    auto cache = dyn_cast<MemRefType>(t);
    return cache && cache.getRank() == 4 && cache.hasStaticShape();
  };
  return tokens && tokens.getRank() == 1 && tokens.getElementType().isInteger(32) &&
         type.getInput(1).isIndex() && isCache(type.getInput(2)) && isCache(type.getInput(3)) && logits &&
         logits.getRank() == 2 && logits.getElementType().isF32();
}

} // namespace

ModelInterpreter::ModelInterpreter(ModuleOp module, ParamResolver resolver)
    : module(module), session(std::move(resolver)) {}

FailureOr<func::FuncOp> ModelInterpreter::find(StringRef entry) {
  auto function = module.lookupSymbol<func::FuncOp>(entry);
  if (!function)
    return module.emitError() << "expected an entry function @" << entry << ", got none";
  if (!isEntry(function.getFunctionType()))
    return function.emitOpError() << "expected an entry's signature (tokens, position, k cache, v cache) -> "
                                     "logits, got "
                                  << function.getFunctionType();
  return function;
}

FailureOr<ModelCaches> ModelInterpreter::makeCaches(StringRef entry) {
  FailureOr<func::FuncOp> function = find(entry);
  if (failed(function))
    return failure();
  auto make = [&](unsigned argument) {
    auto type = cast<MemRefType>(function->getArgumentTypes()[argument]);
    return makeHostTensor(type, type.getShape());
  };
  FailureOr<HostTensor> k = make(2), v = make(3);
  if (failed(k) || failed(v))
    return function->emitOpError("expected caches of f16 or f32 in identity layout");
  return ModelCaches{std::move(*k), std::move(*v)};
}

FailureOr<SharedTensor> ModelInterpreter::evaluate(StringRef entry, ArrayRef<int32_t> tokens,
                                                   int64_t position, ModelCaches &caches) {
  FailureOr<func::FuncOp> function = find(entry);
  if (failed(function))
    return failure();
  HostTensor ids = {{static_cast<int64_t>(tokens.size())},
                    ElementKind::I32,
                    std::vector<uint8_t>(tokens.size() * sizeof(int32_t))};
  llvm::copy(tokens, ids.data<int32_t>());
  HostTensor at = {{}, ElementKind::Index, std::vector<uint8_t>(sizeof(int64_t))};
  *at.data<int64_t>() = position;
  auto results =
      session.run(*function, {std::make_shared<const HostTensor>(std::move(ids)),
                              std::make_shared<const HostTensor>(std::move(at)), &caches.k, &caches.v});
  if (failed(results))
    return failure();
  return (*results)[0];
}

} // namespace accord
