// What ops say that they read and write: passes, tokens and programs believe them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Accel/Accel.h"
#include "dialects/LUT/LUT.h"
#include "dialects/NN/NN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include <catch2/catch.hpp>

using namespace accord;
using namespace mlir;

namespace {

/// Of the ops of @f that have effects, in order: each memref argument's number with r, w or rw.
std::vector<std::string> effectsOf(const char *text) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  context.loadDialect<accel::AccelDialect, lut::LUTDialect, nn::NNDialect, arith::ArithDialect,
                      func::FuncDialect, memref::MemRefDialect, tensor::TensorDialect>();
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  REQUIRE(module);
  std::vector<std::string> all;
  for (Operation &op : module->lookupSymbol<func::FuncOp>("f").getBody().front()) {
    auto interface = dyn_cast<MemoryEffectOpInterface>(op);
    if (!interface || isPure(&op))
      continue;
    std::string line;
    for (BlockArgument argument : op.getBlock()->getArguments()) {
      SmallVector<MemoryEffects::EffectInstance> effects;
      interface.getEffectsOnValue(argument, effects);
      auto has = [&](auto kind) {
        return llvm::any_of(effects,
                            [&](auto &effect) { return mlir::isa<decltype(kind)>(effect.getEffect()); });
      };
      const bool reads = has(MemoryEffects::Read()), writes = has(MemoryEffects::Write());
      if (reads || writes)
        line += (line.empty() ? "" : " ") + std::to_string(argument.getArgNumber()) + (reads ? "r" : "") +
                (writes ? "w" : "");
    }
    all.push_back(line);
  }
  return all;
}

using Lines = std::vector<std::string>;

} // namespace

TEST_CASE("an op that continues a sum reads it", "[mlir][effects]") {
  CHECK(effectsOf(R"(
!s = memref<4x2x64xi32, #accel.mem<spm>>
!y = memref<2x64xf32, #accel.mem<spm>>
func.func @f(%i: !s, %a: memref<2x4xi32, #accel.mem<spm>>, %s: memref<2x4xf32, #accel.mem<spm>>,
             %d: memref<1x4x64xf16, #accel.mem<spm>>, %y: !y, %flag: i1) {
  %0 = accel.dequant ins(%i, %a, %s, %d : !s, memref<2x4xi32, #accel.mem<spm>>, memref<2x4xf32, #accel.mem<spm>>,
         memref<1x4x64xf16, #accel.mem<spm>>) outs(%y : !y) {bits = 4 : i64, group = 32 : i64, zero = 0 : i64}
  %1 = accel.dequant ins(%i, %a, %s, %d : !s, memref<2x4xi32, #accel.mem<spm>>, memref<2x4xf32, #accel.mem<spm>>,
         memref<1x4x64xf16, #accel.mem<spm>>) outs(%y : !y) accumulate(%flag) {bits = 4 : i64, group = 32 : i64, zero = 0 : i64}
  return
})") == Lines{"0r 1r 2r 3r 4w", "0r 1r 2r 3r 4rw"});
  CHECK(effectsOf(R"(
!w = !lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>
func.func @f(%q: memref<2x64xi8>, %s: memref<2x2xf32>, %w: memref<8x64x!w>, %y: memref<2x8xf32>, %flag: i1) {
  lut.mpgemm {act_group = 32} ins(%q, %s, %w : memref<2x64xi8>, memref<2x2xf32>, memref<8x64x!w>) outs(%y : memref<2x8xf32>)
  lut.mpgemm {act_group = 32} ins(%q, %s, %w : memref<2x64xi8>, memref<2x2xf32>, memref<8x64x!w>) outs(%y : memref<2x8xf32>)
    accumulate(%flag : i1)
  return
})") == Lines{"0r 1r 2r 3w", "0r 1r 2r 3rw"});
}

TEST_CASE("a cache is written where rows are appended and read where they are attended", "[mlir][effects]") {
  CHECK(effectsOf(R"(
!c = memref<1x16x1x4xf16>
func.func @f(%x: tensor<1x4xf32>, %k: !c, %v: !c, %p: index) {
  nn.cache_append ins(%x : tensor<1x4xf32>) into(%k : !c) at(%p, %p)
  %e = tensor.empty() : tensor<1x4xf32>
  %y = nn.attention {heads = 1, scale = 0.5} ins(%x : tensor<1x4xf32>) cache(%k, %v : !c, !c) at(%p, %p)
         outs(%e : tensor<1x4xf32>) -> tensor<1x4xf32>
  return
})") == Lines{"1w", "1r 2r"});
}
