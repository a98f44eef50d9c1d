// Runs of programs: one body for each set of scalars, and windows in bytes.
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

constexpr const char *text = R"(
func.func @part(%x: memref<16xf16> {accel.role = "argument"}, %y: memref<4xf16> {accel.role = "result"}, %at: index)
    attributes {accel.program} {
  %t = memref.alloc() {accel.address = 0 : i64} : memref<4xf16, #accel.mem<spm>>
  %w = memref.subview %x[%at] [4] [1] : memref<16xf16> to memref<4xf16, strided<[1], offset: ?>>
  %0 = accel.load %w to %t : memref<4xf16, strided<[1], offset: ?>> to memref<4xf16, #accel.mem<spm>>
  %1 = accel.store %t to %y after(%0) : memref<4xf16, #accel.mem<spm>> to memref<4xf16>
  return
}
func.func @sequence(%x: memref<16xf16> {accel.role = "argument"}, %y: memref<12xf16> {accel.role = "result"})
    attributes {accel.sequence} {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  accel.run @part(%x, %y) at(%c0, %c0) scalars(%c4) : memref<16xf16>, memref<12xf16>
  accel.run @part(%x, %y) at(%c0, %c4) scalars(%c8) : memref<16xf16>, memref<12xf16>
  accel.run @part(%x, %y) at(%c0, %c8) scalars(%c4) : memref<16xf16>, memref<12xf16>
  return
}
)";

} // namespace

TEST_CASE("a body is one for its scalars", "[mlir][accel]") {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  context.loadDialect<accel::AccelDialect, arith::ArithDialect, func::FuncDialect, memref::MemRefDialect>();
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  REQUIRE(module);
  FailureOr<program::Sequence> sequence = emitSequence(module->lookupSymbol<func::FuncOp>("sequence"), {});
  REQUIRE(succeeded(sequence));
  REQUIRE(sequence->calls.size() == 3);
  REQUIRE(sequence->bodies.size() == 2);
  CHECK(sequence->calls[0].body == sequence->calls[2].body);
  CHECK(sequence->calls[0].body != sequence->calls[1].body);
  for (auto [i, call] : llvm::enumerate(sequence->calls)) {
    const program::Program &body = sequence->bodies[call.body];
    CHECK(body.commands.at(0).reads[0].offset == (i == 1 ? 8 : 4)); // elements of the body's buffer
    REQUIRE(call.bindings.size() == 2);
    CHECK(call.bindings[1].byteOffset == int64_t(i) * 4 * 2); // bytes of the sequence's
  }
}
