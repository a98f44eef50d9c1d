// Index arithmetic of programs against MLIR's own folding of the same ops, on numbers around every edge.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Target/AccelProgram/Arithmetic.h"
#include <catch2/catch.hpp>
#include <iostream>

using namespace accord;
using namespace mlir;

namespace {

struct Fixture {
  MLIRContext context{MLIRContext::Threading::DISABLED};
  OwningOpRef<ModuleOp> module;
  OpBuilder b{&context};
  Value left, right;

  Fixture() {
    context.loadDialect<arith::ArithDialect>();
    context.getDiagEngine().registerHandler([](Diagnostic &) { return success(); });
    module = ModuleOp::create(b.getUnknownLoc());
    Block *block = module->getBody();
    left = block->addArgument(b.getIndexType(), b.getUnknownLoc());
    right = block->addArgument(b.getIndexType(), b.getUnknownLoc());
    b.setInsertionPointToEnd(block);
  }

  /// What the op folds to for two numbers; none where folding gives up.
  std::optional<int64_t> folded(Operation *op, int64_t x, int64_t y) {
    Attribute operands[] = {b.getIndexAttr(x), b.getIndexAttr(y)};
    SmallVector<OpFoldResult> results;
    if (failed(op->fold(operands, results)) || results.empty())
      return std::nullopt;
    if (auto value = dyn_cast<Value>(results[0]))
      return value == left ? x : y;
    auto number = cast<IntegerAttr>(cast<Attribute>(results[0]));
    return number.getType().isInteger(1) ? number.getValue().getZExtValue() : number.getInt();
  }
};

const int64_t edges[] = {INT64_MIN, INT64_MIN + 1, -64,      -7, -3, -2, -1, 0, 1, 2, 3, 7, 63,
                         64,        INT64_MAX - 1, INT64_MAX};

} // namespace

TEST_CASE("index arithmetic is what MLIR folds it to", "[mlir][accel]") {
  Fixture f;
  Type index = f.b.getIndexType();
  SmallVector<Operation *> ops;
  for (const char *name :
       {"addi", "subi", "muli", "divui", "divsi", "remui", "remsi", "ceildivui", "ceildivsi", "floordivsi",
        "andi", "ori", "xori", "shli", "minsi", "maxsi", "minui", "maxui"}) {
    OperationState state(f.b.getUnknownLoc(), ("arith." + std::string(name)).c_str(), {f.left, f.right},
                         {index});
    ops.push_back(f.b.create(state));
  }
  for (unsigned i = 0; i <= arith::getMaxEnumValForCmpIPredicate(); ++i)
    ops.push_back(f.b.create<arith::CmpIOp>(f.b.getUnknownLoc(), arith::CmpIPredicate(i), f.left, f.right));
  uint64_t compared = 0, refused = 0;
  for (Operation *op : ops)
    for (int64_t x : edges)
      for (int64_t y : edges) {
        FailureOr<int64_t> got = evaluateArith(op, [&](Value v) { return v == f.left ? x : y; });
        std::optional<int64_t> expected = f.folded(op, x, y);
        INFO(op->getName().getStringRef().str() << " of " << x << " and " << y);
        if (failed(got)) {
          // Sums and products that wrap in MLIR are refused here, and a remainder whose quotient has no 64
          // bits.
          if (expected && mlir::isa<arith::AddIOp, arith::SubIOp, arith::MulIOp>(op)) {
            const __int128 exact = mlir::isa<arith::AddIOp>(op)   ? __int128(x) + y
                                   : mlir::isa<arith::SubIOp>(op) ? __int128(x) - y
                                                                  : __int128(x) * y;
            CHECK(exact != __int128(*expected));
          } else {
            CHECK((!expected || (mlir::isa<arith::RemSIOp>(op) && x == INT64_MIN && y == -1)));
          }
          ++refused;
        } else if (expected) {
          CHECK(*got == *expected);
          ++compared;
        }
      }
  std::cout << "arithmetic: " << compared << " results compared, " << refused << " refused" << std::endl;
  CHECK(compared > 5000);
  CHECK(refused > 100);
}
