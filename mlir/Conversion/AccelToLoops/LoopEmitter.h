// What the expansions of commands are written with: parallel and sequential loops, indexed loads and
// stores, index arithmetic, and the scratch buffers of commands with more than one step.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "dialects/Accel/Accel.h"
#include "mlir/Conversion/Numerics/Numerics.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace accord {

/// Scratch memrefs of one function, at its top in spm, shared by all commands that ask for the same shape and
/// type: commands run one after the other, and no command keeps a value in scratch.
class Scratch {
public:
  explicit Scratch(mlir::func::FuncOp func) : func(func) {}
  /// `slot` tells apart the buffers of one command.
  mlir::Value get(llvm::ArrayRef<int64_t> shape, mlir::Type element, unsigned slot = 0);

private:
  mlir::func::FuncOp func;
  std::map<std::pair<const void *, unsigned>, mlir::Value> buffers;
};

class LoopEmitter {
public:
  LoopEmitter(mlir::OpBuilder &builder, mlir::Location loc, Scratch &scratch)
      : b(builder), loc(loc), num(builder, loc), scratch(scratch) {}

  using Body = llvm::function_ref<void(mlir::ValueRange)>;
  /// One scf.parallel over 0..extents, whose iterations the caller keeps independent.
  void parallel(llvm::ArrayRef<int64_t> extents, Body body);
  /// Sequential from `lower` up to `upper`, carrying `init`; the body returns the next carried value.
  mlir::Value fold(mlir::Value lower, mlir::Value upper, mlir::Value step, mlir::Value init,
                   llvm::function_ref<mlir::Value(mlir::Value index, mlir::Value carried)> body);

  mlir::Value index(int64_t value);
  mlir::Value addIndex(mlir::Value x, mlir::Value y);
  mlir::Value addIndex(mlir::Value x, int64_t y);
  mlir::Value scale(mlir::Value x, int64_t by);
  /// The upper bound of group `g` of `size` elements out of `total`: min((g + 1)*size, total).
  mlir::Value groupEnd(mlir::Value g, int64_t size, int64_t total);
  /// min(x, limit), in the form whose range LoopsToGPU finds.
  mlir::Value atMost(mlir::Value x, int64_t limit);

  mlir::Value load(mlir::Value memref, llvm::ArrayRef<mlir::Value> at);
  /// An i8 or i16 element, sign-extended to i32.
  mlir::Value loadSigned(mlir::Value memref, llvm::ArrayRef<mlir::Value> at);
  /// An f16 element, widened by integer operations.
  mlir::Value loadF16(mlir::Value memref, llvm::ArrayRef<mlir::Value> at);
  /// An f32 element, or an f16 one as loadF16.
  mlir::Value loadFloat(mlir::Value memref, llvm::ArrayRef<mlir::Value> at);
  /// An f32 into an f16 element, narrowed by integer operations.
  void storeF16(mlir::Value value, mlir::Value memref, llvm::ArrayRef<mlir::Value> at);
  void store(mlir::Value value, mlir::Value memref, llvm::ArrayRef<mlir::Value> at);
  mlir::Value i32(int64_t value);
  /// The f32 nearest to `value`.
  mlir::Value f32(double value);

  mlir::OpBuilder &b;
  mlir::Location loc;
  numerics::Emitter num;
  Scratch &scratch;
};

/// The expansion of a command before the emitter's insertion point.
void expandCommand(LoopEmitter &e, accel::CommandOpInterface op);

void expandCopy(LoopEmitter &e, mlir::Value source, mlir::Value dest);
void expandGather(LoopEmitter &e, accel::GatherOp op);
void expandTable(LoopEmitter &e, accel::TableOp op);
void expandGroupSums(LoopEmitter &e, mlir::Value codes, mlir::Value asum, int64_t group);
void expandLmma(LoopEmitter &e, accel::LmmaOp op);
void expandMma(LoopEmitter &e, accel::MmaOp op);

} // namespace accord
