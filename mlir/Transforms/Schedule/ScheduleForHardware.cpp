// schedule-for-hardware: the default schedule of every op, sized for a machine. The formula is in Passes.td.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Schedule/Passes.h"

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

int64_t ceilDiv(int64_t a, int64_t b) { return llvm::divideCeil(a, b); }

/// What a product's tile needs.
struct WorkingSet {
  int64_t spm = 0, acc = 0;
  bool fits(const Hardware &hw) const {
    return spm <= hw.scratchpad.capacityBytes && acc <= hw.accumulator.capacityBytes;
  }
};

struct Product {
  lut::LMMAOp op;
  lut::PrecomputeOp precompute; ///< fused with it, or null
  lut::QuantizeActOp quantize;  ///< fused with it, or null
  lut::WeightType weight;
  int64_t m, n, k, group;

  explicit Product(lut::LMMAOp op) : op(op) {
    auto type = cast<RankedTensorType>(op.getW().getType());
    weight = cast<lut::WeightType>(type.getElementType());
    n = type.getDimSize(0);
    k = type.getDimSize(1);
    m = cast<RankedTensorType>(op.getOut().getType()).getDimSize(0);
    group = lut::scaleGroup(op.getActGroup(), weight);
    auto onlyFor = [&](Value value, Operation *user) {
      return llvm::all_of(value.getUsers(), [&](Operation *u) { return u == user; });
    };
    auto tables = op.getTables().getDefiningOp<lut::PrecomputeOp>();
    if (!tables || !onlyFor(tables->getResult(0), op) || !onlyFor(tables->getResult(1), op))
      return;
    precompute = tables;
    auto codes = tables.getQ().getDefiningOp<lut::QuantizeActOp>();
    if (codes && onlyFor(codes->getResult(0), tables) && onlyFor(codes->getResult(1), op))
      quantize = codes;
  }

  /// The formula of Passes.td.
  WorkingSet workingSet(int64_t mt, int64_t nt, int64_t kt) const {
    int64_t t = ceilDiv(kt, 4), g = ceilDiv(kt, group), tk = ceilDiv(k, 4), gk = ceilDiv(k, group);
    int64_t rows = mt < m ? 2 : 1, tiles = mt * nt * kt < m * n * k ? 2 : 1;
    int64_t lanes = ceilDiv(nt, lut::planeLanes) * lut::planeLanes;
    WorkingSet set;
    set.spm = mt * k * 4 + mt * k + mt * gk * 4 + rows * mt * (tk * 16 + gk * 4);
    set.spm += tiles * (lanes * t * weight.getBits() / 2 +
                        lanes * g * weight.getScaleBytes() * (weight.getHasMin() ? 2 : 1));
    set.spm += tiles * mt * nt * 4;
    set.acc = tiles * g * mt * nt * 4;
    return set;
  }
};

/// Bytes of a tile of `rows` of an op: every operand's part of it.
int64_t rowTileBytes(TileLegalityInterface op, int64_t rows) {
  TileSpace space = op.getTileSpace();
  int64_t bytes = 0;
  for (auto [operand, axes] : llvm::zip(op->getOperands(), space.operands)) {
    auto type = cast<RankedTensorType>(operand.getType());
    int64_t elements = 1;
    for (auto [axis, follow] : llvm::enumerate(axes))
      elements *= follow.dim == 0 ? ceilDiv(rows, follow.per) : type.getDimSize(axis);
    bytes += elements * ceilDiv(type.getElementTypeBitWidth(), 8);
  }
  return bytes;
}

/// Writes the text of a schedule, one op after the other.
class ScheduleWriter {
public:
  ScheduleWriter(const Hardware &hw) : hw(hw), os(text) {}

  LogicalResult writeProduct(Product p) {
    int64_t nt = std::min<int64_t>(p.n, p.op.getInstr().getN());
    auto dims = p.op.getTileSpace().dims;
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
      return p.op.emitOpError() << "expected a tile that fits: the smallest (1 x " << nt << " x "
                                << std::min(p.k, kGranule) << ") needs " << least.spm << " bytes of spm and "
                                << least.acc << " of acc, " << hw.name << " has "
                                << hw.scratchpad.capacityBytes << " and " << hw.accumulator.capacityBytes;
    }

    std::string name = nameOf(p.op, "lmma");
    match(name);
    os << "  %" << name << "_rows, %" << name << "_m = cust.tile %" << name << " sizes [" << mt
       << ", 0, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)\n";
    if (p.precompute)
      fuse(nameOf(p.precompute, "precompute"), name + "_m");
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
    buffer("out", "spm", tiles);
    buffer("tables", "spm", rows);
    buffer("asum", "spm", rows);
    return success();
  }

  LogicalResult writeRows(TileLegalityInterface op) {
    std::string name = nameOf(op, op->getName().stripDialect());
    int64_t m = cast<RankedTensorType>(op->getOperand(0).getType()).getDimSize(0),
            rows = std::min(m, maxRows);
    auto bytes = [&](int64_t r) { return rowTileBytes(op, r) * (r < m ? 2 : 1); };
    while (rows > 1 && bytes(rows) > hw.scratchpad.capacityBytes)
      --rows;
    if (bytes(rows) > hw.scratchpad.capacityBytes)
      return op->emitOpError() << "expected a tile that fits: one row needs " << bytes(rows)
                               << " bytes of spm, " << hw.name << " has " << hw.scratchpad.capacityBytes;
    match(name);
    os << "  %" << name << "_tile, %" << name << "_m = cust.tile %" << name << " sizes [" << rows;
    for (size_t i = 1; i < op.getTileSpace().dims.size(); ++i)
      os << ", 0";
    os << "] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)\n";
    for (auto [operand, axes, label] :
         llvm::zip(op->getOperands(), op.getTileSpace().operands, cust::operandNames(op)))
      if (rows < m && llvm::any_of(axes, [](const TileAxis &axis) { return axis.dim == 0; }))
        os << "  cust.buffer %" << name << "_tile operand \"" << label
           << "\" in spm count 2 : !transform.any_op\n";
    return success();
  }

  std::string finish() const {
    return "transform.named_sequence @" + transform::TransformDialect::kTransformEntryPointSymbolName.str() +
           "(%root: !transform.any_op {transform.readonly}) {\n" + text + "  transform.yield\n}\n";
  }

private:
  /// A name for the op's handle, written on the op too.
  std::string nameOf(Operation *op, StringRef kind) {
    std::string name = kind.str() + std::to_string(counts[kind]++);
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
    auto tensor = dyn_cast<RankedTensorType>(t);
    return tensor ? tensor.hasStaticShape() : !isa<ShapedType>(t);
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
      if (function.isDeclaration() || function->hasAttr("accel.program"))
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
      // Products first: they say which producers are computed inside of them.
      DenseSet<Operation *> done;
      for (auto op : function.getOps<lut::LMMAOp>()) {
        if (!isStatic(op))
          continue;
        Product product(op);
        if (failed(writer.writeProduct(product)))
          return signalPassFailure();
        done.insert(op);
        done.insert(product.precompute);
        done.insert(product.quantize);
      }
      for (auto op : function.getOps<TileLegalityInterface>())
        if (!done.contains(op) && isStatic(op) &&
            (isa<lut::QuantizeActOp, lut::PrecomputeOp>(op) || isa<nn::NNDialect>(op->getDialect())))
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
