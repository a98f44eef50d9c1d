// The verifiers of programs and of the dialect, asked about the same commands.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Accel/Accel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Verifier.h"
#include "sim/program/fields.h"
#include "sim/program/verify.h"
#include "test/sim/support/builder.h"
#include "test/sim/support/fresh_seed.h"
#include "test/sim/support/samples.h"
#include <catch2/catch.hpp>
#include <map>

using namespace accord;
using namespace mlir;

namespace {

constexpr int commandsAsked = 120000;

/// A command alone: each operand has a dense buffer of its own, so that a program of it is wrong only where
/// the command is.
program::Program alone(const program::Program &of, const program::Command &command) {
  test::Builder b;
  program::CompactList<program::View> reads, writes;
  for (const program::View &v : command.reads)
    reads.push_back(test::Builder::view(
        b.buffer("r", of.buffers[v.buffer].memory, of.buffers[v.buffer].type, v.elements()),
        std::vector<int64_t>(v.sizes.begin(), v.sizes.end())));
  for (const program::View &v : command.writes)
    writes.push_back(test::Builder::view(
        b.buffer("w", of.buffers[v.buffer].memory, of.buffers[v.buffer].type, v.elements()),
        std::vector<int64_t>(v.sizes.begin(), v.sizes.end())));
  b.add(command.op, reads, writes);
  b.program.bodies = of.bodies;
  for (unsigned i = 0; i < isa::numFields; ++i)
    program::visitField(b.last(), isa::Field(i), [&](auto &to) {
      program::visitField(command, isa::Field(i),
                          [&](auto from) { to = static_cast<std::decay_t<decltype(to)>>(from); });
    });
  return b.program;
}

class Mutator {
public:
  explicit Mutator(uint64_t seed) : engine(seed) {}
  size_t below(size_t n) { return engine() % n; }

  /// One to three changes of what both forms can say. Softmax keeps its columns within the chunk that it
  /// touches: in the dialect they go on, and the emitter cuts them.
  program::Program change(program::Program p) {
    program::Command c = p.commands[0];
    for (size_t changes = below(4); changes-- > 0;) {
      auto &list = below(2) && !c.reads.empty() ? c.reads : c.writes; // a map may read nothing
      program::View &view = list[below(list.size())];
      program::Buffer &buffer = p.buffers[view.buffer];
      switch (below(6)) {
      case 0:
        if (!view.sizes.empty())
          resize(view, below(view.sizes.size()), 1 + int64_t(below(40)));
        break;
      case 1: // one symbol of the whole command, so that it stays right
        rename(c, 1 + int64_t(below(9)));
        break;
      case 2:
        buffer.type = isa::ElementType(below(isa::numElementTypes));
        break;
      case 3:
        buffer.memory = isa::Memory(below(isa::numMemories));
        break;
      case 4: // other counts are no op's of the dialect
        if (c.reads.size() > isa::rowOf(c.op).fewestReads())
          c.reads.pop_back();
        else if (below(8) == 0 && view.sizes.size() > 1)
          view.sizes.pop_back();
        break;
      default:
        number(c);
      }
    }
    if (c.op == isa::Opcode::Softmax && c.live != program::Command::noLive)
      c.chunk = std::max<int64_t>(
          c.chunk, c.reads[0].sizes.empty() ? 1 : c.reads[0].sizes[c.reads[0].sizes.size() - 1]);
    return alone(p, c);
  }

private:
  std::mt19937_64 engine;

  static void resize(program::View &view, size_t axis, int64_t size) { view.sizes[axis] = size; }

  /// Gives one extent, wherever the command has it as a symbol alone, another value.
  void rename(program::Command &c, int64_t size) {
    const isa::CommandRow &row = isa::rowOf(c.op);
    const auto symbol = isa::Symbol(below(isa::numSymbols));
    auto apply = [&](program::View &v, const isa::Operand &operand) {
      const int rank = operand.rank == isa::broadcast ? 2 : operand.rank, lacks = rank - int(v.sizes.size());
      for (int d = std::max(lacks, 0); d < rank; ++d)
        if (operand.shape[d].binds() && operand.shape[d].symbol() == symbol &&
            (operand.rank != isa::broadcast || v.sizes[d - lacks] != 1))
          resize(v, size_t(d - lacks), size);
    };
    const auto reads = static_cast<unsigned>(c.reads.size());
    for (unsigned i = 0; i < reads; ++i)
      apply(c.reads[i], row.operandAt(i, reads));
    for (unsigned i = 0; i < c.writes.size(); ++i)
      apply(c.writes[i], row.operandAt(reads + i, reads));
  }

  void number(program::Command &c) {
    const isa::CommandRow &row = isa::rowOf(c.op);
    if (!row.numGiven)
      return;
    constexpr int64_t values[] = {0,      1,   2,   3,         4,
                                  7,      8,   9,   16,        30,
                                  32,     64,  70,  127,       128,
                                  129,    255, 256, 520,       131068,
                                  131072, -1,  -4,  INT32_MAX, int64_t(INT32_MAX) + 1};
    program::visitField(c, row.given[below(row.numGiven)].field, [&](auto &value) {
      using Value = std::decay_t<decltype(value)>;
      const int64_t v = values[below(std::size(values))];
      if constexpr (std::is_same_v<Value, float>)
        value = below(4) ? float(v) / 8 : below(2) ? std::nanf("") : -INFINITY;
      else if constexpr (std::is_same_v<Value, bool>)
        value = v & 1;
      else if constexpr (std::is_same_v<Value, uint32_t>)
        value = 0; // bodies are the sample's: texts that do not stand have a test of their own
      else
        value = static_cast<Value>(v);
    });
  }
};

class AccelVerifier {
public:
  AccelVerifier() : context(MLIRContext::Threading::DISABLED), builder(&context) {
    context.loadDialect<accel::AccelDialect, arith::ArithDialect, memref::MemRefDialect>();
    context.getDiagEngine().registerHandler([this](Diagnostic &d) { told = d.str(); });
  }

  /// Empty when the command of a program is legal; else the diagnostic.
  std::string verify(const program::Program &p) {
    const program::Command &c = p.commands[0];
    const isa::CommandRow &row = isa::rowOf(c.op);
    Block block;
    Location loc = builder.getUnknownLoc();
    builder.setInsertionPointToEnd(&block);
    auto operand = [&](const program::View &v) -> Value {
      const program::Buffer &b = p.buffers[v.buffer];
      SmallVector<int64_t> shape(v.sizes.begin(), v.sizes.end());
      return block.addArgument(accel::inMemory(MemRefType::get(shape, type(b.type)), b.memory), loc);
    };
    SmallVector<Value> inputs, outputs;
    for (const program::View &v : c.reads)
      inputs.push_back(operand(v));
    for (const program::View &v : c.writes)
      outputs.push_back(operand(v));
    SmallVector<std::pair<isa::Field, Attribute>> fields;
    Value accumulate, live;
    for (unsigned i = 0; i < row.numGiven; ++i) {
      const isa::Given &given = row.given[i];
      program::visitField(c, given.field, [&](auto value) {
        using Type = decltype(value);
        if (given.isOptional && value == static_cast<Type>(isa::rowOf(given.field).absent))
          return;
        if (given.field == isa::Field::Live)
          live = builder.create<arith::ConstantIndexOp>(loc, static_cast<int64_t>(value));
        else if (given.field == isa::Field::Accumulate)
          accumulate = builder.create<arith::ConstantIntOp>(loc, 1, 1);
        else if constexpr (std::is_same_v<Type, float>)
          fields.push_back({given.field, builder.getF32FloatAttr(value)});
        else if constexpr (std::is_same_v<Type, bool>)
          fields.push_back({given.field, builder.getBoolAttr(value)});
        else if constexpr (std::is_same_v<Type, uint32_t>)
          fields.push_back({given.field, builder.getStringAttr(isa::text(p.bodies[value]))});
        else
          fields.push_back({given.field, builder.getI64IntegerAttr(value)});
      });
    }
    told.clear();
    Operation *op = accel::createCommand(builder, loc, c.op, inputs, outputs, fields, accumulate, live);
    return succeeded(mlir::verify(op)) ? "" : told.empty() ? "refused" : told;
  }

private:
  Type type(isa::ElementType t) {
    switch (t) {
    case isa::ElementType::I8:
      return builder.getI8Type();
    case isa::ElementType::I16:
      return builder.getIntegerType(16);
    case isa::ElementType::I32:
      return builder.getI32Type();
    case isa::ElementType::F16:
      return builder.getF16Type();
    case isa::ElementType::F32:
      return builder.getF32Type();
    }
    return {};
  }

  MLIRContext context;
  OpBuilder builder;
  std::string told;
};

} // namespace

TEST_CASE("the verifiers of programs and of the dialect agree", "[mlir][accel]") {
  std::vector<program::Program> samples;
  for (const program::Program &p : {test::layerCommands(), test::attentionCommands(), test::macCommands()})
    for (const program::Command &c : p.commands)
      if (isa::isCommand(c.op))
        samples.push_back(alone(p, c));
  Mutator mutator(test::freshSeed());
  AccelVerifier dialect;
  size_t legal = 0, disagreements = 0;
  std::map<std::string, size_t> legalOf;
  for (int i = 0; i < commandsAsked; ++i) {
    const program::Program p = mutator.change(samples[mutator.below(samples.size())]);
    const Status program = program::verify(p);
    const std::string told = dialect.verify(p);
    if (bool(program) != told.empty() && ++disagreements < 10)
      UNSCOPED_INFO("program: " << (program ? "legal" : program.error().message)
                                << "; dialect: " << (told.empty() ? "legal" : told));
    // Of one fault both speak in the same words.
    if (!program && !told.empty()) {
      const std::string said = program.error().message;
      const size_t words = said.find("): ");
      if (words != std::string::npos && told.find(said.substr(words + 3)) == std::string::npos &&
          ++disagreements < 10)
        UNSCOPED_INFO("program: " << said << "; dialect: " << told);
    }
    legal += bool(program);
    legalOf[name(p.commands[0].op)] += bool(program);
  }
  std::cout << "commands asked of both verifiers: " << commandsAsked << ", legal " << legal
            << ", disagreements " << disagreements << "\n";
  CHECK(disagreements == 0);
  CHECK(legal > commandsAsked / 5);
  CHECK(legalOf.size() == isa::numCommands);
  for (const auto &[command, count] : legalOf) {
    INFO(command);
    CHECK(count > 100);
  }
}
