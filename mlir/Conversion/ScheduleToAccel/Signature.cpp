// What a program takes: the source function's arguments as buffers in dram, its results, its scalars. See
// Lowering.h.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/ScheduleToAccel/Lowering.h"

#include "dialects/Accel/WeightPart.h"
#include "dialects/LUT/LUT.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/CommandLowering.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace accord {
namespace {

/// The rows of a cache that an op uses; nulls for another op.
CacheUse cacheUse(Operation *op) {
  auto lowered = dyn_cast<CommandLoweringInterface>(op);
  return lowered ? lowered.getCacheUse().value_or(CacheUse()) : CacheUse();
}
Value layerOperand(Operation *op) { return cacheUse(op).layer; }

/// The parts in which a weight matrix lies in dram, with their types.
SmallVector<std::pair<accel::WeightPart, MemRefType>> partsOf(RankedTensorType type) {
  auto weight = cast<lut::WeightType>(type.getElementType());
  Builder b(type.getContext());
  int64_t n = type.getDimSize(0), k = type.getDimSize(1), g = llvm::divideCeil(k, weight.getGroup());
  SmallVector<std::pair<accel::WeightPart, MemRefType>> parts;
  MemRefType scales;
  if (weight.getStorage() == lut::Storage::Planes) {
    int64_t tiles = llvm::divideCeil(n, lut::planeLanes), t = llvm::divideCeil(k, lut::tableLength);
    parts.push_back(
        {accel::WeightPart::Planes, MemRefType::get({tiles, t, weight.getBits(), 32}, b.getI8Type())});
    scales = MemRefType::get({tiles, g, lut::planeLanes}, weight.getScale());
  } else {
    parts.push_back({accel::WeightPart::Codes, MemRefType::get({n, k}, b.getI8Type())});
    scales = MemRefType::get({n, g}, weight.getScale());
  }
  parts.push_back({accel::WeightPart::Scales, scales});
  if (weight.getHasMin())
    parts.push_back({accel::WeightPart::Minima, scales});
  return parts;
}

/// Weights are read as planes by products, and row by row by ops that fetch rows, out of any storage.
bool isReadByRows(BlockArgument argument) {
  return !argument.use_empty() && llvm::all_of(argument.getUses(), [](OpOperand &use) {
    auto lowered = dyn_cast<CommandLoweringInterface>(use.getOwner());
    return lowered && lowered.fetches(use);
  });
}

} // namespace

BlockArgument layerOf(BlockArgument cache) {
  Value layer;
  for (Operation *user : cache.getUsers()) {
    Value named = layerOperand(user);
    if (!named || (layer && named != layer))
      return {};
    layer = named;
  }
  auto argument = dyn_cast_if_present<BlockArgument>(layer);
  if (!argument || argument.getOwner() != cache.getOwner())
    return {};
  // Elsewhere it would be a number that the program has to be given.
  bool onlyNames = llvm::all_of(argument.getUsers(), [&](Operation *user) {
    return layerOperand(user) == argument && cacheUse(user).position != argument;
  });
  return onlyNames ? argument : BlockArgument();
}

std::string argumentName(BlockArgument argument) {
  auto function = cast<func::FuncOp>(argument.getOwner()->getParentOp());
  if (auto given = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "accel.name"))
    return given.str();
  if (auto named = dyn_cast<NameLoc>(argument.getLoc()))
    return named.getName().str();
  return "arg" + std::to_string(argument.getArgNumber());
}

/// Arguments as identity-layout memrefs of dram: packed weights as planes (or codes), d and min; a cache as
/// the rows of one layer where the layer is an argument, else of all. Then results, then scalars; a layer
/// that only chooses a cache's rows is no scalar, the caller hands over the rows.
LogicalResult Lowering::createFunction() {
  struct Argument {
    Type type;
    StringRef role;
    std::string name;
    Type sourceType;
    Value from; ///< null for results
    std::optional<accel::WeightPart> part = std::nullopt;
  };
  SmallVector<Argument> list, scalars;
  DenseSet<Value> layers;
  for (BlockArgument argument : source.getArguments())
    if (mlir::isa<MemRefType>(argument.getType()))
      layers.insert(layerOf(argument));
  for (BlockArgument argument : source.getArguments()) {
    unsigned i = argument.getArgNumber();
    std::string name = argumentName(argument);
    if (argument.getType().isIndex()) {
      if (!layers.contains(argument))
        scalars.push_back({argument.getType(), "", name, Type(), argument});
      continue;
    }
    if (auto cache = dyn_cast<MemRefType>(argument.getType())) {
      if (cache.getRank() != 4 || !cache.hasStaticShape() ||
          llvm::any_of(argument.getUsers(), [](Operation *user) { return !layerOperand(user); }))
        return source.emitOpError() << "expected argument #" << i
                                    << " to be a cache that nn.cache_append and nn.attention use, got "
                                    << cache;
      int64_t rows = cache.getDimSize(1) * (layerOf(argument) ? 1 : cache.getDimSize(0));
      list.push_back(
          {MemRefType::get({rows, cache.getDimSize(2) * cache.getDimSize(3)}, cache.getElementType()),
           "inout", name, Type(), argument});
      continue;
    }
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (!type || !type.hasStaticShape())
      return source.emitOpError() << "expected argument #" << i
                                  << " to be a tensor of static shape, a cache or an index, got "
                                  << argument.getType();
    auto weight = dyn_cast<lut::WeightType>(type.getElementType());
    if (!weight) {
      list.push_back(
          {MemRefType::get(type.getShape(), type.getElementType()), "argument", name, Type(), argument});
      continue;
    }
    bool planes = weight.getStorage() == lut::Storage::Planes, rows = isReadByRows(argument);
    if (planes == rows)
      return source.emitOpError() << "expected argument #" << i
                                  << (rows ? " in the storage of a file, which nn.embed reads by rows, got "
                                           : " in storage planes, got ")
                                  << lut::stringifyStorage(weight.getStorage())
                                  << (argument.use_empty() ? "; nothing reads it, so nothing packed it" : "");
    auto stored = source.getArgAttrOfType<TypeAttr>(i, lut::sourceAttrName);
    Type from = stored ? stored.getValue() : type;
    for (auto [part, memref] : partsOf(type))
      list.push_back({memref, "argument", name + "." + accel::name(part).str(), from, argument, part});
  }
  for (auto [i, type] : llvm::enumerate(source.getResultTypes())) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || !tensor.hasStaticShape())
      return source.emitOpError() << "expected result #" << i << " to be a tensor of static shape, got "
                                  << type;
    auto given = source.getResultAttrOfType<StringAttr>(i, "accel.name");
    list.push_back({MemRefType::get(tensor.getShape(), tensor.getElementType()), "result",
                    given ? given.str() : "result" + std::to_string(i), Type(), Value()});
  }
  llvm::append_range(list, scalars);

  SmallVector<Type> types = llvm::map_to_vector(list, [](const Argument &a) { return a.type; });
  b.setInsertionPoint(source);
  target = b.create<func::FuncOp>(source.getLoc(), source.getName(), b.getFunctionType(types, {}));
  target.setVisibility(source.getVisibility());
  lowered.resize(source.getNumArguments());
  target->setAttr("accel.program", b.getUnitAttr());
  Block *entry = target.addEntryBlock();
  b.setInsertionPointToStart(entry);
  for (auto [i, argument] : llvm::enumerate(list)) {
    target.setArgAttr(i, "accel.name", b.getStringAttr(argument.name));
    if (argument.from) {
      auto from = cast<BlockArgument>(argument.from);
      LoweredArgument &to = lowered[from.getArgNumber()];
      if (argument.role.empty())
        to.isScalar = true;
      else
        to.buffers.push_back(i);
      for (StringRef kept : {"accel.param", "accel.rope"}) // where a loader takes it from
        if (Attribute attribute = source.getArgAttr(from.getArgNumber(), kept))
          target.setArgAttr(i, kept, attribute);
      if (BlockArgument layer = argument.role == "inout" ? layerOf(from) : BlockArgument())
        to.layer = layer.getArgNumber();
    }
    if (argument.role.empty()) {
      index.scalars[argument.from] = entry->getArgument(i);
      continue;
    }
    target.setArgAttr(i, "accel.role", b.getStringAttr(argument.role));
    if (argument.sourceType)
      target.setArgAttr(i, accel::sourceAttrName, TypeAttr::get(argument.sourceType));
    if (argument.part)
      target.setArgAttr(i, accel::partAttrName, b.getStringAttr(accel::name(*argument.part)));
    if (!argument.from) {
      results.push_back(&roots.emplace_back());
      results.back()->dram.push_back(entry->getArgument(i));
      continue;
    }
    if (argument.role == "inout") {
      caches[argument.from] = entry->getArgument(i);
      continue;
    }
    Root *&root = arguments[argument.from];
    if (!root)
      root = &roots.emplace_back();
    root->dram.push_back(entry->getArgument(i));
  }
  return success();
}

} // namespace accord
