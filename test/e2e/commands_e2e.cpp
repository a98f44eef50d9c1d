// Do single commands of L3, emitted as programs, give golden's bits in the simulator, without a race?
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Accel/Accel.h"
#include "mlir/Target/AccelProgram/EmitProgram.h"
#include "sim/program/hazards.h"
#include "sim/program/serialize.h"
#include "sim/program/verify.h"
#include "test/e2e/end_to_end.h"
#include "test/runtime/conformance/kind_case.h"
#include "test/sim/support/fork_run.h"

#include <iostream>
#include <map>

using namespace accord;
using namespace accord::test;

namespace {

mlir::func::FuncOp onlyFunction(mlir::ModuleOp module) {
  return *module.getOps<mlir::func::FuncOp>().begin();
}

/// Addresses one behind the other in each memory; whether tiles fit is another test's question.
void assignAddresses(mlir::func::FuncOp function) {
  std::map<accel::Memory, int64_t> ends;
  function.walk([&](mlir::memref::AllocOp op) {
    const mlir::MemRefType type = op.getType();
    int64_t &end = ends[*accel::memoryOf(type)];
    op->setAttr("accel.address", mlir::OpBuilder(op).getI64IntegerAttr(end));
    end = llvm::alignTo(end + type.getNumElements() * type.getElementTypeBitWidth() / 8, 64);
  });
}

} // namespace

TEST_CASE("single commands give golden's bits in the simulator", "[e2e][commands]") {
  Random random(testSeed("commands"));
  driver::Toolchain toolchain;
  Hardware hardware = roomyMachine();
  hardware.macArray = macMachine().macArray; // a machine with every unit
  std::map<std::string, std::pair<uint64_t, uint64_t>> counts;
  uint64_t races = 0, bytesChecked = 0;
  for (const KindCase &c : kindCases(random)) {
    INFO(c.name);
    Module module = parse(toolchain, c.l3.text());
    mlir::func::FuncOp function = onlyFunction(*module);
    assignAddresses(function);
    mlir::FailureOr<program::Program> emitted = emitProgram(function, c.scalars);
    REQUIRE(mlir::succeeded(emitted));
    // As a simulator in another process gets it.
    const program::Program p = must(program::parse(program::serialize(*emitted), "program"));
    must(program::verify(p));
    races += program::findRaces(p).size();

    sim::DramImage image;
    uint32_t result = 0;
    for (uint32_t i = 0, next = 0; i < p.buffers.size(); ++i) {
      if (p.buffers[i].role == program::Role::Argument)
        image.buffers[i] = c.arguments[next++];
      if (p.buffers[i].role == program::Role::Result)
        result = i;
    }
    sim::SimOptions options;
    options.values = options.trapRaces = true;
    const sim::SimResult run = must(simulateForked(p, hardware, image, options));
    bytesChecked += run.bytesChecked;
    uint64_t differ = 0;
    auto &[programs, compared] = counts[c.name.substr(0, c.name.find(' '))];
    compared += c.compare(image.buffers.at(result).copy(), differ);
    ++programs;
    REQUIRE(differ == 0);
  }
  for (const auto &[kind, count] : counts)
    std::cout << "simulator: " << kind << ": " << count.first << " programs, " << count.second
              << " values compared\n";
  std::cout << "races " << races << ", bytes checked for races " << bytesChecked << std::endl;
  CHECK(races == 0);
  CHECK(counts.size() == 14);
}

TEST_CASE("live positions are numbers when a program is emitted", "[e2e][commands]") {
  driver::Toolchain toolchain;
  Module module = parse(toolchain, R"(
func.func @program(%s: index) attributes {accel.program} {
  %x = memref.alloc() {accel.address = 0 : i64} : memref<6x40xf32, #accel.mem<spm>>
  %y = memref.alloc() {accel.address = 1024 : i64} : memref<6x40xf32, #accel.mem<spm>>
  %one = arith.constant 1 : index
  %n = arith.addi %s, %one : index
  %t = accel.softmax ins(%x : memref<6x40xf32, #accel.mem<spm>>) outs(%y : memref<6x40xf32, #accel.mem<spm>>)
         live(%n) {heads = 3 : i64, chunk = 16 : i64, accel.op = "attn"}
  %u = accel.map ins(%x : memref<6x40xf32, #accel.mem<spm>>) outs(%y : memref<6x40xf32, #accel.mem<spm>>)
         after(%t) {body = "x0: v0 = sigmoid x0; v1 = mul x0 v0; yield v1", accel.op = "silu"}
  %v = accel.map ins(%x : memref<6x40xf32, #accel.mem<spm>>) outs(%y : memref<6x40xf32, #accel.mem<spm>>)
         after(%u) {body = "x0: v0 = sigmoid x0; v1 = mul x0 v0; yield v1"}
  %w = accel.map ins(%x : memref<6x40xf32, #accel.mem<spm>>) outs(%y : memref<6x40xf32, #accel.mem<spm>>)
         after(%v) {body = "x0: v0 = sigmoid x0; v1 = mul x0 v0; yield v1", accel.op = "attn"}
  return
}
)");
  // Two queries: the second sees one more; columns come by 16 and end at 40.
  for (auto [scalar, columns] :
       {std::pair<int64_t, int64_t>{0, 16}, {14, 16}, {15, 32}, {31, 40}, {38, 40}}) {
    INFO("scalar " << scalar);
    mlir::FailureOr<program::Program> p = emitProgram(onlyFunction(*module), {scalar});
    REQUIRE(mlir::succeeded(p));
    must(program::verify(*p));
    const program::Command &c = p->commands[0];
    CHECK(c.live == scalar + 1);
    CHECK(c.reads[0].sizes == std::vector<int64_t>{6, columns});
    CHECK(c.reads[0].strides == std::vector<int64_t>{40, 1});
    CHECK(c.writes[0].sizes == c.reads[0].sizes);
  }
  mlir::FailureOr<program::Program> p = emitProgram(onlyFunction(*module), {0});
  REQUIRE(mlir::succeeded(p));
  CHECK(p->ops == std::vector<std::string>{"", "attn", "silu"});
  CHECK(p->commands[0].opName == 1);
  CHECK(p->commands[1].opName == 2);
  CHECK(p->commands[2].opName == 0);
  CHECK(p->commands[3].opName == 1);
  for (auto [scalar, message] : {std::pair<int64_t, const char *>{-1, "got 0 to 1"}, {39, "got 40 to 41"}}) {
    std::string errors;
    mlir::ScopedDiagnosticHandler handler(&toolchain.context(), [&](mlir::Diagnostic &d) {
      errors += d.str();
      return mlir::success();
    });
    CHECK(mlir::failed(emitProgram(onlyFunction(*module), {scalar})));
    CHECK_THAT(errors, Catch::Matchers::Contains("expected 1 to 40 live positions, " + std::string(message)));
  }
}
