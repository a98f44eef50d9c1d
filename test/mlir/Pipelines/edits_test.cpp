// Does every legal edit of a schedule, and of a program, compile to a program without races that computes the
// same bits?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Accel/Accel.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pipelines/Pipelines.h"
#include "mlir/Support/RegisterAll.h"
#include "mlir/Target/AccelProgram/EmitProgram.h"
#include "mlir/Transforms/Accel/Passes.h"
#include "mlir/Transforms/Schedule/Passes.h"
#include "sim/golden/formats.h"
#include "sim/golden/gemm.h"
#include "sim/golden/planes.h"
#include "sim/golden/quantize.h"
#include "sim/models/units.h"
#include "sim/program/hazards.h"
#include "sim/program/serialize.h"
#include "sim/program/verify.h"
#include "sim/system/memories.h"
#include "test/mlir/support/schedule_variants.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <cstring>
#include <random>
#include <set>

using namespace accord;
using namespace accord::test;

namespace {

constexpr int64_t N = 192, K = 576, group = 32, G = K / group;

std::string sourceDir() { return std::getenv("ACCORD_SOURCE_DIR"); }

/// MLIR, the machine, and what has been diagnosed.
struct Compiler {
  mlir::DialectRegistry registry;
  std::unique_ptr<mlir::MLIRContext> context;
  Hardware hardware;
  std::string errors;

  Compiler() {
    registerAllDialects(registry);
    context = std::make_unique<mlir::MLIRContext>(registry, mlir::MLIRContext::Threading::DISABLED);
    context->getDiagEngine().registerHandler([this](mlir::Diagnostic &d) {
      errors += d.str() + "\n";
      for (mlir::Diagnostic &note : d.getNotes())
        errors += "note: " + note.str() + "\n";
      return mlir::success();
    });
    Expected<Hardware> read = loadHardware(sourceDir() + "/models/hardware/lut-edge.yaml");
    REQUIRE(read);
    hardware = *read;
    // Room for every variant: what fits is another test's question.
    hardware.scratchpad.capacityBytes = 4 << 20;
    hardware.accumulator.capacityBytes = 4 << 20;
  }

  mlir::OwningOpRef<mlir::ModuleOp> parse(const std::string &text) {
    return mlir::parseSourceString<mlir::ModuleOp>(text, context.get());
  }
  bool run(mlir::ModuleOp module, Level from, Level to) {
    mlir::PassManager pm(context.get());
    return mlir::succeeded(buildPipeline(pm, from, to, hardware)) && mlir::succeeded(pm.run(module));
  }
};

std::string print(mlir::ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream os(text);
  module.print(os);
  return text;
}

mlir::func::FuncOp gemmOf(mlir::ModuleOp module) { return module.lookupSymbol<mlir::func::FuncOp>("gemm"); }

/// A GEMM with its data and the golden answer.
struct Problem {
  const char *name;
  golden::WeightFormat format;
  int64_t M;
  std::string payload; ///< L2 text without its schedule and without the module's closing brace
  std::vector<std::vector<uint8_t>> arguments;
  std::vector<uint8_t> answer;
};

template <typename T> std::vector<uint8_t> bytesOf(const std::vector<T> &values) {
  std::vector<uint8_t> bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

Problem makeProblem(Compiler &compiler, bool q4, int64_t M, std::mt19937 &random) {
  Problem p{q4 ? "q4_1" : "q8_0",
            golden::weightFormat(q4 ? golden::BlockFormat::Q4_1 : golden::BlockFormat::Q8_0, K),
            M,
            "",
            {},
            {}};
  std::string file = sourceDir() + "/models/networks/gemm/" + p.name + "_m" + std::to_string(M) + ".mlir";
  auto module = mlir::parseSourceFile<mlir::ModuleOp>(file, compiler.context.get());
  REQUIRE(module);
  CHECK(detectLevel(*module) == Level::L0);
  REQUIRE(compiler.run(*module, Level::L0, Level::L1));
  CHECK(detectLevel(*module) == Level::L1);
  REQUIRE(compiler.run(*module, Level::L1, Level::L2));
  CHECK(detectLevel(*module) == Level::L2);
  p.payload = withoutSchedule(print(*module));

  std::vector<float> x(M * K), scales(M * G), y(M * N);
  for (float &v : x)
    v = std::normal_distribution<float>(0, 2)(random);
  std::vector<uint8_t> codes(N * K);
  for (uint8_t &c : codes)
    c = random() & ((1u << p.format.bits) - 1);
  auto halves = [&] { // f16 of either sign from 2^-8 to 2^-3
    std::vector<uint16_t> v(N * G);
    for (uint16_t &h : v)
      h = static_cast<uint16_t>((random() & 0x83ff) | ((7 + random() % 6) << 10));
    return v;
  };
  std::vector<uint16_t> d = halves(), min = halves();
  std::vector<int8_t> q(M * K);
  golden::quantizeAct(x.data(), M, K, group, q.data(), scales.data());
  golden::mpgemm(q.data(), scales.data(), codes.data(), golden::widenF16(d).data(),
                 p.format.hasMin ? golden::widenF16(min).data() : nullptr, p.format, group, M, N, K,
                 y.data());
  std::vector<uint8_t> planes(golden::planesBytes(N, K, p.format.bits));
  golden::packPlanes(codes.data(), N, K, p.format.bits, planes.data());
  std::vector<uint16_t> packed(golden::scalesCount(N, G));
  p.arguments = {bytesOf(x), planes};
  golden::packScales(d.data(), N, G, packed.data());
  p.arguments.push_back(bytesOf(packed));
  if (p.format.hasMin) {
    golden::packScales(min.data(), N, G, packed.data());
    p.arguments.push_back(bytesOf(packed));
  }
  p.answer = bytesOf(y);
  return p;
}

/// Runs the commands in program order through golden functions: the result buffer.
std::vector<uint8_t> execute(const program::Program &program, const Hardware &hardware, const Problem &p) {
  sim::DramImage image;
  for (size_t i = 0; i < p.arguments.size(); ++i)
    image.buffers[i] = p.arguments[i];
  const program::Sequence sequence = program::sequenceOf(program);
  sim::Memories memories(sequence, hardware, image);
  memories.enter(sequence.calls[0]);
  for (const program::Command &command : program.commands) {
    if (!isa::isCommand(command.op))
      continue;
    std::vector<sim::Bytes> inputs;
    for (const program::View &view : command.reads)
      inputs.push_back(memories.gather(view));
    if (command.accumulate)
      inputs.push_back(memories.gather(command.writes[0]));
    if (command.op == isa::Opcode::Load || command.op == isa::Opcode::Store) {
      memories.scatter(command.writes[0], inputs[0]);
      continue;
    }
    Expected<std::vector<sim::Bytes>> outputs =
        sim::kindOf(command)->compute(program, command, {inputs.begin(), inputs.end()});
    if (!outputs)
      FAIL(outputs.error().message);
    for (size_t i = 0; i < outputs->size(); ++i)
      memories.scatter(command.writes[i], (*outputs)[i]);
  }
  return memories.takeDram().buffers[static_cast<uint32_t>(p.arguments.size())].take();
}

program::Program checkProgram(Compiler &compiler, mlir::ModuleOp module, const Problem &p) {
  mlir::FailureOr<program::Program> program = emitProgram(gemmOf(module), {});
  INFO(compiler.errors);
  REQUIRE(mlir::succeeded(program));
  Status verified = program::verify(*program);
  if (!verified)
    FAIL(verified.error().message);
  std::vector<program::Race> races = program::findRaces(*program);
  if (!races.empty())
    FAIL(program::describe(*program, races.front()));
  REQUIRE(execute(*program, compiler.hardware, p) == p.answer);
  return *program;
}

} // namespace

TEST_CASE("legal edits of a schedule give programs without races and the same bits", "[mlir][edits]") {
  uint32_t seed = variantSeed();
  std::mt19937 random(seed);
  Compiler compiler;
  size_t compiled = 0, distinct = 0, commands = 0;
  size_t tails = 0, reductionOutside = 0, fused = 0;
  for (bool q4 : {true, false})
    for (int64_t M : {1, 8}) {
      Problem p = makeProblem(compiler, q4, M, random);
      std::set<std::string> programs;
      for (int tries = 0; programs.size() < 16 && tries < 100; ++tries) {
        ScheduleVariant v = randomVariant(M, N, K, random);
        INFO("seed " << seed << ", " << p.name << " M = " << M << "\n" << v.schedule());
        compiler.errors.clear();
        auto module = compiler.parse(p.payload + v.schedule());
        REQUIRE(module);
        bool ok = compiler.run(*module, Level::L2, Level::L3);
        INFO(compiler.errors);
        REQUIRE(ok);
        REQUIRE(detectLevel(*module) == Level::L3);
        std::string text = print(*module);
        auto again = compiler.parse(text);
        REQUIRE(again);
        REQUIRE(print(*again) == text);
        program::Program program = checkProgram(compiler, *again, p);
        commands += program.commands.size();
        ++compiled;
        programs.insert(program::serialize(program));
        tails += M % v.m || N % v.n || K % v.k;
        fused += v.order.empty();
        reductionOutside += !v.order.empty() && v.order.back() != 2 && v.k < K;
      }
      REQUIRE(programs.size() == 16);
      distinct += programs.size();
    }
  REQUIRE(distinct >= 50);
  // Every kind of schedule was drawn.
  REQUIRE(tails > 0);
  REQUIRE(fused > 0);
  REQUIRE(reductionOutside > 0);
  std::printf("seed %u: %zu variants compiled, %zu distinct programs, %zu commands checked (%zu with tails, "
              "%zu fused, "
              "%zu with the reduction outside)\n",
              seed, compiled, distinct, commands, tails, fused, reductionOutside);
}

TEST_CASE("illegal edits of a schedule are refused by name and change nothing", "[mlir][edits]") {
  std::mt19937 random(variantSeed());
  Compiler compiler;
  Problem p = makeProblem(compiler, true, 8, random);
  const ScheduleVariant good{4, 64, 288, {2, 2, 2, 2, 2}, {}};
  struct Case {
    std::string from, to, error;
  };
  const Case cases[] = {
      {"sizes [4, 0, 0]", "sizes [9, 0, 0]", "tile size of dimension m of at most its extent 8, got 9"},
      {"sizes [0, 64, 288]", "sizes [0, 48, 288]", "dimension n that is a multiple of 64"},
      {"sizes [0, 64, 288]", "sizes [0, 64, 280]", "dimension k that is a multiple of 32"},
      {"sizes [4, 0, 0]", "sizes [4, 0, 0] order [0, 0, 1]",
       "order to be a permutation of 0..2, got [0, 0, 1]"},
      {"sizes [4, 0, 0]", "sizes [4, 0]", "expected 3 tile sizes (m, n, k), got 2"},
      {"in acc count 2", "in spm count 2", "expected 'isum' in acc, got spm"},
      {"\"w\" in spm count 2", "\"w\" in spm count 5", "expected 1 to 4 buffers of 'w', got 5"},
      {"\"w\" in spm count 2", "\"v\" in spm count 2", "got 'v'"},
      {"cust.fuse %quantize into %m", "cust.fuse %precompute_tile into %m",
       "expected the producer before the loop"},
  };
  for (const Case &c : cases) {
    std::string schedule = good.schedule();
    size_t at = schedule.find(c.from);
    REQUIRE(at != std::string::npos);
    schedule.replace(at, c.from.size(), c.to);
    INFO(schedule);
    auto module = compiler.parse(p.payload + schedule);
    REQUIRE(module);
    std::string before = print(*module);
    compiler.errors.clear();
    REQUIRE(mlir::failed(applySchedule(*module)));
    INFO(compiler.errors);
    CHECK(compiler.errors.find(c.error) != std::string::npos);
    CHECK(compiler.errors.find("asked for here") != std::string::npos);
    CHECK(print(*module) == before);
  }
}

TEST_CASE("a program can be edited by hand, and a wrong edit is caught", "[mlir][edits]") {
  std::mt19937 random(variantSeed());
  Compiler compiler;
  Problem p = makeProblem(compiler, true, 8, random);
  // One tile along k: the loop over n alone, so the text below is easy to edit.
  auto module = compiler.parse(p.payload + ScheduleVariant{8, 64, 576, {2, 2, 2, 1, 1}, {}}.schedule());
  REQUIRE(module);
  REQUIRE(compiler.run(*module, Level::L2, Level::L3));
  program::Program original = checkProgram(compiler, *module, p);
  mlir::func::FuncOp gemm = gemmOf(*module);

  SECTION("independent commands change places") {
    mlir::SmallVector<accel::LoadOp> loads;
    gemm.walk([&](accel::LoadOp load) {
      if (load->getParentOp() != gemm)
        loads.push_back(load);
    });
    REQUIRE(loads.size() == 3); // planes, d, min
    // d before planes: each waits for its own last reader, and the readers wait for the tokens, not for the
    // order.
    mlir::Operation *planes = loads[0], *d = loads[1];
    for (mlir::Value operand : d->getOperands())
      if (mlir::Operation *op = operand.getDefiningOp(); op && op->getBlock() == planes->getBlock())
        op->moveBefore(planes);
    d->moveBefore(planes);
    REQUIRE(mlir::succeeded(gemm.verify()));
    program::Program edited = checkProgram(compiler, *module, p);
    CHECK(program::serialize(edited) != program::serialize(original));
  }
  SECTION("fewer slots: the same text with one slot races, as its tokens are for two") {
    std::string text = print(*module);
    size_t at = 0, edits = 0; // every slot becomes slot 0
    while ((at = text.find("arith.remui", at)) != std::string::npos) {
      size_t two = text.find("%c2", at);
      REQUIRE(two != std::string::npos);
      text.replace(two, 3, "%c1");
      at = two;
      ++edits;
    }
    REQUIRE(edits > 0);
    auto raced = compiler.parse(text);
    REQUIRE(raced);
    mlir::FailureOr<program::Program> program = emitProgram(gemmOf(*raced), {});
    REQUIRE(mlir::succeeded(program));
    CHECK(!program::findRaces(*program).empty());
    mlir::PassManager pm(compiler.context.get());
    pm.addPass(createAccelCheckHazards());
    compiler.errors.clear();
    CHECK(mlir::failed(pm.run(*raced)));
    CHECK(compiler.errors.find("race on") != std::string::npos);
  }
  SECTION("every token is needed: a deleted one is a race") {
    size_t deleted = 0, total = 0;
    gemm.walk([&](accel::CommandOpInterface op) { total += op.getAfterTokens().size(); });
    REQUIRE(total > 0);
    for (size_t i = 0; i < total; ++i) {
      mlir::OwningOpRef<mlir::ModuleOp> clone(mlir::cast<mlir::ModuleOp>((*module)->clone()));
      size_t seen = 0;
      gemmOf(*clone).walk([&](accel::CommandOpInterface op) {
        size_t count = op.getAfterTokens().size();
        if (seen <= i && i < seen + count)
          op.getAfterTokensMutable().erase(i - seen);
        seen += count;
      });
      mlir::FailureOr<program::Program> program = emitProgram(gemmOf(*clone), {});
      REQUIRE(mlir::succeeded(program));
      CHECK(!program::findRaces(*program).empty());
      ++deleted;
    }
    std::printf("%zu tokens deleted one by one, each a race\n", deleted);
  }
}
