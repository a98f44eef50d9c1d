// Abstract interpretation of the graph's numbers: each is a + b p + c r of position p and r tokens, so that
// its least and its greatest value stand at a corner of what callers may ask for.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Model/CheckAccesses.h"

#include "dialects/Interfaces/TileSpace.h"
#include "dialects/Interfaces/TypeBytes.h"
#include "dialects/LUT/LUT.h"
#include "dialects/NN/NN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Pass/Pass.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/CheckedArithmetic.h"
#include <set>

using namespace mlir;

namespace accord {
namespace {

/// one + position p + tokens r, each times its factor.
struct Linear {
  int64_t one = 0, position = 0, tokens = 0;

  bool isConstant() const { return position == 0 && tokens == 0; }
  bool operator==(const Linear &o) const {
    return one == o.one && position == o.position && tokens == o.tokens;
  }
  bool operator<(const Linear &o) const {
    return std::tie(one, position, tokens) < std::tie(o.one, o.position, o.tokens);
  }
  Linear operator-() const { return {-one, -position, -tokens}; }
};

/// A number that is not linear, or beyond 64 bits, is unknown.
using Number = std::optional<Linear>;

Number combine(Number a, Number b, function_ref<std::optional<int64_t>(int64_t, int64_t)> each) {
  if (!a || !b)
    return std::nullopt;
  auto one = each(a->one, b->one), position = each(a->position, b->position),
       tokens = each(a->tokens, b->tokens);
  return one && position && tokens ? Number(Linear{*one, *position, *tokens}) : std::nullopt;
}
Number plus(Number a, Number b) { return combine(a, b, llvm::checkedAdd<int64_t>); }
Number minus(Number a, Number b) { return combine(a, b, llvm::checkedSub<int64_t>); }
Number times(Number a, Number b) {
  if (!a || !b || (!a->isConstant() && !b->isConstant()))
    return std::nullopt;
  const Linear &factor = a->isConstant() ? *a : *b, &other = a->isConstant() ? *b : *a;
  return combine(other, Linear{factor.one, factor.one, factor.one}, llvm::checkedMul<int64_t>);
}

/// What callers of an entry may ask for.
struct Calls {
  std::optional<int64_t> positions; ///< of the caches
  std::optional<int64_t> tokens;    ///< a fixed number of them; else from 1 on

  struct Corner {
    int64_t position, tokens;
  };
  SmallVector<Corner, 3> corners() const {
    const int64_t most = positions.value_or(int64_t(1) << 40); // further than any tensor reaches
    if (tokens)
      return {{0, *tokens}, {std::max<int64_t>(0, most - *tokens), *tokens}};
    return {{0, 1}, {most - 1, 1}, {0, most}};
  }
};

__int128 valueAt(const Linear &n, const Calls::Corner &at) {
  return __int128(n.one) + __int128(n.position) * at.position + __int128(n.tokens) * at.tokens;
}

/// What is known of a value: an index, or the rows of a tensor.
struct Known {
  Number number;
  bool given = false; ///< an argument of the entry, through calls: who calls checks tokens in it
  bool operator<(const Known &o) const { return std::tie(number, given) < std::tie(o.number, o.given); }
};

class Checker {
public:
  explicit Checker(ModuleOp module) : module(module) {}

  LogicalResult run() {
    if (failed(checkSizes()) || failed(checkResources()))
      return failure();
    func::FuncOp first; // of the entries with caches
    for (auto function : module.getOps<func::FuncOp>()) {
      if (function.isPrivate() || function.isDeclaration())
        continue;
      if (failed(checkEntry(function)))
        return failure();
      SmallVector<Type> own = cachesOf(function);
      if (own.empty())
        continue;
      if (!first)
        first = function;
      if (SmallVector<Type> shared = cachesOf(first); own != shared)
        return function.emitOpError()
               << "expected the caches of @" << first.getName() << ", " << shared << ", got " << own;
    }
    return success();
  }

private:
  static SmallVector<Type> cachesOf(func::FuncOp function) {
    return llvm::to_vector(llvm::make_filter_range(function.getArgumentTypes(),
                                                   [](Type type) { return mlir::isa<MemRefType>(type); }));
  }

  /// Places in memory are computed from these: none may wrap.
  LogicalResult checkSizes() {
    auto check = [](Operation *op, Type type) {
      auto shaped = dyn_cast<ShapedType>(type);
      if (!shaped || !shaped.hasRank())
        return true;
      // A weight, or an index, has 64 bits at most.
      const Type element = shaped.getElementType();
      if (fitsMemory(shaped, element.isIntOrFloat() ? element.getIntOrFloatBitWidth() : 64))
        return true;
      op->emitOpError() << "expected values of at most 2^44 bytes, got " << type;
      return false;
    };
    WalkResult result = module.walk([&](Operation *op) {
      for (Region &region : op->getRegions())
        for (Block &block : region)
          for (Type type : block.getArgumentTypes())
            if (!check(op, type))
              return WalkResult::interrupt();
      for (Type type : op->getResultTypes())
        if (!check(op, type))
          return WalkResult::interrupt();
      return WalkResult::advance();
    });
    return failure(result.wasInterrupted());
  }

  /// A resource may be left out of a text (`__elided__`), or be shorter than its type.
  LogicalResult checkResources() {
    WalkResult result = module.walk([](arith::ConstantOp constant) {
      auto resource = dyn_cast<DenseResourceElementsAttr>(constant.getValue());
      if (!resource || !resource.getType().getElementType().isIntOrFloat())
        return WalkResult::advance(); // another element is no target's
      const ShapedType type = resource.getType();
      const AsmResourceBlob *blob = resource.getRawHandle().getBlob();
      const uint64_t expected =
                         uint64_t(type.getNumElements()) * llvm::divideCeil(type.getElementTypeBitWidth(), 8),
                     got = blob ? blob->getData().size() : 0;
      if (got == expected)
        return WalkResult::advance();
      constant.emitOpError() << "expected a resource of " << expected << " bytes for " << type << ", got "
                             << got;
      return WalkResult::interrupt();
    });
    return failure(result.wasInterrupted());
  }

  LogicalResult checkEntry(func::FuncOp function) {
    calls = {};
    bool dynamic = false;
    for (Type type : function.getArgumentTypes()) {
      if (auto cache = dyn_cast<MemRefType>(type); cache && cache.getRank() == 4)
        calls.positions = std::min(calls.positions.value_or(INT64_MAX), cache.getDimSize(1));
      auto tensor = dyn_cast<RankedTensorType>(type);
      dynamic |= tensor && !tensor.hasStaticShape();
      if (tensor && tensor.getRank() == 1 && tensor.hasStaticShape() && tensor.getElementType().isInteger(32))
        calls.tokens = tensor.getDimSize(0);
    }
    if (dynamic)
      calls.tokens.reset();
    else if (!calls.tokens)
      calls.tokens = 1;
    SmallVector<Known> arguments;
    bool hasPosition = false; // the first index is one; of another nothing is known
    for (Type type : function.getArgumentTypes()) {
      Number number;
      if (type.isIndex() && !hasPosition) {
        hasPosition = true;
        number = Linear{0, 1, 0};
      } else if (auto tensor = dyn_cast<RankedTensorType>(type)) {
        number = tensor.getRank() == 0    ? Linear{1, 0, 0}
                 : tensor.isDynamicDim(0) ? Linear{0, 0, 1}
                                          : Linear{tensor.getDimSize(0), 0, 0};
      }
      arguments.push_back({number, /*given=*/true});
    }
    done.clear();
    return checkFunction(function, arguments);
  }

  LogicalResult checkFunction(func::FuncOp function, ArrayRef<Known> arguments) {
    if (llvm::is_contained(callers, function))
      return function.emitOpError("expected a graph without recursion, got a function that calls itself");
    if (!done.insert({function, std::vector<Known>(arguments.begin(), arguments.end())}).second)
      return success();
    callers.push_back(function);
    llvm::DenseMap<Value, Known> outer = std::move(known);
    known.clear();
    for (auto [argument, value] : llvm::zip_equal(function.getArguments(), arguments))
      known[argument] = value;
    LogicalResult result = success();
    for (Operation &op : function.getBody().front())
      if (failed(result = visit(&op)))
        break;
    known = std::move(outer);
    callers.pop_back();
    return result;
  }

  Number numberOf(Value value) { return known.lookup(value).number; }
  Number numberOf(OpFoldResult value) {
    if (auto attribute = dyn_cast<Attribute>(value))
      return Linear{cast<IntegerAttr>(attribute).getInt(), 0, 0};
    return numberOf(cast<Value>(value));
  }
  /// Of axis `axis` of a tensor, of which only the first may be dynamic.
  Number extentOf(Value tensor, unsigned axis) {
    auto type = cast<ShapedType>(tensor.getType());
    if (!type.isDynamicDim(axis))
      return Linear{type.getDimSize(axis), 0, 0};
    return axis == 0 ? numberOf(tensor) : Number();
  }

  LogicalResult visit(Operation *op) {
    if (failed(visitKind(op)))
      return failure();
    // Code has one number of rows for all dynamic tensors of a function.
    for (Value result : op->getResults())
      if (auto type = dyn_cast<RankedTensorType>(result.getType());
          type && type.getRank() && type.isDynamicDim(0))
        if (failed(inside(op, "rows", numberOf(result), {0, 0, 1}, {0, 0, 1})))
          return failure();
    return success();
  }

  LogicalResult visitKind(Operation *op) {
    if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
      return visitSlice(slice);
    if (auto call = dyn_cast<func::CallOp>(op))
      return visitCall(call);
    if (auto tiled = dyn_cast<TileLegalityInterface>(op))
      return visitTiled(tiled);
    for (Value result : op->getResults())
      known[result].number = numberOfResult(op, result);
    return success();
  }

  Number numberOfResult(Operation *op, Value result) {
    APInt constant;
    if (result.getType().isIndex() && matchPattern(op, m_ConstantInt(&constant)))
      return Linear{constant.getSExtValue(), 0, 0};
    auto tensor = dyn_cast<RankedTensorType>(result.getType());
    if (tensor && (tensor.getRank() == 0 || !tensor.isDynamicDim(0)))
      return Linear{tensor.getRank() ? tensor.getDimSize(0) : 1, 0, 0};
    return llvm::TypeSwitch<Operation *, Number>(op)
        .Case([&](arith::AddIOp o) { return plus(numberOf(o.getLhs()), numberOf(o.getRhs())); })
        .Case([&](arith::SubIOp o) { return minus(numberOf(o.getLhs()), numberOf(o.getRhs())); })
        .Case([&](arith::MulIOp o) { return times(numberOf(o.getLhs()), numberOf(o.getRhs())); })
        .Case([&](tensor::DimOp o) {
          auto axis = o.getConstantIndex();
          auto type = dyn_cast<RankedTensorType>(o.getSource().getType());
          const bool inside = axis && type && *axis >= 0 && *axis < type.getRank();
          return inside ? extentOf(o.getSource(), static_cast<unsigned>(*axis)) : Number();
        })
        .Case([&](tensor::EmptyOp o) { return numberOf(o.getMixedSizes()[0]); })
        .Case([&](tensor::CastOp o) { return numberOf(o.getSource()); })
        .Case<tensor::CollapseShapeOp, tensor::ExpandShapeOp>([&](auto o) { return numberOf(o.getSrc()); })
        .Default([](Operation *) { return Number(); });
  }

  /// Whether `low` <= n <= `high` in every call; says where it is not.
  LogicalResult inside(Operation *op, const Twine &what, Number n, Linear low, Linear high) {
    if (!n)
      return op->emitOpError() << what
                               << ": expected a sum of multiples of the position, the tokens and constants";
    for (const Calls::Corner &at : calls.corners()) {
      const __int128 value = valueAt(*n, at), least = valueAt(low, at), most = valueAt(high, at);
      if (value >= least && value <= most)
        continue;
      InFlightDiagnostic error = op->emitOpError() << what << ": expected " << int64_t(least);
      if (most != least)
        error << " to " << int64_t(most);
      error << ", got " << int64_t(value);
      if (!n->isConstant() || !low.isConstant() || !high.isConstant())
        error << " at position " << at.position << " with " << at.tokens
              << (at.tokens == 1 ? " token" : " tokens");
      return error;
    }
    return success();
  }

  LogicalResult visitSlice(tensor::ExtractSliceOp op) {
    SmallVector<OpFoldResult> offsets = op.getMixedOffsets(), sizes = op.getMixedSizes();
    for (unsigned axis = 0; axis < offsets.size(); ++axis) {
      const Number extent = extentOf(op.getSource(), axis), size = numberOf(sizes[axis]);
      const Number most = minus(extent, size);
      if (!most || op.getStaticStrides()[axis] != 1)
        return op.emitOpError() << "axis " << axis
                                << ": expected a stride of 1, and an extent and a size that are known";
      if (failed(inside(op, "size of axis " + Twine(axis), size, {1, 0, 0}, *extent)) ||
          failed(inside(op, "offset of axis " + Twine(axis), numberOf(offsets[axis]), {0, 0, 0}, *most)))
        return failure();
    }
    // A dropped axis has one element: the rows are those of the first that stays.
    auto dropped = op.getDroppedDims();
    Number rows = Linear{1, 0, 0};
    for (unsigned axis = 0; axis < sizes.size(); ++axis)
      if (!dropped.test(axis)) {
        rows = numberOf(sizes[axis]);
        break;
      }
    known[op.getResult()].number = rows;
    return success();
  }

  LogicalResult visitCall(func::CallOp op) {
    auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(op, op.getCalleeAttr());
    if (!callee || callee.isDeclaration())
      return op.emitOpError("expected a function of this module with a body");
    SmallVector<Known> arguments;
    for (Value operand : op.getOperands())
      arguments.push_back(known.lookup(operand));
    if (failed(checkFunction(callee, arguments)))
      return failure();
    // A function's dynamic rows are one number, its arguments'.
    for (Value result : op.getResults()) {
      auto type = dyn_cast<RankedTensorType>(result.getType());
      if (!type)
        continue;
      known[result].number = type.getRank() && type.isDynamicDim(0)
                                 ? Number(Linear{0, 0, 1})
                                 : Number(Linear{type.getRank() ? type.getDimSize(0) : 1, 0, 0});
    }
    return success();
  }

  LogicalResult visitTiled(TileLegalityInterface op) {
    const TileSpace space = op.getTileSpace();
    // Types of two dynamic tensors agree whatever their rows are.
    for (auto [i, axes] : llvm::enumerate(space.operands))
      for (auto [axis, follow] : llvm::enumerate(axes)) {
        if (follow.dim == TileAxis::whole)
          continue;
        const TileDim &dim = space.dims[follow.dim];
        Value operand = op->getOperand(i), source = op->getOperand(dim.operand);
        auto isDynamic = [](Value value, unsigned axis) {
          return cast<ShapedType>(value.getType()).isDynamicDim(axis);
        };
        if (!isDynamic(operand, axis) && !isDynamic(source, dim.axis))
          continue;
        const Number extent = extentOf(source, dim.axis);
        if (!extent || follow.per != 1)
          return op->emitOpError() << "dimension " << dim.name << ": expected an extent that is known";
        if (failed(inside(op, "axis " + Twine(axis) + " of operand " + Twine(i), extentOf(operand, axis),
                          *extent, *extent)))
          return failure();
      }
    if (auto destination = dyn_cast<DestinationStyleOpInterface>(op.getOperation()))
      for (auto [result, init] : llvm::zip(op->getResults(), destination.getDpsInits()))
        known[result].number = known.lookup(init).number;
    if (auto append = dyn_cast<nn::CacheAppendOp>(op.getOperation()))
      return checkCache(append, append.getCache(), append.getLayer(), append.getPosition(), append.getX());
    if (auto attention = dyn_cast<nn::AttentionOp>(op.getOperation()))
      return checkCache(attention, attention.getK(), attention.getLayer(), attention.getPosition(),
                        attention.getQ());
    if (auto embed = dyn_cast<nn::EmbedOp>(op.getOperation()))
      return checkTokens(embed);
    return success();
  }

  /// Rows of x from a position on lie in the cache, and the layer is one of its layers.
  LogicalResult checkCache(Operation *op, Value cache, Value layer, Value position, Value x) {
    auto type = cast<MemRefType>(cache.getType());
    const Number most = minus(Linear{type.getDimSize(1), 0, 0}, extentOf(x, 0));
    if (!most)
      return op->emitOpError("expected a number of rows that is known");
    return success(
        succeeded(inside(op, "layer", numberOf(layer), {0, 0, 0}, {type.getDimSize(0) - 1, 0, 0})) &&
        succeeded(inside(op, "position", numberOf(position), {0, 0, 0}, *most)));
  }

  /// Tokens that a caller gives are checked when it calls; those that the graph holds are here.
  LogicalResult checkTokens(nn::EmbedOp op) {
    const int64_t rows = cast<ShapedType>(op.getTable().getType()).getDimSize(0);
    DenseIntElementsAttr tokens;
    Value source = op.getTokens();
    while (auto cast = source.getDefiningOp<tensor::CastOp>())
      source = cast.getSource();
    if (known.lookup(source).given)
      return success();
    if (!matchPattern(source, m_Constant(&tokens)))
      return op.emitOpError(
          "expected tokens that are an argument of the entry or a constant beside their use");
    for (const APInt &token : tokens.getValues<APInt>())
      if (token.getSExtValue() < 0 || token.getSExtValue() >= rows)
        return op.emitOpError() << "expected tokens from 0 to " << rows - 1 << ", got "
                                << token.getSExtValue();
    return success();
  }

  ModuleOp module;
  Calls calls; ///< of the entry that is walked
  llvm::DenseMap<Value, Known> known;
  SmallVector<func::FuncOp> callers;
  std::set<std::pair<Operation *, std::vector<Known>>> done;
};

} // namespace

LogicalResult checkAccesses(ModuleOp module) { return Checker(module).run(); }

#define GEN_PASS_DEF_CHECKACCESSES
#include "mlir/Transforms/Model/Passes.h.inc"

namespace {
struct CheckAccesses : impl::CheckAccessesBase<CheckAccesses> {
  void runOnOperation() override {
    if (failed(checkAccesses(getOperation())))
      signalPassFailure();
  }
};
} // namespace

} // namespace accord
