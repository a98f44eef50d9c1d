// Loads, one built function, stores.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/Numerics/MathProgram.h"

#include "mlir/Conversion/Numerics/Numerics.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using accord::numerics::Emitter;

namespace {
struct Named {
  const char *name;
  Value (Emitter::*function)(Value);
};
const Named functions[] = {{"rcp", &Emitter::rcp},   {"rsqrt", &Emitter::rsqrt},     {"exp", &Emitter::exp},
                           {"tanh", &Emitter::tanh}, {"sigmoid", &Emitter::sigmoid}, {"silu", &Emitter::silu},
                           {"erf", &Emitter::erf}};
} // namespace

std::vector<std::string> accord::builtFunctionNames() {
  std::vector<std::string> names;
  for (const Named &f : functions)
    names.emplace_back(f.name);
  return names;
}

OwningOpRef<ModuleOp> accord::buildMathModule(MLIRContext &context, StringRef name, int64_t count,
                                              int64_t lanes) {
  const Named *named = llvm::find_if(functions, [&](const Named &f) { return name == f.name; });
  if (named == std::end(functions))
    return {};
  context.loadDialect<arith::ArithDialect, func::FuncDialect, memref::MemRefDialect, scf::SCFDialect,
                      vector::VectorDialect>();
  Location loc = UnknownLoc::get(&context);
  OwningOpRef<ModuleOp> module(ModuleOp::create(loc));
  OpBuilder b = OpBuilder::atBlockEnd(module->getBody());
  auto buffer = MemRefType::get({count}, b.getF32Type());
  auto func = b.create<func::FuncOp>(loc, "program", b.getFunctionType({buffer, buffer}, {}));
  func.setArgAttr(0, "accel.role", b.getStringAttr("argument"));
  func.setArgAttr(1, "accel.role", b.getStringAttr("result"));
  Block *entry = func.addEntryBlock();
  b.setInsertionPointToStart(entry);
  Value zero = b.create<arith::ConstantIndexOp>(loc, 0), step = b.create<arith::ConstantIndexOp>(loc, lanes);
  Value end = b.create<arith::ConstantIndexOp>(loc, count), x = entry->getArgument(0),
        y = entry->getArgument(1);
  b.create<scf::ParallelOp>(loc, ValueRange(zero), ValueRange(end), ValueRange(step),
                            [&](OpBuilder &inner, Location, ValueRange at) {
                              Emitter e(inner, loc);
                              if (lanes == 1) {
                                Value v = inner.create<memref::LoadOp>(loc, x, at);
                                inner.create<memref::StoreOp>(loc, (e.*named->function)(v), y, at);
                                return;
                              }
                              auto type = VectorType::get({lanes}, inner.getF32Type());
                              Value v = inner.create<vector::LoadOp>(loc, type, x, at);
                              inner.create<vector::StoreOp>(loc, (e.*named->function)(v), y, at);
                            });
  b.create<func::ReturnOp>(loc);
  return module;
}
