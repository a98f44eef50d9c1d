// Raised functions on the CPU's performance backend give the interpreter's bits, for every instruction set
// and several threads: the functions of the lit files, of models/networks/linalg, and random ones.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/RegisterAll.h"
#include "mlir/Transforms/Linalg/Passes.h"
#include "sim/golden/primitives.h"
#include "test/mlir/Transforms/Linalg/random_linalg.h"
#include "test/runtime/cpu/compare.h"
#include "tools/driver/arguments.h"
#include "tools/driver/graph_run.h"

using namespace accord;
using namespace mlir;

namespace {

MLIRContext &context() {
  static MLIRContext *context = [] {
    DialectRegistry registry;
    registerAllDialects(registry);
    return new MLIRContext(registry, MLIRContext::Threading::DISABLED);
  }();
  return *context;
}

OwningOpRef<ModuleOp> raised(OwningOpRef<ModuleOp> module) {
  PassManager pm(&context());
  pm.addPass(createLinalgToNN());
  return module && succeeded(pm.run(*module)) ? std::move(module) : nullptr;
}

bool isStatic(func::FuncOp function) {
  return llvm::all_of(function.getArgumentTypes(), [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && tensor.hasStaticShape();
  });
}

struct Machine {
  const char *target;
  unsigned threads;
};

/// Compares every function of the module of static shape; returns the number of values.
uint64_t compareAll(ModuleOp module, uint64_t seed, ArrayRef<Machine> machines) {
  for (func::FuncOp function : llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
    if (!isStatic(function))
      function.erase();
  uint64_t compared = 0;
  for (Machine machine : machines) {
    INFO(machine.target << ", " << machine.threads << " threads");
    auto runner = driver::GraphRunner::open(module, machine.target, machine.threads);
    INFO((runner ? std::string() : runner.error().message));
    REQUIRE(runner);
    for (auto function : module.getOps<func::FuncOp>()) {
      INFO("@" << function.getName().str());
      auto arguments = driver::randomArguments(function, seed, /*special=*/machine.threads > 1);
      INFO((arguments ? std::string() : arguments.error().message));
      REQUIRE(arguments);
      auto want = interpret(function, *arguments);
      REQUIRE(succeeded(want));
      auto got = (*runner)->run(function, *arguments);
      INFO((got ? std::string() : got.error().message));
      REQUIRE(got);
      for (auto [g, w] : llvm::zip_equal(*got, *want)) {
        const float *a = g.data<float>(), *b = w.data<float>();
        compared += test::requireSame(std::vector<float>(a, a + g.numElements()),
                                      std::vector<float>(b, b + w.numElements()), "result");
      }
    }
  }
  return compared;
}

} // namespace

TEST_CASE("raised functions give the interpreter's bits on the CPU's performance backend") {
  uint64_t seed = test::testSeed("linalg on the CPU"), compared = 0;
  const char *const files[] = {"test/mlir/Transforms/Linalg/contraction.mlir",
                               "test/mlir/Transforms/Linalg/elementwise.mlir",
                               "test/mlir/Transforms/Linalg/body.mlir",
                               "test/mlir/Transforms/Linalg/movement.mlir",
                               "models/networks/linalg/mlp.mlir",
                               "models/networks/linalg/swiglu.mlir",
                               "models/networks/linalg/quantized.mlir"};
  for (const char *file : files) {
    INFO(file);
    auto module = raised(
        parseSourceFile<ModuleOp>(std::getenv("ACCORD_SOURCE_DIR") + ("/" + std::string(file)), &context()));
    REQUIRE(module);
    compared += compareAll(*module, seed, {{"host", 1}, {"host", 3}, {"portable", 2}});
  }
  std::cout << "linalg on the CPU: " << compared << " values compared" << std::endl;
  REQUIRE(compared > 0);
}

// As torch-mlir writes a small model: weights inline, as a list and as a resource (header: the alignment, 4).
TEST_CASE("weights in the file give the interpreter's bits on the CPU's performance backend") {
  const char *text = R"(
    func.func @forward(%x: tensor<2x3xf32>) -> tensor<2x2xf32> {
      %w = arith.constant dense_resource<weight> : tensor<2x3xf32>
      %b = arith.constant dense<[0.5, -0.25]> : tensor<2xf32>
      %zero = arith.constant 0.0 : f32
      %t0 = tensor.empty() : tensor<3x2xf32>
      %t = linalg.transpose ins(%w : tensor<2x3xf32>) outs(%t0 : tensor<3x2xf32>) permutation = [1, 0]
      %e = tensor.empty() : tensor<2x2xf32>
      %i = linalg.fill ins(%zero : f32) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
      %p = linalg.matmul ins(%x, %t : tensor<2x3xf32>, tensor<3x2xf32>) outs(%i : tensor<2x2xf32>) -> tensor<2x2xf32>
      %y = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (m, n)>],
             iterator_types = ["parallel", "parallel"]} ins(%p, %b : tensor<2x2xf32>, tensor<2xf32>) outs(%e : tensor<2x2xf32>) {
        ^bb0(%0: f32, %1: f32, %out: f32):
          %2 = arith.addf %0, %1 : f32
          linalg.yield %2 : f32
      } -> tensor<2x2xf32>
      return %y : tensor<2x2xf32>
    }
    {-# dialect_resources: { builtin: { weight: "0x040000000000803F0000004000004040000080400000A0400000C040" } } #-}
  )";
  auto module = raised(parseSourceString<ModuleOp>(text, &context()));
  REQUIRE(module);
  auto function = module->lookupSymbol<func::FuncOp>("forward");
  HostTensor x = *makeHostTensor(function.getArgumentTypes()[0], {2, 3});
  const float given[] = {1, 1, 1, 0.5, 0, -1};
  std::copy(std::begin(given), std::end(given), x.data<float>());
  // W is [1 2 3; 4 5 6].
  const std::vector<float> expected = {6.5, 14.75, -2, -4.25};
  auto want = interpret(function, {x});
  REQUIRE(succeeded(want));
  const float *values = (*want)[0].data<float>();
  test::requireSame(std::vector<float>(values, values + 4), expected, "golden");
  std::cout << "inline weights on the CPU: " << compareAll(*module, 1, {{"host", 1}, {"host", 2}})
            << " values compared" << std::endl;
}

TEST_CASE("random generics give the interpreter's bits on the CPU's performance backend") {
  uint64_t seed = test::testSeed("random linalg on the CPU");
  std::mt19937_64 random(seed);
  ScopedDiagnosticHandler quiet(&context(), [](Diagnostic &) {}); // of those that are refused
  // Many functions a module: compiling one costs more than running it.
  OwningOpRef<ModuleOp> all(ModuleOp::create(UnknownLoc::get(&context())));
  unsigned functions = 0;
  while (functions < 150) {
    auto module = raised(parseSourceString<ModuleOp>(
        functions % 2 ? randomContraction(random) : randomElementwise(random), &context()));
    if (!module)
      continue;
    auto function = *module->getOps<func::FuncOp>().begin();
    function.setName("f" + std::to_string(functions++));
    function->moveBefore(all->getBody(), all->getBody()->end());
  }
  uint64_t compared = compareAll(*all, seed, {{"host", 2}});
  std::cout << "random linalg on the CPU: " << functions << " functions, " << compared << " values compared"
            << std::endl;
  REQUIRE(compared > 0);
}
