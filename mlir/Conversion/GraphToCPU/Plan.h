// What a function of the graph becomes before any code is written: steps, where their values lie, how threads
// share them, and where they have to wait for each other.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "mlir/Conversion/GraphToCPU/GraphToCPU.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/MapVector.h"

namespace accord::cpu {

constexpr int64_t dynamicRows = mlir::ShapedType::kDynamic;

/// A piece of memory: rows of `rowBytes`.
struct Slot {
  enum class Home {
    Argument,  ///< of the function, by number; never written, but for caches
    Result,    ///< of the function, by number
    Parameter, ///< a buffer that every function sees, by number
    Constant,  ///< of the function, by number: part of the code
    Shared,    ///< in the workspace
    Private    ///< in each thread's part of it: every thread computes its own copy
  };
  Home home;
  unsigned index = 0;
  int64_t rows = 1, rowBytes = 0;
  /// In its part of the workspace: bytes, or bytes a row where rows are dynamic (those have a part of their
  /// own).
  int64_t offset = 0;
  /// Steps of the first write and the last use.
  int first = 0, last = 0;
};

/// A tensor: a slot, or rows and columns of it from an offset on.
struct View {
  unsigned slot;
  mlir::Value rowOffset; ///< index of the graph; null: 0
  int64_t fixedRow = 0;  ///< in addition
  int64_t columnBytes = 0;
  bool whole() const { return !rowOffset && fixedRow == 0 && columnBytes == 0; }
};

/// Which part of a step, or of a slot, is a thread's own.
struct Split {
  enum Kind {
    All,   ///< every thread all of it
    Rows,  ///< rows, in `count` of them
    Tiles, ///< columns, in tiles of 16, all rows
    Heads, ///< columns, in groups of heads
    Units  ///< rows and heads, dealt out in turn
  } kind = All;
  int64_t count = 0;
  bool operator==(const Split &other) const { return kind == other.kind && count == other.count; }
};

struct Access {
  unsigned slot;
  bool write;
  Split split;
};

/// The sums over groups of codes that products with a zero point or a minimum need.
struct GroupSums {
  mlir::Value codes;
  int64_t group, zero;
};

/// A factor of a product that the graph computes, [N, K], or [K, N] where it is turned: packed where it is
/// read.
struct Packing {
  mlir::Value rows;
  bool turned;
  int64_t n, k;
  mlir::Type element;
};

struct Step {
  mlir::Operation *op = nullptr; ///< null: group sums, a packing, or the copy of a result
  std::optional<GroupSums> sums;
  std::optional<Packing> packing;
  std::optional<std::pair<View, unsigned>> copy; ///< from a value to a result's slot
  Split split;
  llvm::SmallVector<unsigned> outputs; ///< slots
  llvm::SmallVector<Access> accesses;
  bool barrier = false; ///< before it
};

/// Buffers that the whole module shares: parameters and rotary tables.
struct Globals {
  std::vector<rt::BufferBinding> buffers;
  llvm::DenseMap<mlir::Value, unsigned> indices;
};

struct Plan {
  llvm::SmallVector<Slot> slots;
  llvm::DenseMap<mlir::Value, View> views;
  llvm::SmallVector<std::pair<GroupSums, unsigned>> sums; ///< and their slots
  llvm::SmallVector<mlir::arith::ConstantOp> constants;   ///< of tensors
  llvm::DenseMap<mlir::Operation *, unsigned> packed;     ///< slots of computed factors, by their product
  std::vector<Step> steps;
  bool barrierAtEnd = false;
  int64_t sharedBytes = 0, sharedBytesPerRow = 0, privateBytes = 0;

  /// Of this function and all that it calls.
  int64_t totalShared = 0, totalSharedPerRow = 0, totalPrivate = 0;
};

/// Rows and bytes of one row of a tensor of activations or tokens; all axes but the last are rows.
mlir::FailureOr<std::pair<int64_t, int64_t>> rowsOf(mlir::Type type);
/// How the memory of an argument or a parameter is laid out, which only its uses tell.
enum class Form { Rows, Packed, Keys, Values };
using Forms = llvm::DenseMap<mlir::Value, Form>;
/// Finds the forms of all arguments and parameters, through calls in both directions. Reports what is used in
/// two.
mlir::LogicalResult findForms(mlir::ModuleOp module, Forms &forms);

/// Plans one function, whose callees are in `callees` already. Reports what it has no kernel for.
mlir::FailureOr<Plan> planFunction(mlir::func::FuncOp function, const Globals &globals, const Forms &forms,
                                   const llvm::MapVector<mlir::Operation *, Plan> &callees);

} // namespace accord::cpu
