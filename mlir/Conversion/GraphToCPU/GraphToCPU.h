// From a model's graph (L0) to vector code that a team of threads runs on a CPU. See README.md.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/device.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"

namespace accord {

/// What kernels may use of a CPU. Every choice gives the same bits.
struct CpuTarget {
  /// How four 8-bit products join a 32-bit sum: one instruction, 16-bit pairs in 512 or 256 bits, or plain
  /// arithmetic.
  enum class Dot { Vnni512, Pairs512, Pairs256, Plain };
  Dot dot = Dot::Plain;
  bool f16c = false; ///< conversions between f16 and f32
  /// Contraction of a product and a sum is allowed: results are no longer exact.
  bool fast = false;
};

/// The best choice on a machine that has the features (by LLVM's names: "avx512vnni") for which `has` is
/// true.
CpuTarget chooseCpuTarget(llvm::function_ref<bool(llvm::StringRef)> has);

/// Replaces the functions of a module by their SPMD form: kernels, and straight-line functions that call
/// them. On success the module holds nothing but arith, scf, vector, func and llvm, and each public function
/// @f of the graph has become the entry `__accord_f(buffers, scalars)`, whose image is in `images`.
mlir::LogicalResult lowerGraphToCpu(mlir::ModuleOp module, const CpuTarget &target,
                                    std::vector<rt::Image> &images);

/// What the CPU device loads: one image for each public function of `module`, in order, all with the same
/// bytes. The module is left as it is. Fails, with the diagnostics in the message, when an op is not one that
/// this target has a kernel for.
Expected<std::vector<rt::Image>> buildCpuGraphImages(mlir::ModuleOp module, const CpuTarget &target);

/// Registers pass `graph-to-cpu`.
void registerGraphToCpuPass();

} // namespace accord
