// Raised programs compute what linalg means: within the bound of an evaluation in double, and to the bit
// where MLIR's own lowering of linalg, run on the CPU, takes sums in the same order.
//
// The functions are those of the lit files of this folder and of models/networks/linalg, so a form that is
// accepted is a form whose values are compared.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/NN/NN.h"
#include "mlir/Conversion/LoopsToLLVM/LoopsToLLVM.h"
#include "mlir/Dialect/Arith/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/Transforms/FuncBufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/Linalg/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Interpreter/Interpreter.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/RegisterAll.h"
#include "mlir/Transforms/Linalg/Passes.h"
#include "runtime/backends/cpu/jit.h"
#include "sim/golden/primitives.h"
#include "test/mlir/Transforms/Linalg/bounded_linalg.h"
#include "test/mlir/Transforms/Linalg/random_linalg.h"
#include <catch2/catch.hpp>
#include <cmath>
#include <iostream>
#include <random>

using namespace accord;
using namespace mlir;

namespace {

constexpr int64_t dynamicExtent = 3;

MLIRContext &context() {
  static MLIRContext *context = [] {
    DialectRegistry registry;
    registerAllDialects(registry);
    linalg::registerBufferizableOpInterfaceExternalModels(registry);
    tensor::registerBufferizableOpInterfaceExternalModels(registry);
    arith::registerBufferizableOpInterfaceExternalModels(registry);
    bufferization::func_ext::registerBufferizableOpInterfaceExternalModels(registry);
    return new MLIRContext(registry, MLIRContext::Threading::DISABLED);
  }();
  return *context;
}

uint64_t seedOf() {
  const char *given = std::getenv("ACCORD_TEST_SEED");
  return given ? std::strtoull(given, nullptr, 10) : 1;
}

/// The files of the test, below the source folder.
const char *const files[] = {"test/mlir/Transforms/Linalg/contraction.mlir",
                             "test/mlir/Transforms/Linalg/elementwise.mlir",
                             "test/mlir/Transforms/Linalg/body.mlir",
                             "test/mlir/Transforms/Linalg/movement.mlir",
                             "models/networks/linalg/mlp.mlir",
                             "models/networks/linalg/swiglu.mlir"};

OwningOpRef<ModuleOp> load(const std::string &file) {
  return parseSourceFile<ModuleOp>(std::getenv("ACCORD_SOURCE_DIR") + ("/" + file), &context());
}

LogicalResult raise(ModuleOp module) {
  PassManager pm(&context());
  pm.addPass(createLinalgToNN());
  return pm.run(module);
}

SmallVector<int64_t> shapeOf(Type type) {
  SmallVector<int64_t> shape;
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    shape = llvm::to_vector(tensor.getShape());
  for (int64_t &extent : shape)
    extent = ShapedType::isDynamic(extent) ? dynamicExtent : extent;
  return shape;
}

/// Values of [-2, 2] and zeros; with `special` also what breaks a compare or a sum.
float randomFloat(std::mt19937_64 &random, bool special) {
  const float breaking[] = {INFINITY, -INFINITY, NAN, -0.0f, 0x1p-140f, -0x1p-149f, 0x1p127f};
  if (special && random() % 8 == 0)
    return breaking[random() % std::size(breaking)];
  return random() % 32 ? std::uniform_real_distribution<float>(-2, 2)(random) : 0.0f;
}

std::vector<HostTensor> argumentsOf(func::FuncOp function, std::mt19937_64 &random, bool special) {
  std::vector<HostTensor> arguments;
  for (Type type : function.getArgumentTypes()) {
    HostTensor tensor = *makeHostTensor(type, shapeOf(type));
    for (int64_t i = 0; i < tensor.numElements(); ++i) {
      float value = randomFloat(random, special);
      if (tensor.kind == ElementKind::F32)
        tensor.data<float>()[i] = value;
      else if (tensor.kind == ElementKind::F16)
        tensor.data<uint16_t>()[i] = golden::f32ToF16(value);
      else
        tensor.data<int64_t>()[i] = dynamicExtent;
    }
    arguments.push_back(std::move(tensor));
  }
  return arguments;
}

std::vector<BoundedTensor> bounded(const std::vector<HostTensor> &arguments) {
  std::vector<BoundedTensor> result;
  for (const HostTensor &argument : arguments) {
    BoundedTensor tensor{argument.shape, {}};
    for (int64_t i = 0; i < argument.numElements(); ++i)
      tensor.elements.push_back({argument.kind == ElementKind::F32 ? argument.data<float>()[i]
                                 : argument.kind == ElementKind::F16
                                     ? golden::f16ToF32(argument.data<uint16_t>()[i])
                                     : double(argument.data<int64_t>()[i]),
                                 0});
    result.push_back(std::move(tensor));
  }
  return result;
}

struct Held {
  uint64_t compared = 0, outside = 0, unbounded = 0;
  double worst = 0; ///< |difference| / bound
};

Held hold(ArrayRef<HostTensor> got, ArrayRef<BoundedTensor> expected) {
  Held held;
  REQUIRE(got.size() == expected.size());
  for (auto [tensor, bounds] : llvm::zip(got, expected)) {
    REQUIRE(ArrayRef<int64_t>(tensor.shape) == ArrayRef<int64_t>(bounds.shape));
    for (size_t i = 0; i < bounds.elements.size(); ++i) {
      Bounded want = bounds.elements[i];
      double difference = std::fabs(tensor.data<float>()[i] - want.value);
      // What double itself rounds away.
      double bound = want.error + 1e-14 * std::fabs(want.value);
      held.unbounded += !std::isfinite(bound);
      held.outside += std::isfinite(bound) && !(difference <= bound);
      if (difference > 0 && std::isfinite(bound))
        held.worst = std::max(held.worst, difference / bound);
      ++held.compared;
    }
  }
  return held;
}

//===- MLIR's own lowering
//------------------------------------------------------------------------------------===//

/// True where linalg's loops fix every bit: sums in the order of the loops, no division, no elementary
/// function.
bool isExactInLoops(func::FuncOp function) {
  bool exact = llvm::all_of(function.getArgumentTypes(), [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && tensor.hasStaticShape() && tensor.getElementType().isF32();
  });
  function.walk([&](Operation *op) {
    exact &= !mlir::isa<arith::DivFOp, linalg::SoftmaxOp, nn::SoftmaxOp, nn::SiluOp>(op) &&
             !isa_and_present<math::MathDialect>(op->getDialect());
  });
  return exact;
}

/// The results of `function` through bufferization, linalg's loops and LLVM.
Expected<std::vector<HostTensor>> runLoops(ModuleOp module, func::FuncOp function,
                                           std::vector<HostTensor> arguments) {
  std::vector<HostTensor> results;
  for (Type type : function.getResultTypes())
    results.push_back(*makeHostTensor(type, shapeOf(type)));
  OwningOpRef<ModuleOp> lowered(module.clone());
  for (func::FuncOp other : llvm::make_early_inc_range(lowered->getOps<func::FuncOp>()))
    if (other.getName() != function.getName())
      other.erase();
  for (Operation &op : llvm::make_early_inc_range(*lowered->getBody()))
    if (!mlir::isa<func::FuncOp>(op))
      op.erase();
  PassManager pm(&context());
  bufferization::OneShotBufferizationOptions options;
  options.bufferizeFunctionBoundaries = true;
  options.setFunctionBoundaryTypeConversion(bufferization::LayoutMapOption::IdentityLayoutMap);
  pm.addPass(bufferization::createOneShotBufferizePass(options));
  pm.addPass(bufferization::createBufferResultsToOutParamsPass());
  pm.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
  if (failed(pm.run(*lowered)))
    return Error{"linalg's loops: " + function.getName().str()};
  auto image = buildCpuImage(*lowered, function.getName());
  if (!image)
    return image.error();
  auto program = rt::compileBitcode(image->bytes, image->entry, "host");
  if (!program)
    return program.error();
  std::vector<void *> buffers;
  for (auto *tensors : {&arguments, &results})
    for (HostTensor &tensor : *tensors)
      buffers.push_back(tensor.bytes.data());
  (*program)->entry()(buffers.data(), nullptr);
  return results;
}

struct Differences {
  uint64_t compared = 0, zeros = 0, others = 0;
};

Differences differences(ArrayRef<HostTensor> ours, ArrayRef<HostTensor> loops) {
  Differences result;
  REQUIRE(ours.size() == loops.size());
  for (auto [a, b] : llvm::zip(ours, loops))
    for (int64_t i = 0; i < a.numElements(); ++i) {
      float x = a.data<float>()[i], y = b.data<float>()[i];
      bool same = golden::bitsOf(x) == golden::bitsOf(y) || (std::isnan(x) && std::isnan(y));
      bool zeros = !same && golden::bitsOf(x) == 0x80000000 && golden::bitsOf(y) == 0;
      ++result.compared;
      result.zeros += zeros;
      result.others += !same && !zeros;
    }
  return result;
}

} // namespace

TEST_CASE("raised functions stay within the bound of an evaluation in double", "[mlir][linalg]") {
  std::mt19937_64 random(seedOf());
  Held all;
  unsigned functions = 0, caught = 0, mutated = 0;
  for (const char *file : files) {
    OwningOpRef<ModuleOp> module = load(file), raised = load(file);
    REQUIRE(module);
    REQUIRE(succeeded(raise(*raised)));
    for (auto function : module->getOps<func::FuncOp>()) {
      INFO("seed " << seedOf() << ", " << file << ", @" << function.getName().str());
      auto entry = raised->lookupSymbol<func::FuncOp>(function.getName());
      std::vector<HostTensor> arguments = argumentsOf(function, random, false);
      std::string said;
      auto expected = evaluateBounded(function, bounded(arguments), dynamicExtent, said);
      INFO(said);
      REQUIRE(succeeded(expected));
      auto got = interpret(entry, arguments);
      REQUIRE(succeeded(got));
      Held held = hold(*got, *expected);
      CHECK(held.compared > 0);
      CHECK(held.outside == 0);
      CHECK(held.unbounded * 10 <= held.compared);
      all.compared += held.compared;
      all.unbounded += held.unbounded;
      all.worst = std::max(all.worst, held.worst);
      ++functions;
      // A comparison is believed after it failed: one argument's largest element doubled.
      HostTensor &first = arguments.front();
      float *largest = std::max_element(first.data<float>(), first.data<float>() + first.numElements(),
                                        [](float a, float b) { return std::fabs(a) < std::fabs(b); });
      *largest *= 2;
      ++mutated;
      caught += hold(*interpret(entry, arguments), *expected).outside > 0;
    }
  }
  std::cout << "linalg: " << functions << " functions, " << all.compared
            << " values within the derived bound (" << all.unbounded << " without one), at most " << all.worst
            << " of it; changed arguments caught " << caught << " of " << mutated << std::endl;
  CHECK(functions > 40);
  // abs, max and compares may hide a change; products and sums may not.
  CHECK(caught * 6 >= mutated * 5);
}

TEST_CASE("where linalg's loops fix every bit, raised functions have the same", "[mlir][linalg]") {
  std::mt19937_64 random(seedOf());
  uint64_t compared = 0, functions = 0;
  for (const char *file : files) {
    OwningOpRef<ModuleOp> module = load(file), raised = load(file);
    REQUIRE(succeeded(raise(*raised)));
    for (auto function : module->getOps<func::FuncOp>()) {
      if (!isExactInLoops(function))
        continue;
      for (bool special : {false, true}) {
        INFO("seed " << seedOf() << ", " << file << ", @" << function.getName().str());
        std::vector<HostTensor> arguments = argumentsOf(function, random, special);
        auto loops = runLoops(*module, function, arguments);
        if (!loops)
          FAIL(loops.error().message);
        auto got = interpret(raised->lookupSymbol<func::FuncOp>(function.getName()), arguments);
        REQUIRE(succeeded(got));
        Differences found = differences(*got, *loops);
        CHECK(found.compared > 0);
        CHECK(found.zeros == 0);
        CHECK(found.others == 0);
        compared += found.compared;
      }
      ++functions;
    }
  }
  std::cout << "linalg: " << functions << " functions, " << compared
            << " values equal to the bit to linalg's own loops" << std::endl;
  CHECK(functions >= 20);
}

// 4 rows, of which two are zeros, by 5 negative columns: in 2·5 results every product is -0. From +0 linalg's
// sum is +0, nn.matmul's, from its first term, -0; from -0 both are -0.
TEST_CASE("only where every product is -0 does an accumulator of +0 differ", "[mlir][linalg]") {
  for (bool negative : {false, true}) {
    const std::string text = std::string(R"(
      func.func @f(%x: tensor<4x7xf32>, %w: tensor<5x7xf32>) -> tensor<4x5xf32> {
        %zero = arith.constant )") +
                             (negative ? "-" : "") + R"(0.0 : f32
        %e = tensor.empty() : tensor<4x5xf32>
        %init = linalg.fill ins(%zero : f32) outs(%e : tensor<4x5xf32>) -> tensor<4x5xf32>
        %y = linalg.matmul_transpose_b ins(%x, %w : tensor<4x7xf32>, tensor<5x7xf32>) outs(%init : tensor<4x5xf32>)
               -> tensor<4x5xf32>
        return %y : tensor<4x5xf32>
      })";
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context()),
                          raised = parseSourceString<ModuleOp>(text, &context());
    REQUIRE(succeeded(raise(*raised)));
    HostTensor x = *makeHostTensor(RankedTensorType::get({4, 7}, Float32Type::get(&context())), {4, 7});
    HostTensor w = *makeHostTensor(RankedTensorType::get({5, 7}, Float32Type::get(&context())), {5, 7});
    for (int64_t i = 0; i < 28; ++i)
      x.data<float>()[i] = i < 14 ? 0.0f : float(i) - 20;
    for (int64_t i = 0; i < 35; ++i)
      w.data<float>()[i] = -1 - float(i) / 8;
    auto function = module->lookupSymbol<func::FuncOp>("f");
    auto loops = runLoops(*module, function, {x, w});
    if (!loops)
      FAIL(loops.error().message);
    auto got = interpret(raised->lookupSymbol<func::FuncOp>("f"), {x, w});
    REQUIRE(succeeded(got));
    Differences found = differences(*got, *loops);
    CHECK(found.compared == 20);
    CHECK(found.zeros == (negative ? 0 : 10));
    CHECK(found.others == 0);
  }
}

TEST_CASE("random generics are raised to their values, or refused with one error", "[mlir][linalg]") {
  std::mt19937_64 random(seedOf());
  uint64_t raisedCount = 0, refused = 0, compared = 0;
  for (int i = 0; i < 2000; ++i) {
    std::string text = i % 2 ? randomContraction(random) : randomElementwise(random);
    INFO("seed " << seedOf() << ", program " << i << ":\n" << text);
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context()),
                          raised = parseSourceString<ModuleOp>(text, &context());
    REQUIRE(module);
    std::vector<std::string> said;
    ScopedDiagnosticHandler handler(&context(),
                                    [&](Diagnostic &diagnostic) { said.push_back(diagnostic.str()); });
    if (failed(raise(*raised))) {
      CHECK(said.size() == 1);
      ++refused;
      continue;
    }
    CHECK(said.empty());
    auto function = module->lookupSymbol<func::FuncOp>("f");
    std::vector<HostTensor> arguments = argumentsOf(function, random, false);
    std::string cannot;
    auto expected = evaluateBounded(function, bounded(arguments), dynamicExtent, cannot);
    INFO(cannot);
    REQUIRE(succeeded(expected));
    auto got = interpret(raised->lookupSymbol<func::FuncOp>("f"), arguments);
    REQUIRE(succeeded(got));
    Held held = hold(*got, *expected);
    CHECK(held.compared > 0);
    CHECK(held.outside == 0);
    compared += held.compared;
    ++raisedCount;
  }
  std::cout << "linalg: seed " << seedOf() << ", " << raisedCount << " random generics raised, " << compared
            << " values within the bound; " << refused << " refused" << std::endl;
  CHECK(raisedCount > refused);
  CHECK(refused > 0);
}

TEST_CASE("a refused module stays as it was", "[mlir][linalg]") {
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(R"(
    func.func @good(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
      %e = tensor.empty() : tensor<4x8xf32>
      %y = linalg.add ins(%x, %x : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
      return %y : tensor<4x8xf32>
    }
    func.func @bad(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
      %e = tensor.empty() : tensor<4x8xf32>
      %0 = linalg.add ins(%x, %x : tensor<4x8xf32>, tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
      %y = linalg.log ins(%0 : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) -> tensor<4x8xf32>
      return %y : tensor<4x8xf32>
    })",
                                                             &context());
  auto print = [&] {
    std::string text;
    llvm::raw_string_ostream(text) << *module;
    return text;
  };
  std::string before = print();
  std::vector<std::string> said;
  ScopedDiagnosticHandler handler(&context(),
                                  [&](Diagnostic &diagnostic) { said.push_back(diagnostic.str()); });
  CHECK(failed(raise(*module)));
  CHECK(print() == before);
  REQUIRE(said.size() == 1);
  CHECK(said[0].find("'math.log' op expected an op that an elementwise body may hold") == 0);
}
