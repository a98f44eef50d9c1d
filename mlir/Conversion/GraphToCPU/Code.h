// What the kernels of the CPU backend are written with: pointers, vectors of 16 lanes, loops over i64.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Conversion/GraphToCPU/GraphToCPU.h"
#include "mlir/Conversion/Numerics/Numerics.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace accord::cpu {

/// Bits of −0.0: x + −0.0 is x for every x, so an accumulator that starts here starts from its first term,
/// and an absent term that is −0.0 is skipped.
constexpr uint32_t negativeZero = 0x80000000;

/// Emits at the builder's insertion point. Offsets and counts are i64; pointers are !llvm.ptr.
class Code {
public:
  Code(mlir::OpBuilder &builder, mlir::Location loc, const CpuTarget &target)
      : b(builder), loc(loc), target(target), e(builder, loc) {}

  mlir::Type ptrType() { return mlir::LLVM::LLVMPointerType::get(b.getContext()); }
  mlir::Type f32Type(int64_t lanes = 16) { return vectorOf(b.getF32Type(), lanes); }
  mlir::Type i32Type(int64_t lanes = 16) { return vectorOf(b.getI32Type(), lanes); }
  /// The element itself for 1 lane.
  mlir::Type vectorOf(mlir::Type element, int64_t lanes);

  mlir::Value i64(int64_t value);
  mlir::Value i32(int32_t value, int64_t lanes = 16);
  mlir::Value f32(uint32_t bits, int64_t lanes = 16);
  mlir::Value add(mlir::Value x, mlir::Value y) { return e.addI(x, y); }
  mlir::Value add(mlir::Value x, int64_t y) { return y ? e.addI(x, i64(y)) : x; }
  mlir::Value mul(mlir::Value x, int64_t y) { return y == 1 ? x : e.mulI(x, i64(y)); }
  mlir::Value mul(mlir::Value x, mlir::Value y) { return e.mulI(x, y); }
  /// Quotient and remainder of numbers that are not negative.
  mlir::Value div(mlir::Value x, int64_t y);
  mlir::Value rem(mlir::Value x, int64_t y);
  mlir::Value min(mlir::Value x, mlir::Value y);

  /// The address `bytes` behind p.
  mlir::Value at(mlir::Value p, mlir::Value bytes);
  mlir::Value at(mlir::Value p, int64_t bytes);
  /// Unaligned: no kernel depends on where a vector lies.
  mlir::Value load(mlir::Type type, mlir::Value p);
  void store(mlir::Value value, mlir::Value p);
  /// Into the second cache, for reading: the first has too few places for lines that are on their way.
  void prefetch(mlir::Value p);
  /// The first `live` lanes; `absent` in the others, whose memory is not touched.
  mlir::Value loadFirst(mlir::Type type, mlir::Value p, int64_t live, mlir::Value absent);
  void storeFirst(mlir::Value value, mlir::Value p, int64_t live);
  /// A mask of lanes: true in the first `live`.
  mlir::Value firstLanes(int64_t live, int64_t lanes);
  mlir::Value splat(mlir::Value scalar, int64_t lanes = 16);
  mlir::Value shuffle(mlir::Value x, mlir::Value y, llvm::ArrayRef<int64_t> lanes);
  /// Lanes 0.. as i32, 0 and up.
  mlir::Value laneIndices();
  /// One of 16 lanes left: lane i joins lane i + 8, then + 4, + 2, + 1.
  mlir::Value fold(mlir::Value lanes, llvm::function_ref<mlir::Value(mlir::Value, mlir::Value)> join);

  /// f16, bf16 or f32 -> f32, exactly; and back to f16, nearest even.
  mlir::Value widen(mlir::Value x);
  mlir::Value narrow(mlir::Value x, mlir::Type element);

  /// acc + Σ_j codes[4i + j]·activations[4i + j] in lane i: u8 by s8, exact. acc, codes and activations are
  /// vector<16xi32>.
  mlir::Value dot4(mlir::Value acc, mlir::Value codes, mlir::Value activations);
  /// x[2i]·y[2i] + x[2i + 1]·y[2i + 1] of 64 bytes (x without sign; saturates) or of 32 words, in twice the
  /// bits. For targets with Dot::Pairs256 or Pairs512.
  mlir::Value maddPairs(mlir::Value x, mlir::Value y);
  /// 64 bytes as integers of so many bits.
  mlir::Value bitcast(mlir::Value v, unsigned bits);

  void loop(mlir::Value begin, mlir::Value end, mlir::Value step, llvm::function_ref<void(mlir::Value)> body);
  void loop(mlir::Value begin, mlir::Value end, llvm::function_ref<void(mlir::Value)> body) {
    loop(begin, end, i64(1), body);
  }
  using Values = llvm::SmallVector<mlir::Value>;
  Values loop(mlir::Value begin, mlir::Value end, Values inits,
              llvm::function_ref<Values(mlir::Value, mlir::ValueRange)> body);

  mlir::OpBuilder &b;
  mlir::Location loc;
  const CpuTarget &target;
  numerics::Emitter e;

private:
  mlir::Value intrinsic(llvm::StringRef name, mlir::Type type, mlir::ValueRange operands);
};

/// A sum of dot4 over quads of codes below 2^codeBits, exact. Where the target multiplies bytes only by pairs
/// into words (vpmaddubsw), narrow codes are summed in words, as many quads as words can hold, then widened.
class DotSum {
public:
  DotSum(Code &c, mlir::Value start, int codeBits);
  void add(mlir::Value codes, mlir::Value activations);
  mlir::Value total();

private:
  void widen();

  Code *c;
  mlir::Value sum;
  mlir::Value words; ///< of the last `quads` quads
  int64_t quads = 0, limit = 0;
};

} // namespace accord::cpu
