// Numbers of commands, each in its own field of the program.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Accel/Accel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Target/AccelProgram/EmitProgram.h"
#include <catch2/catch.hpp>

using namespace accord;
using namespace mlir;

namespace {

/// The only command of a program of these buffers and this op.
program::Command commandOf(const std::string &buffers, const std::string &op) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  context.loadDialect<accel::AccelDialect, arith::ArithDialect, func::FuncDialect, memref::MemRefDialect>();
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(
      "func.func @p() attributes {accel.program} {\n" + buffers + op + "\n return\n}", &context);
  REQUIRE(module);
  FailureOr<program::Program> program = emitProgram(module->lookupSymbol<func::FuncOp>("p"), {});
  REQUIRE(succeeded(program));
  REQUIRE(program->commands.size() == 1);
  return program->commands[0];
}
std::string buffer(const std::string &name, const std::string &shape) {
  return " %" + name + " = memref.alloc() {accel.address = 0 : i64} : memref<" + shape +
         ", #accel.mem<spm>>\n";
}

} // namespace

TEST_CASE("scale groups of activations and of weights are two numbers", "[mlir][accel]") {
  const std::string types = "memref<6x2x64xi32, #accel.mem<spm>>, memref<2x6xi32, #accel.mem<spm>>, "
                            "memref<2x3xf32, #accel.mem<spm>>, memref<1x2x64xf16, #accel.mem<spm>>";
  program::Command c = commandOf(buffer("i", "6x2x64xi32") + buffer("a", "2x6xi32") + buffer("s", "2x3xf32") +
                                     buffer("d", "1x2x64xf16") + buffer("y", "2x64xf32"),
                                 " %0 = accel.dequant ins(%i, %a, %s, %d : " + types +
                                     ") outs(%y : memref<2x64xf32, #accel.mem<spm>>) "
                                     "{bits = 4 : i64, group = 16 : i64, zero = 8 : i64, act_group = 32 : "
                                     "i64, weight_group = 48 : i64}");
  CHECK(c.group == 16);
  CHECK(c.actGroup == 32);
  CHECK(c.weightGroup == 48);
  CHECK(c.bits == 4);
  CHECK(c.zero == 8);
  CHECK(!c.accumulate);
}

TEST_CASE("softmax of live positions takes whole chunks", "[mlir][accel]") {
  // Rows 0 and 1 of two heads each: the last sees live + 1 positions.
  auto columns = [](int64_t live) {
    program::Command c = commandOf(
        buffer("x", "4x40xf32") + buffer("y", "4x40xf32") + " %n = arith.constant " + std::to_string(live) +
            " : index\n",
        " %0 = accel.softmax ins(%x : memref<4x40xf32, #accel.mem<spm>>) outs(%y : memref<4x40xf32, "
        "#accel.mem<spm>>) live(%n) {heads = 2 : i64, chunk = 16 : i64}");
    CHECK(c.live == live);
    CHECK(c.reads[0].sizes[1] == c.writes[0].sizes[1]);
    return int64_t(c.reads[0].sizes[1]);
  };
  CHECK(columns(1) == 16);
  CHECK(columns(15) == 16);
  CHECK(columns(16) == 32);
  CHECK(columns(31) == 32);
  CHECK(columns(32) == 40); // there are no more
  CHECK(columns(39) == 40);
}
