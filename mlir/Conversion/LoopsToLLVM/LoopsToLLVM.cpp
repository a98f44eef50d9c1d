// The pipeline from loops form to the LLVM dialect, and its three small passes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/LoopsToLLVM/LoopsToLLVM.h"

#include "dialects/Accel/Accel.h"
#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVMPass.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVMPass.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace {

/// A CPU has one memory: #accel.mem spaces leave every type.
struct StripMemorySpacesPass : PassWrapper<StripMemorySpacesPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(StripMemorySpacesPass)
  StringRef getArgument() const override { return "strip-accel-memory-spaces"; }
  StringRef getDescription() const override {
    return "Remove #accel.mem memory spaces from every memref type";
  }

  void runOnOperation() override {
    AttrTypeReplacer replacer;
    replacer.addReplacement([](MemRefType type) -> std::optional<Type> {
      if (!isa_and_nonnull<accord::accel::MemoryAttr>(type.getMemorySpace()))
        return std::nullopt;
      return MemRefType::get(type.getShape(), type.getElementType(), type.getLayout());
    });
    replacer.recursivelyReplaceElementsIn(getOperation(), /*replaceAttrs=*/true, /*replaceLocs=*/false,
                                          /*replaceTypes=*/true);
  }
};

/// An on-chip buffer lives as long as the block that allocates it: a program never frees one.
struct FreeBuffersPass : PassWrapper<FreeBuffersPass, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FreeBuffersPass)
  StringRef getArgument() const override { return "free-accel-buffers"; }
  StringRef getDescription() const override { return "Free every memref.alloc at the end of its block"; }

  void runOnOperation() override {
    getOperation().walk([](memref::AllocOp alloc) {
      if (llvm::any_of(alloc->getUsers(), [](Operation *user) { return mlir::isa<memref::DeallocOp>(user); }))
        return;
      // A vector load is aligned at best to its own size; a cache line serves all.
      if (!alloc.getAlignment())
        alloc.setAlignment(64);
      OpBuilder b(alloc->getBlock()->getTerminator());
      b.create<memref::DeallocOp>(alloc.getLoc(), alloc);
    });
  }
};

/// `void __accord_f(void **buffers, int64_t *scalars)` beside each public function with a body: pointers come
/// from buffers and i64 from scalars, each in the order of the arguments.
struct PackEntriesPass : PassWrapper<PackEntriesPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PackEntriesPass)
  StringRef getArgument() const override { return "pack-accel-entries"; }
  StringRef getDescription() const override {
    return "Add an entry point with packed arguments to each LLVM function";
  }

  void runOnOperation() override {
    SmallVector<LLVM::LLVMFuncOp> functions;
    getOperation().walk([&](LLVM::LLVMFuncOp f) {
      if (!f.isExternal() && f.isPublic())
        functions.push_back(f);
    });
    for (LLVM::LLVMFuncOp f : functions)
      if (failed(pack(f)))
        return signalPassFailure();
  }

  LogicalResult pack(LLVM::LLVMFuncOp f) {
    OpBuilder b(&getContext());
    b.setInsertionPointAfter(f);
    Location loc = f.getLoc();
    auto pointer = LLVM::LLVMPointerType::get(&getContext());
    if (!mlir::isa<LLVM::LLVMVoidType>(f.getFunctionType().getReturnType()))
      return f.emitOpError("expected an entry without results, got ") << f.getFunctionType().getReturnType();
    auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(&getContext()), {pointer, pointer});
    auto entry = b.create<LLVM::LLVMFuncOp>(loc, ("__accord_" + f.getName()).str(), type);
    Block *block = entry.addEntryBlock(b);
    b.setInsertionPointToStart(block);
    SmallVector<Value> arguments;
    int32_t taken[2] = {0, 0};
    for (Type t : f.getFunctionType().getParams()) {
      bool scalar = t.isInteger(64);
      if (!scalar && t != pointer)
        return f.emitOpError("expected pointers and i64 as arguments of an entry, got ") << t;
      Value from = b.create<LLVM::GEPOp>(loc, pointer, t, block->getArgument(scalar),
                                         ArrayRef<LLVM::GEPArg>{taken[scalar]++});
      arguments.push_back(b.create<LLVM::LoadOp>(loc, t, from));
    }
    b.create<LLVM::CallOp>(loc, f, arguments);
    b.create<LLVM::ReturnOp>(loc, ValueRange());
    return success();
  }
};

} // namespace

void accord::buildLoopsToLLVMPipeline(OpPassManager &pm) {
  pm.addPass(std::make_unique<StripMemorySpacesPass>());
  pm.addNestedPass<func::FuncOp>(std::make_unique<FreeBuffersPass>());
  // Bodies of loops are full of equal constants and widenings; clean before they multiply as LLVM operations.
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createLoopInvariantCodeMotionPass());
  pm.addPass(createConvertSCFToCFPass());
  // Subviews become offsets and strides of their base, computed by affine maps.
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  pm.addPass(createConvertVectorToLLVMPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createFinalizeMemRefToLLVMConversionPass());
  ConvertFuncToLLVMPassOptions options;
  options.useBarePtrCallConv = true;
  pm.addPass(createConvertFuncToLLVMPass(options));
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(std::make_unique<PackEntriesPass>());
}

void accord::registerLoopsToLLVMPasses() {
  PassRegistration<StripMemorySpacesPass>();
  PassRegistration<FreeBuffersPass>();
  PassRegistration<PackEntriesPass>();
  PassPipelineRegistration<>("loops-to-llvm", "Lower loops form to the LLVM dialect with packed entries",
                             buildLoopsToLLVMPipeline);
}
