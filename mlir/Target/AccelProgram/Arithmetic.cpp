// Index arithmetic of programs, evaluated.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Target/AccelProgram/Arithmetic.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace accord {

static bool compare(arith::CmpIPredicate predicate, int64_t a, int64_t b) {
  switch (predicate) {
  case arith::CmpIPredicate::eq:
    return a == b;
  case arith::CmpIPredicate::ne:
    return a != b;
  case arith::CmpIPredicate::slt:
    return a < b;
  case arith::CmpIPredicate::sle:
    return a <= b;
  case arith::CmpIPredicate::sgt:
    return a > b;
  case arith::CmpIPredicate::sge:
    return a >= b;
  case arith::CmpIPredicate::ult:
    return uint64_t(a) < uint64_t(b);
  case arith::CmpIPredicate::ule:
    return uint64_t(a) <= uint64_t(b);
  case arith::CmpIPredicate::ugt:
    return uint64_t(a) > uint64_t(b);
  case arith::CmpIPredicate::uge:
    return uint64_t(a) >= uint64_t(b);
  }
  llvm_unreachable("all predicates are above");
}

FailureOr<int64_t> evaluateArith(Operation *op, function_ref<int64_t(Value)> valueOf) {
  APInt constant;
  Value result = op->getResult(0);
  if (matchPattern(op, m_ConstantInt(&constant)))
    return result.getType().isInteger(1) ? int64_t(constant.getBoolValue()) : constant.getSExtValue();
  auto in = [&](unsigned i) { return valueOf(op->getOperand(i)); };
  const bool divides = mlir::isa<arith::DivUIOp, arith::DivSIOp, arith::RemUIOp, arith::RemSIOp,
                                 arith::FloorDivSIOp, arith::CeilDivSIOp, arith::CeilDivUIOp>(op);
  if (divides && in(1) == 0)
    return op->emitOpError() << "divides by 0";
  // The only quotient that has no place in 64 bits.
  const bool isSigned =
      mlir::isa<arith::DivSIOp, arith::RemSIOp, arith::FloorDivSIOp, arith::CeilDivSIOp>(op);
  if (isSigned && in(0) == INT64_MIN && in(1) == -1)
    return op->emitOpError() << "expected a result of 64 bits, got one beyond of " << in(0) << " and "
                             << in(1);
  if (mlir::isa<arith::ShLIOp>(op) && (in(1) < 0 || in(1) >= 64))
    return op->emitOpError() << "expected a shift by 0 to 63, got " << in(1);
  if (mlir::isa<arith::AddIOp, arith::SubIOp, arith::MulIOp>(op)) {
    const std::optional<int64_t> exact = mlir::isa<arith::AddIOp>(op)   ? llvm::checkedAdd(in(0), in(1))
                                         : mlir::isa<arith::SubIOp>(op) ? llvm::checkedSub(in(0), in(1))
                                                                        : llvm::checkedMul(in(0), in(1));
    if (!exact)
      return op->emitOpError() << "expected a result of 64 bits, got one beyond of " << in(0) << " and "
                               << in(1);
    return *exact;
  }
  std::optional<int64_t> value =
      llvm::TypeSwitch<Operation *, std::optional<int64_t>>(op)
          .Case([&](arith::DivUIOp) { return int64_t(uint64_t(in(0)) / uint64_t(in(1))); })
          .Case([&](arith::RemUIOp) { return int64_t(uint64_t(in(0)) % uint64_t(in(1))); })
          .Case([&](arith::CeilDivUIOp) {
            const uint64_t a = uint64_t(in(0)), b = uint64_t(in(1));
            return int64_t(a / b + (a % b != 0));
          })
          .Case([&](arith::DivSIOp) { return in(0) / in(1); })
          .Case([&](arith::RemSIOp) { return in(0) % in(1); })
          .Case([&](arith::FloorDivSIOp) { return llvm::divideFloorSigned(in(0), in(1)); })
          .Case([&](arith::CeilDivSIOp) { return llvm::divideCeilSigned(in(0), in(1)); })
          .Case([&](arith::AndIOp) { return in(0) & in(1); })
          .Case([&](arith::OrIOp) { return in(0) | in(1); })
          .Case([&](arith::XOrIOp) { return in(0) ^ in(1); })
          .Case([&](arith::ShLIOp) { return int64_t(uint64_t(in(0)) << in(1)); })
          .Case<arith::MinSIOp>([&](auto) { return std::min(in(0), in(1)); })
          .Case<arith::MaxSIOp>([&](auto) { return std::max(in(0), in(1)); })
          .Case<arith::MinUIOp>([&](auto) { return int64_t(std::min(uint64_t(in(0)), uint64_t(in(1)))); })
          .Case<arith::MaxUIOp>([&](auto) { return int64_t(std::max(uint64_t(in(0)), uint64_t(in(1)))); })
          .Case([&](arith::CmpIOp c) { return int64_t(compare(c.getPredicate(), in(0), in(1))); })
          .Case([&](arith::SelectOp) { return in(0) ? in(1) : in(2); })
          .Case([&](arith::IndexCastOp) { return in(0); })
          .Default([](Operation *) { return std::nullopt; });
  if (!value)
    return op->emitError() << "expected index arithmetic that a command processor resolves, got '"
                           << op->getName() << "'";
  return *value;
}

} // namespace accord
