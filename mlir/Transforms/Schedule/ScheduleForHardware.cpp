// schedule-for-hardware: the default schedule of every op, sized for a machine. The formula is in Passes.td.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Transforms/Schedule/Passes.h"
#include "mlir/Transforms/Schedule/Placement.h"

#include "dialects/Cust/Cust.h"
#include "dialects/LUT/LUT.h"
#include "dialects/NN/NN.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/TransformOps/DialectExtension.h"
#include "mlir/Dialect/Transform/IR/TransformOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "sim/hardware/model_files.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace accord {
#define GEN_PASS_DEF_SCHEDULEFORHARDWARE
#include "mlir/Transforms/Schedule/Passes.h.inc"

namespace {

/// Writes the text of a schedule, one nest after the other.
class ScheduleWriter {
public:
  ScheduleWriter(const Hardware &hw) : hw(hw), os(text) {}

  LogicalResult write(const Placement &placement) {
    for (auto [i, nest] : llvm::enumerate(placement.nests())) {
      LogicalResult written = Placement::isProduct(nest) ? writeProduct(placement, nest, placement.room(i))
                              : mlir::isa<nn::AttentionOp>(nest.root)
                                  ? writeAttention(placement, nest, placement.room(i))
                                  : writeRows(placement, nest, placement.room(i));
      if (failed(written))
        return failure();
    }
    return success();
  }

  std::string finish() const {
    return "transform.named_sequence @" + transform::TransformDialect::kTransformEntryPointSymbolName.str() +
           "(%root: !transform.any_op {transform.readonly}) {\n" + text + "  transform.yield\n}\n";
  }

private:
  InFlightDiagnostic tooLarge(Operation *op) { return op->emitOpError() << "expected a tile that fits: "; }

  /// What the machine has, and how much of it nothing else takes.
  std::string spmFor(int64_t room) const {
    return hw.name + " has " + std::to_string(hw.scratchpad.capacityBytes) + " (" + std::to_string(room) +
           " for it)";
  }

  LogicalResult writeProduct(const Placement &placement, const Nest &nest, int64_t room) {
    const Product p = placement.productOf(nest);
    const ProductHomes homes = placement.homes(p);
    const ProductTile t = p.choose(hw, homes, room);
    if (!t.m) {
      const ProductTile least = p.least(homes);
      return tooLarge(p.op) << "the smallest (1 x " << least.n << " x " << least.k << ") needs "
                            << least.bytes.spm << " bytes of spm and " << least.bytes.acc << " of acc, "
                            << spmFor(room) << " and " << hw.accumulator.capacityBytes;
    }
    Operation *prepare = llvm::is_contained(nest.producers, p.prepare) ? p.prepare : nullptr;
    std::string name = nameOf(p.op, p.kind), prepared;
    const std::string tiled = name + "_tile";
    // Producers are computed where their first slice is taken: so the loops of the form, then the producer,
    // then the loops inside of which its result stays.
    if (!p.epilogue.empty()) {
      Operation *root = p.epilogue.back();
      std::string last = nameOf(root, root->getName().stripDialect());
      // From the last op back to the product: each is computed in the loops of its reader.
      SmallVector<std::string> inner;
      for (Operation *op : llvm::reverse(ArrayRef(p.epilogue).drop_back()))
        inner.push_back(nameOf(op, op->getName().stripDialect()));
      inner.push_back(name);
      auto suffixOf = [&](const std::string &op) { return op == name ? "_lanes" : "_tile"; };
      match(last);
      const bool lanes = t.n < p.n; // lanes that are whole need no loop
      if (t.form == ProductForm::Whole && lanes) {
        tile(last, last + "_rows", {t.m, 0}, "m");
        for (const std::string &op : inner) {
          match(op);
          fuse(op, op + "_rows", last + "_m");
        }
        prepared = fuse(prepare, last + "_m");
        tile(last + "_rows", last + "_tile", {0, t.n}, "n", last);
        for (const std::string &op : inner)
          fuse(op + "_rows", op + suffixOf(op), last + "_n");
        tile(name + "_lanes", tiled, {0, 0, t.k}, "k", name);
      } else {
        tile(last, last + "_tile", {t.m, lanes ? t.n : 0}, lanes ? "mn" : "m");
        for (const std::string &op : inner) {
          match(op);
          fuse(op, op + suffixOf(op), last + "_m");
        }
        if (t.form == ProductForm::Whole)
          prepared = fuse(prepare, last + "_m");
        tile(name + "_lanes", tiled, {0, 0, t.k}, "k", name);
        if (t.form != ProductForm::Whole)
          prepared = fuse(prepare, last + "_m");
        if (prepare && t.form != ProductForm::Whole &&
            t.k < p.k) { // from the lanes' loop on into that over k
          fuse(prepared, prepared + "_part", name + "_k");
          prepared += "_part";
        }
      }
    } else {
      match(name);
      switch (t.form) {
      case ProductForm::Whole:
        tile(name, name + "_rows", {t.m, 0, 0}, "m");
        prepared = fuse(prepare, name + "_m");
        tile(name + "_rows", tiled, {0, t.n, t.k}, "nk", name);
        break;
      case ProductForm::Parts:
        tile(name, name + "_rows", {t.m, 0, t.k}, "mk");
        prepared = fuse(prepare, name + "_m");
        tile(name + "_rows", tiled, {0, t.n, 0}, "n", name);
        break;
      case ProductForm::Again:
        tile(name, tiled, {t.m, t.n, t.k}, "mnk");
        prepared = fuse(prepare, name + "_m");
        break;
      }
    }
    // A buffer has a second tile where the loops come to a second tile of it.
    const bool rows = t.m < p.m, lanes = t.n < p.n, parts = t.k < p.k, any = rows || lanes || parts;
    const bool swept = t.form == ProductForm::Parts && parts; // all lanes stay until the last part
    const bool again =
        rows || (t.form != ProductForm::Whole && parts) || (t.form == ProductForm::Again && lanes);
    auto buffers = [&](StringRef of, StringRef operand, StringRef memory, int64_t count) {
      os << "  cust.buffer %" << of << " operand \"" << operand << "\" in " << memory << " count " << count
         << " : !transform.any_op\n";
    };
    auto buffer = [&](StringRef of, StringRef operand, StringRef memory, bool second) {
      buffers(of, operand, memory, second ? 2 : 1);
    };
    buffer(tiled, "w", "spm", any);
    buffer(tiled, "isum", "acc", any && t.isumTwice);
    if (!p.epilogue.empty())
      buffer(tiled, "out", "spm", rows || lanes);
    else
      buffer(tiled, "out", placement.inDram(p.op) ? "dram" : "spm",
             t.outTwice && (rows || (lanes && !swept)));
    if (!homes.prepared) {
      if (p.looksUp())
        buffer(tiled, "tables", "spm", again);
      buffers(tiled, "asum", "spm", again ? p.sumBuffers(t.form) : 1);
    }
    if (!homes.codes && !homes.prepared && prepare)
      buffer(prepared, "q", "spm", again);
    if (!homes.codes && !p.looksUp())
      buffer(tiled, "q", "spm", any);
    if (!homes.scales)
      buffer(tiled, "s", "spm", any);
    for (Operation *op : p.epilogue) {
      const std::string handle = op->getAttrOfType<StringAttr>(cust::nameAttrName).str() + "_tile";
      TileSpace space = cast<TileLegalityInterface>(op).getTileSpace();
      const unsigned firstInit = op->getNumOperands() - op->getNumResults();
      for (auto [operand, axes, label] :
           llvm::zip(op->getOpOperands(), space.operands, cust::operandNames(op))) {
        const bool out = operand.getOperandNumber() >= firstInit, last = op == p.epilogue.back();
        Operation *from = operand.get().getDefiningOp();
        if (out ? !last : from == p.op || llvm::is_contained(p.epilogue, from))
          continue; // from op to op
        const bool moves = llvm::any_of(
            axes, [&](const TileAxis &axis) { return (axis.dim == 0 && rows) || (axis.dim == 1 && lanes); });
        buffer(handle, label, out && placement.inDram(op) ? "dram" : "spm", moves && t.outTwice);
      }
    }
    return success();
  }

  LogicalResult writeAttention(const Placement &placement, const Nest &nest, int64_t room) {
    Operation *op = nest.root;
    const AttentionTile t = placement.attentionTile(nest, room);
    if (!t.rows)
      return tooLarge(op) << "one row and head with "
                          << (t.positions == 1
                                  ? "one position"
                                  : "all " + std::to_string(t.positions) + " positions of an odd context")
                          << " need " << t.bytes << " bytes of spm, " << spmFor(room);
    std::string name = nameOf(op, "attention");
    writeTile(placement, nest, name, t.rows, 0);
    os << "  cust.stream %" << name << "_tile positions " << t.positions << " heads " << t.heads
       << " : !transform.any_op\n";
    return success();
  }

  LogicalResult writeRows(const Placement &placement, const Nest &nest, int64_t room) {
    Operation *op = nest.root;
    const RowTile t = placement.rowTile(nest, room);
    if (!t.rows)
      return tooLarge(op) << "one row needs " << t.bytes << " bytes of spm, " << spmFor(room);
    writeTile(placement, nest, nameOf(op, op->getName().stripDialect()), t.rows, t.columns);
    return success();
  }

  /// Cuts a nest's rows and, where `columns` is not 0, its columns; what changes from tile to tile has two
  /// buffers.
  void writeTile(const Placement &placement, const Nest &nest, StringRef name, int64_t rows,
                 int64_t columns) {
    auto root = cast<TileLegalityInterface>(nest.root);
    const int64_t m = cast<ShapedType>(root->getOperand(0).getType()).getDimSize(0);
    SmallVector<int64_t> sizes(root.getTileSpace().dims.size(), 0);
    sizes[0] = rows;
    if (sizes.size() > 1)
      sizes[1] = columns;
    match(name);
    tile(name.str(), (name + "_tile").str(), sizes, columns ? "mn" : "m");
    auto buffers = [&](Operation *op, StringRef tiled) {
      TileSpace space = cast<TileLegalityInterface>(op).getTileSpace();
      const unsigned firstInit = op->getNumOperands() - op->getNumResults();
      for (auto [i, axes, label] : llvm::enumerate(space.operands, cust::operandNames(op))) {
        const bool out = i >= firstInit, home = out && op == root.getOperation() && placement.inDram(op);
        if (out ? op != root.getOperation()
                : llvm::is_contained(nest.producers, op->getOperand(i).getDefiningOp()))
          continue; // from op to op in the nest
        const bool second = llvm::any_of(axes, [&](const TileAxis &axis) {
          return (axis.dim == 0 && rows < m) || (axis.dim == 1 && columns);
        });
        if (home || second)
          os << "  cust.buffer %" << tiled << " operand \"" << label << "\" in " << (home ? "dram" : "spm")
             << " count " << (second ? 2 : 1) << " : !transform.any_op\n";
      }
    };
    buffers(root, (name + "_tile").str());
    for (Operation *producer : llvm::reverse(nest.producers)) {
      std::string tiled = fuse(producer, (name + "_m").str());
      buffers(producer, tiled);
    }
  }

  /// `cust.tile` of a handle; a letter a loop names its handle, `loops` what stands before the letter.
  void tile(const std::string &handle, const std::string &result, ArrayRef<int64_t> sizes, StringRef letters,
            StringRef loops = {}) {
    os << "  %" << result;
    for (char letter : letters)
      os << ", %" << (loops.empty() ? StringRef(handle) : loops) << "_" << letter;
    os << " = cust.tile %" << handle << " sizes [";
    llvm::interleaveComma(sizes, os);
    os << "] : (!transform.any_op) -> (!transform.any_op";
    for (size_t i = 0; i < letters.size(); ++i)
      os << ", !transform.any_op";
    os << ")\n";
  }

  /// A name for the op's handle, written on the op too: what the model calls it, else its kind and a number.
  std::string nameOf(Operation *op, StringRef kind) {
    if (mlir::isa<lut::QuantizeActOp>(op))
      kind = "quantize";
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
  void fuse(StringRef producer, StringRef result, StringRef loop) {
    os << "  %" << result << " = cust.fuse %" << producer << " into %" << loop
       << " : (!transform.any_op, !transform.any_op) -> !transform.any_op\n";
  }
  /// The handle of the op computed in the loop; none for no op.
  std::string fuse(Operation *op, StringRef loop) {
    if (!op)
      return {};
    std::string name = nameOf(op, op->getName().stripDialect());
    match(name);
    fuse(name, name + "_tile", loop);
    return name + "_tile";
  }

  const Hardware &hw;
  std::string text;
  llvm::raw_string_ostream os;
  llvm::StringMap<int> counts;
};

struct ScheduleForHardware : impl::ScheduleForHardwareBase<ScheduleForHardware> {
  using impl::ScheduleForHardwareBase<ScheduleForHardware>::ScheduleForHardwareBase;
  explicit ScheduleForHardware(Hardware given) : machine(std::move(given)) {
    hardware = machine->file; // for who prints the pipeline
  }

  void getDependentDialects(DialectRegistry &registry) const override {
    impl::ScheduleForHardwareBase<ScheduleForHardware>::getDependentDialects(registry);
    linalg::registerTransformDialectExtension(registry); // transform.structured.match
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (!machine) {
      Expected<Hardware> read = openHardware(hardware);
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
    // A schedule is known by its name: one of another name would be passed over without a word.
    for (auto sequence : module.getOps<transform::NamedSequenceOp>()) {
      sequence.emitOpError() << "expected the schedule's name @"
                             << transform::TransformDialect::kTransformEntryPointSymbolName << ", got @"
                             << sequence.getName();
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
      Placement placement(function, *machine);
      if (failed(writer.write(placement)))
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
