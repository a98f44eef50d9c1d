// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/driver/model_entries.h"

#include "dialects/NN/NN.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace accord::driver {
namespace {

std::string spell(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

/// Where the entry is not what a session calls.
Status checkEntry(func::FuncOp entry, FunctionType wanted) {
  if (!entry.isPublic() || entry.isDeclaration())
    return Error{"model: @" + entry.getName().str() + ": expected a public function with a body, got a " +
                 (entry.isDeclaration() ? "declaration" : "function of another visibility")};
  const FunctionType got = entry.getFunctionType();
  if (got == wanted)
    return {};
  return Error{"model: @" + entry.getName().str() + ": expected " + spell(wanted) + ", got " + spell(got)};
}

} // namespace

Expected<ModelEntries> modelEntries(ModuleOp l0) {
  auto decode = l0.lookupSymbol<func::FuncOp>("decode");
  auto result = decode && decode.getNumResults() == 1 ? dyn_cast<RankedTensorType>(decode.getResultTypes()[0])
                                                      : RankedTensorType();
  if (!result || result.getRank() != 2 || !result.hasStaticShape() || !result.getElementType().isF32())
    return Error{
        "model: expected a function @decode with logits [1, vocabulary] of f32 as its one result, got "
        "none"};
  MemRefType cache;
  for (Type type : decode.getArgumentTypes())
    if (auto memory = dyn_cast<MemRefType>(type); memory && memory.getRank() == 4 && memory.hasStaticShape())
      cache = memory;
  if (!cache)
    return Error{"model: @decode: expected caches among the arguments, got none"};
  ModelEntries entries;
  entries.vocabulary = entries.tokens = result.getDimSize(1);
  entries.layers = cache.getDimSize(0), entries.positions = cache.getDimSize(1);
  entries.heads = cache.getDimSize(2), entries.headDim = cache.getDimSize(3);
  entries.elementBytes = cache.getElementTypeBitWidth() / 8;

  Builder b(l0.getContext());
  auto signature = [&](int64_t tokens, int64_t rows) {
    return b.getFunctionType(
        {RankedTensorType::get({tokens}, b.getI32Type()), b.getIndexType(), cache, cache},
        {RankedTensorType::get({rows, entries.vocabulary}, b.getF32Type())});
  };
  auto tokensOf = [](func::FuncOp entry) {
    auto type = entry.getNumArguments() ? dyn_cast<RankedTensorType>(entry.getArgumentTypes()[0])
                                        : RankedTensorType();
    return type && type.getRank() == 1 ? type.getDimSize(0) : ShapedType::kDynamic;
  };
  if (Status s = checkEntry(decode, signature(1, 1)); !s)
    return s.error();
  if (auto prefill = l0.lookupSymbol<func::FuncOp>("prefill"))
    if (Status s = checkEntry(prefill, signature(tokensOf(prefill), 1)); !s)
      return s.error();
  if (auto score = l0.lookupSymbol<func::FuncOp>("score"))
    if (Status s = checkEntry(score, signature(tokensOf(score), tokensOf(score))); !s)
      return s.error();
  l0.walk([&](nn::EmbedOp embed) {
    entries.tokens = std::min(entries.tokens, cast<ShapedType>(embed.getTable().getType()).getDimSize(0));
  });
  return entries;
}

} // namespace accord::driver
