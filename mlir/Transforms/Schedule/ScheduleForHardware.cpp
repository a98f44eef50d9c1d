// schedule-for-hardware: the default schedule of every op, sized for a machine. The formula is in Passes.td.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Schedule/Passes.h"
#include "mlir/Transforms/Schedule/Residency.h"

#include "dialects/Cust/Cust.h"
#include "dialects/LUT/LUT.h"
#include "dialects/NN/NN.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/TransformOps/DialectExtension.h"
#include "mlir/Dialect/Transform/IR/TransformOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace accord {
#define GEN_PASS_DEF_SCHEDULEFORHARDWARE
#include "mlir/Transforms/Schedule/Passes.h.inc"

namespace {

constexpr int64_t maxRows = 8;
constexpr int64_t maxPositions = 32; // of a cache, in one tile

int64_t ceilDiv(int64_t a, int64_t b) { return llvm::divideCeil(a, b); }

/// What a product's tile needs.
struct WorkingSet {
  int64_t spm = 0, acc = 0;
  bool fits(const Hardware &hw) const {
    return spm <= hw.scratchpad.capacityBytes && acc <= hw.accumulator.capacityBytes;
  }
};

/// A product of either array, `lut.lmma` or `lut.mma`, and what is computed for it alone.
struct Product {
  TileLegalityInterface op;
  StringRef kind;
  StringRef rowOperand;         ///< what the array reads of a row of activations: "tables" or "q"
  Operation *prepare = nullptr; ///< its tables and sums, or its sums, when they are fused with it
  lut::QuantizeActOp quantize;  ///< fused with it, or null
  lut::WeightType weight;
  int64_t m, n, k, group;
  int64_t rowBytes;      ///< of a row of that operand
  int64_t codeBytes = 0; ///< of a row of codes, where they are another operand's source

  static bool is(Operation *op) { return isa<lut::LMMAOp, lut::MMAOp>(op); }

  explicit Product(lut::LMMAOp op) : op(op), kind("lmma"), rowOperand("tables") {
    measure(op);
    rowBytes = ceilDiv(k, 4) * 16;
    codeBytes = k;
    auto tables = op.getTables().getDefiningOp<lut::PrecomputeOp>();
    if (!tables || !isOnlyFor(tables->getResult(0), {op}) || !isOnlyFor(tables->getResult(1), {op}))
      return;
    prepare = tables;
    fuseQuantize(tables.getQ(), op);
  }

  explicit Product(lut::MMAOp op) : op(op), kind("mma"), rowOperand("q") {
    measure(op);
    rowBytes = k;
    auto sums = op.getAsum().getDefiningOp<lut::GroupSumsOp>();
    if (!sums || !isOnlyFor(sums->getResult(0), {op}))
      return;
    prepare = sums;
    fuseQuantize(sums.getQ(), op);
  }

  /// The formula of Passes.td.
  WorkingSet workingSet(int64_t mt, int64_t nt, int64_t kt) const {
    int64_t t = ceilDiv(kt, 4), g = ceilDiv(kt, group), gk = ceilDiv(k, group);
    int64_t rows = mt < m ? 2 : 1, tiles = mt * nt * kt < m * n * k ? 2 : 1;
    int64_t lanes = ceilDiv(nt, lut::planeLanes) * lut::planeLanes;
    WorkingSet set;
    set.spm = mt * k * 4 + mt * codeBytes + mt * gk * 4 + rows * mt * (rowBytes + gk * 4);
    set.spm += tiles * (lanes * t * weight.getBits() / 2 +
                        lanes * g * weight.getScaleBytes() * (weight.getHasMin() ? 2 : 1));
    set.spm += tiles * mt * nt * 4;
    set.acc = tiles * g * mt * nt * 4;
    return set;
  }

private:
  template <typename Op> void measure(Op op) {
    auto type = cast<RankedTensorType>(op.getW().getType());
    weight = cast<lut::WeightType>(type.getElementType());
    n = type.getDimSize(0);
    k = type.getDimSize(1);
    m = cast<RankedTensorType>(op.getOut().getType()).getDimSize(0);
    group = lut::scaleGroup(op.getActGroup(), weight);
  }
  static bool isOnlyFor(Value value, ArrayRef<Operation *> users) {
    return llvm::all_of(value.getUsers(), [&](Operation *u) { return llvm::is_contained(users, u); });
  }
  /// The quantization too, when its codes go to `prepare` and the product, and its scales to the product.
  void fuseQuantize(Value codes, Operation *product) {
    auto made = codes.getDefiningOp<lut::QuantizeActOp>();
    if (made && isOnlyFor(made->getResult(0), {prepare, product}) && isOnlyFor(made->getResult(1), {product}))
      quantize = made;
  }
};

/// Bytes of a tile of an op, its first dimension cut to `rows`, its second one, if any, to `columns`: every
/// operand's part of it.
int64_t tileBytes(TileLegalityInterface op, int64_t rows, int64_t columns) {
  TileSpace space = op.getTileSpace();
  int64_t bytes = 0;
  for (auto [operand, axes] : llvm::zip(op->getOperands(), space.operands)) {
    auto type = dyn_cast<RankedTensorType>(operand.getType());
    if (!type || mlir::isa<lut::WeightType>(type.getElementType()))
      continue; // a cache, an index, a table that is read by rows
    int64_t elements = 1;
    for (auto [axis, follow] : llvm::enumerate(axes))
      elements *= follow.dim == 0   ? ceilDiv(rows, follow.per)
                  : follow.dim == 1 ? ceilDiv(columns, follow.per)
                                    : type.getDimSize(axis);
    bytes += elements * ceilDiv(type.getElementTypeBitWidth(), 8);
  }
  return bytes;
}

/// Writes the text of a schedule, one op after the other.
class ScheduleWriter {
public:
  ScheduleWriter(const Hardware &hw) : hw(hw), os(text) {}

  LogicalResult writeProduct(Product p) {
    auto dims = p.op.getTileSpace().dims;
    int64_t nt = std::min(p.n, dims[1].granule); // one width of the array, and whole lanes of packed weights
    int64_t kGranule = dims[2].granule, mt = 0, kt = 0;
    for (int64_t rows = std::min(p.m, maxRows); rows >= 1 && !mt; --rows)
      for (int64_t parts = 1; parts <= ceilDiv(p.k, kGranule) && !mt; ++parts) {
        int64_t length = std::min(p.k, ceilDiv(ceilDiv(p.k, parts), kGranule) * kGranule);
        if (p.workingSet(rows, nt, length).fits(hw)) {
          mt = rows;
          kt = length;
        }
      }
    if (!mt) {
      WorkingSet least = p.workingSet(1, nt, std::min(p.k, kGranule));
      return p.op->emitOpError() << "expected a tile that fits: the smallest (1 x " << nt << " x "
                                 << std::min(p.k, kGranule) << ") needs " << least.spm << " bytes of spm and "
                                 << least.acc << " of acc, " << hw.name << " has "
                                 << hw.scratchpad.capacityBytes << " and " << hw.accumulator.capacityBytes;
    }

    std::string name = nameOf(p.op, p.kind);
    match(name);
    os << "  %" << name << "_rows, %" << name << "_m = cust.tile %" << name << " sizes [" << mt
       << ", 0, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)\n";
    if (p.prepare)
      fuse(nameOf(p.prepare, p.prepare->getName().stripDialect()), name + "_m");
    if (p.quantize)
      fuse(nameOf(p.quantize, "quantize"), name + "_m");
    os << "  %" << name << "_tile, %" << name << "_n, %" << name << "_k = cust.tile %" << name
       << "_rows sizes [0, " << nt << ", " << kt
       << "] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)\n";
    auto buffer = [&](StringRef operand, StringRef memory, bool twice) {
      os << "  cust.buffer %" << name << "_tile operand \"" << operand << "\" in " << memory << " count "
         << (twice ? 2 : 1) << " : !transform.any_op\n";
    };
    bool tiles = mt * nt * kt < p.m * p.n * p.k, rows = mt < p.m;
    buffer("w", "spm", tiles);
    buffer("isum", "acc", tiles);
    buffer("out", inDram.contains(p.op) ? "dram" : "spm", tiles);
    buffer(p.rowOperand, "spm", rows);
    buffer("asum", "spm", rows);
    return success();
  }

  /// The largest tile of rows, heads and positions (in this order of preference) that takes at most three
  /// quarters of the scratchpad: the queries and outputs of the rows, twice; their scores and shares of a
  /// whole context; two tiles of keys and two of values.
  LogicalResult writeAttention(nn::AttentionOp op) {
    auto cache = cast<MemRefType>(op.getK().getType());
    int64_t m = cast<RankedTensorType>(op.getQ().getType()).getDimSize(0), context = cache.getDimSize(1),
            kvHeads = cache.getDimSize(2), headDim = cache.getDimSize(3);
    int64_t heads = op.getHeads(), budget = hw.scratchpad.capacityBytes / 8 * 7, least = 0;
    int64_t width = ceilDiv(cache.getElementTypeBitWidth(), 8);
    for (int64_t rows = std::min(m, maxRows); rows >= 1; --rows)
      for (int64_t part = kvHeads; part >= 1; --part)
        for (int64_t positions = std::min(context, maxPositions); positions >= 1; --positions) {
          if (kvHeads % part || (positions != context && context % (2 * positions)))
            continue;
          least = (rows < m ? 4 : 2) * rows * heads * headDim * 4 +
                  2 * rows * (heads / kvHeads * part) * context * 4 +
                  (positions < context ? 4 : 2) * positions * part * headDim * width;
          if (least > budget)
            continue;
          std::string name = nameOf(op, "attention");
          writeTile(op, name, rows, 0);
          os << "  cust.stream %" << name << "_tile positions " << positions << " heads " << part
             << " : !transform.any_op\n";
          return success();
        }
    return op.emitOpError() << "expected a tile that fits: one row, head and position need " << least
                            << " bytes of spm with a context of " << context << ", " << hw.name << " has "
                            << budget << " for them (seven eighths of the scratchpad)";
  }

  /// The most rows, up to 8, and of these as many columns as are allowed, so that two tiles take half of the
  /// scratchpad: the rest is for what other ops have there.
  LogicalResult writeRows(TileLegalityInterface op) {
    std::string name = nameOf(op, op->getName().stripDialect());
    TileSpace space = op.getTileSpace();
    auto extentOf = [&](const TileDim &dim) {
      return cast<ShapedType>(op->getOperand(dim.operand).getType()).getDimSize(dim.axis);
    };
    int64_t m = extentOf(space.dims[0]), rows = std::min(m, maxRows),
            budget = hw.scratchpad.capacityBytes / 2;
    int64_t n = space.dims.size() > 1 ? extentOf(space.dims[1]) : 1, columns = n;
    auto bytes = [&] { return tileBytes(op, rows, columns) * (rows < m || columns < n ? 2 : 1); };
    int64_t granule = space.dims.size() > 1 ? space.dims[1].granule : n;
    while (columns > granule && bytes() > budget)
      columns = ceilDiv(ceilDiv(columns, 2), granule) * granule;
    while (rows > 1 && bytes() > budget)
      --rows;
    if (bytes() > budget)
      return op->emitOpError() << "expected a tile that fits: one row needs " << bytes() << " bytes of spm, "
                               << hw.name << " has " << budget << " for it (half)";
    writeTile(op, name, rows, columns < n ? columns : 0);
    return success();
  }

  std::string finish() const {
    return "transform.named_sequence @" + transform::TransformDialect::kTransformEntryPointSymbolName.str() +
           "(%root: !transform.any_op {transform.readonly}) {\n" + text + "  transform.yield\n}\n";
  }

  /// Ops whose results live in dram.
  DenseSet<Operation *> inDram;

private:
  /// Tiles an op's rows and, where `columns` is not 0, its columns; tiles have two buffers where there is a
  /// second one.
  void writeTile(TileLegalityInterface op, StringRef name, int64_t rows, int64_t columns) {
    match(name);
    TileSpace space = op.getTileSpace();
    int64_t m = cast<RankedTensorType>(op->getOperand(0).getType()).getDimSize(0);
    os << "  %" << name << "_tile, %" << name << "_m";
    if (columns)
      os << ", %" << name << "_n";
    os << " = cust.tile %" << name << " sizes [" << rows;
    for (size_t i = 1; i < space.dims.size(); ++i)
      os << ", " << (i == 1 ? columns : 0);
    os << "] : (!transform.any_op) -> (!transform.any_op, !transform.any_op"
       << (columns ? ", !transform.any_op" : "") << ")\n";
    auto labels = cust::operandNames(op);
    unsigned firstInit = op->getNumOperands() - op->getNumResults();
    for (auto [i, axes, label] : llvm::enumerate(space.operands, labels)) {
      bool home = i >= firstInit && inDram.contains(op);
      bool twice = llvm::any_of(axes, [&](const TileAxis &axis) {
        return (axis.dim == 0 && rows < m) || (axis.dim == 1 && columns);
      });
      if (home || twice)
        os << "  cust.buffer %" << name << "_tile operand \"" << label << "\" in " << (home ? "dram" : "spm")
           << " count " << (twice ? 2 : 1) << " : !transform.any_op\n";
    }
  }

  /// A name for the op's handle, written on the op too: what the model calls it, else its kind and a number.
  std::string nameOf(Operation *op, StringRef kind) {
    std::string name;
    if (auto named = op->getLoc()->findInstanceOf<NameLoc>()) {
      name = named.getName().str();
      for (char &c : name)
        if (!llvm::isAlnum(c) && c != '.' && c != '_')
          c = '_';
      if (mlir::isa<lut::PrecomputeOp>(op))
        name += ".tables";
      if (mlir::isa<lut::GroupSumsOp>(op))
        name += ".sums";
      if (unsigned again = counts[name]++)
        name += "_" + std::to_string(again);
    } else {
      name = kind.str() + std::to_string(counts[kind]++);
    }
    op->setAttr(cust::nameAttrName, StringAttr::get(op->getContext(), name));
    return name;
  }
  void match(StringRef name) {
    os << "  %" << name << " = transform.structured.match attributes {cust.name = \"" << name
       << "\"} in %root : (!transform.any_op) -> !transform.any_op\n";
  }
  void fuse(StringRef name, StringRef loop) {
    match(name);
    os << "  %" << name << "_tile = cust.fuse %" << name << " into %" << loop
       << " : (!transform.any_op, !transform.any_op) -> !transform.any_op\n";
  }

  const Hardware &hw;
  std::string text;
  llvm::raw_string_ostream os;
  llvm::StringMap<int> counts;
};

bool isStatic(Operation *op) {
  return llvm::all_of(op->getOperandTypes(), [](Type t) {
    auto shaped = dyn_cast<ShapedType>(t);
    return !shaped || shaped.hasStaticShape();
  });
}

struct ScheduleForHardware : impl::ScheduleForHardwareBase<ScheduleForHardware> {
  using impl::ScheduleForHardwareBase<ScheduleForHardware>::ScheduleForHardwareBase;
  explicit ScheduleForHardware(Hardware machine) : machine(std::move(machine)) {}

  void getDependentDialects(DialectRegistry &registry) const override {
    impl::ScheduleForHardwareBase<ScheduleForHardware>::getDependentDialects(registry);
    linalg::registerTransformDialectExtension(registry); // transform.structured.match
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (!machine) {
      Expected<Hardware> read = loadHardware(hardware);
      if (!read) {
        module.emitError() << read.error().message;
        return signalPassFailure();
      }
      machine = *read;
    }
    if (Operation *schedule = findSchedule(module)) {
      schedule->emitOpError() << "is a schedule already; expected a module without one";
      return signalPassFailure();
    }
    ScheduleWriter writer(*machine);
    for (auto function : module.getOps<func::FuncOp>()) {
      if (function.isDeclaration() || function->hasAttr("accel.program") ||
          function->hasAttr("accel.sequence"))
        continue;
      // What has no command is refused where it stands, before anything is tiled.
      WalkResult walked = function.walk<WalkOrder::PreOrder>([](Operation *op) {
        if (!isa_and_present<nn::NNDialect>(op->getDialect()) || !cust::operandNames(op).empty())
          return WalkResult::advance();
        op->emitOpError() << "has no command of an accelerator: it stays at L0 and L1";
        return WalkResult::interrupt();
      });
      if (walked.wasInterrupted())
        return signalPassFailure();
      unshareTables(function, *machine);
      // Products first: they say which producers are computed inside of them.
      SmallVector<Product> products;
      DenseSet<Operation *> done, inside;
      for (auto op : function.getOps<TileLegalityInterface>()) {
        if (!Product::is(op) || !isStatic(op))
          continue;
        auto lookup = dyn_cast<lut::LMMAOp>(op.getOperation());
        Product product = lookup ? Product(lookup) : Product(cast<lut::MMAOp>(op.getOperation()));
        inside.insert(product.prepare);
        inside.insert(product.quantize);
        done.insert(op);
        products.push_back(product);
      }
      done.insert(inside.begin(), inside.end());
      writer.inDram = resultsInDram(function, *machine, inside);
      for (const Product &product : products)
        if (failed(writer.writeProduct(product)))
          return signalPassFailure();
      for (auto op : function.getOps<nn::AttentionOp>()) {
        if (!isStatic(op))
          continue;
        if (failed(writer.writeAttention(op)))
          return signalPassFailure();
        done.insert(op);
      }
      for (auto op : function.getOps<TileLegalityInterface>())
        if (!done.contains(op) && isStatic(op) &&
            (isa<lut::QuantizeActOp, lut::PrecomputeOp, lut::GroupSumsOp>(op) ||
             isa<nn::NNDialect>(op->getDialect())))
          if (failed(writer.writeRows(op)))
            return signalPassFailure();
    }
    // Written as text and parsed: the text is what a person edits, so it is also what is tested.
    module->setAttr(transform::TransformDialect::kWithNamedSequenceAttrName, UnitAttr::get(&getContext()));
    std::string wrapped = "module attributes {transform.with_named_sequence} {\n" + writer.finish() + "}\n";
    OwningOpRef<ModuleOp> holder = parseSourceString<ModuleOp>(wrapped, &getContext(), "schedule");
    if (!holder) {
      module.emitError() << "internal: the schedule written does not parse";
      return signalPassFailure();
    }
    Operation *sequence = findSchedule(*holder);
    sequence->moveBefore(module.getBody(), module.getBody()->end());
  }

  std::optional<Hardware> machine;
};

} // namespace

std::unique_ptr<Pass> createScheduleForHardware(Hardware hardware) {
  return std::make_unique<ScheduleForHardware>(std::move(hardware));
}

} // namespace accord
