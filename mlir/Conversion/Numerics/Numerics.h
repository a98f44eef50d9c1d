// The primitives and built functions of the numerics contract as arith operations.
//
// Written from sim/golden/README.md, not from golden's C++: the two share only the table of constants, so
// that their comparison means something. Emits addf, subf, mulf without fast-math flags, integer operations,
// compares, selects, bit casts, sitofp of values that convert exactly, and fptosi of values already rounded
// and in range. No math dialect, no fma, no division: what remains is what every target rounds alike.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"

namespace accord::numerics {

/// Emits at the builder's insertion point. Every value is a scalar or a vector<Nx...>; operands of one call
/// have one shape, and constants take it.
class Emitter {
public:
  Emitter(mlir::OpBuilder &builder, mlir::Location loc) : b(builder), loc(loc) {}

  /// The f32 with these bits, and the i32 (or i16, i8) of this value, splat to the shape of `like`.
  mlir::Value f32(uint32_t bits, mlir::Value like);
  mlir::Value i32(int64_t value, mlir::Value like);

  mlir::Value add(mlir::Value x, mlir::Value y);
  mlir::Value sub(mlir::Value x, mlir::Value y);
  mlir::Value mul(mlir::Value x, mlir::Value y);
  /// `x > y ? x : y`: y when either is NaN.
  mlir::Value max(mlir::Value x, mlir::Value y);
  /// The bits of f32 as i32, and back.
  mlir::Value bits(mlir::Value x);
  mlir::Value fromBits(mlir::Value i);
  /// The bits of f16 as i16.
  mlir::Value f16Bits(mlir::Value x);

  /// i32 -> f32, |value| < 2^24.
  mlir::Value fromInt(mlir::Value i);
  /// (x + 1.5*2^23) - 1.5*2^23: x rounded to an integer, ties to even; |x| < 2^22.
  mlir::Value magicRound(mlir::Value x);
  /// magicRound, then the exact conversion to i32.
  mlir::Value roundToInt(mlir::Value x);

  /// f16 -> f32 and f32 -> f16 on bit patterns in i16, by integer operations.
  mlir::Value widenF16(mlir::Value i16Bits);
  mlir::Value narrowF16(mlir::Value x);

  mlir::Value rcp(mlir::Value x);
  mlir::Value rsqrt(mlir::Value x);
  mlir::Value exp(mlir::Value x);
  mlir::Value tanh(mlir::Value x);
  mlir::Value erf(mlir::Value x);
  mlir::Value sigmoid(mlir::Value x);
  mlir::Value silu(mlir::Value x);

  mlir::Value select(mlir::Value condition, mlir::Value x, mlir::Value y);
  mlir::Value cmp(mlir::arith::CmpFPredicate p, mlir::Value x, mlir::Value y);
  mlir::Value cmp(mlir::arith::CmpIPredicate p, mlir::Value x, mlir::Value y);
  mlir::Value addI(mlir::Value x, mlir::Value y);
  mlir::Value subI(mlir::Value x, mlir::Value y);
  mlir::Value mulI(mlir::Value x, mlir::Value y);
  mlir::Value andI(mlir::Value x, mlir::Value y);
  mlir::Value orI(mlir::Value x, mlir::Value y);
  mlir::Value xorI(mlir::Value x, mlir::Value y);
  mlir::Value shl(mlir::Value x, int64_t by);
  mlir::Value shrU(mlir::Value x, int64_t by);
  mlir::Value shrS(mlir::Value x, int64_t by);

private:
  /// `element` in the shape of `like`.
  static mlir::Type shaped(mlir::Type element, mlir::Type like);

  mlir::OpBuilder &b;
  mlir::Location loc;
};

/// The sum of 16 lanes, of which the first `live` (1..16) hold a term: folded 8, 4, 2, 1, absent lanes
/// skipped.
mlir::Value foldLanes(Emitter &e, llvm::SmallVector<mlir::Value> lanes);

} // namespace accord::numerics
