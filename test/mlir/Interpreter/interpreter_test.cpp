// The interpreter: handlers of `nn` wired to their golden functions, shapes at run time, and what it refuses.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/LUT/LUT.h"
#include "dialects/NN/NN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interpreter/Interpreter.h"
#include "mlir/Parser/Parser.h"
#include "sim/golden/functions.h"
#include "sim/golden/nn.h"
#include <catch2/catch.hpp>

using namespace accord;
using namespace mlir;

namespace {

MLIRContext &context() {
  static MLIRContext *context = [] {
    auto *made = new MLIRContext(MLIRContext::Threading::DISABLED);
    made->loadDialect<lut::LUTDialect, nn::NNDialect, func::FuncDialect, tensor::TensorDialect,
                      arith::ArithDialect, math::MathDialect>();
    return made;
  }();
  return *context;
}

HostTensor tensorOf(SmallVector<int64_t> shape, std::vector<float> values) {
  HostTensor result = {shape, ElementKind::F32, std::vector<uint8_t>(values.size() * 4)};
  std::copy(values.begin(), values.end(), result.data<float>());
  return result;
}

std::vector<float> floats(const HostTensor &tensor) {
  return {tensor.data<float>(), tensor.data<float>() + tensor.numElements()};
}

/// The first result of @f, or the first diagnostic.
struct Run {
  std::vector<float> values;
  std::string said;
  Run(const std::string &text, ArrayRef<HostTensor> arguments) {
    ScopedDiagnosticHandler handler(&context(), [&](Diagnostic &diag) {
      if (said.empty())
        said = diag.str();
    });
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context());
    if (!module)
      return;
    auto results = interpret(module->lookupSymbol<func::FuncOp>("f"), arguments);
    if (succeeded(results))
      values = floats((*results)[0]);
  }
};

const HostTensor row = tensorOf({1, 4}, {1, 2, 3, 4});

/// y = op(row, operands...), all [1, 4].
std::string unary(const std::string &op) {
  return "func.func @f(%x: tensor<1x4xf32>, %z: tensor<1x4xf32>, %w: tensor<4xf32>, %c: tensor<1x2xf32>, %s: "
         "tensor<1x2xf32>) -> tensor<1x4xf32> {\n %o = tensor.empty() : tensor<1x4xf32>\n %y = " +
         op + " outs(%o : tensor<1x4xf32>) -> tensor<1x4xf32>\n return %y : tensor<1x4xf32>\n}";
}

} // namespace

TEST_CASE("ops of nn run their golden functions", "[mlir][interpreter]") {
  SmallVector<HostTensor> arguments = {row, tensorOf({1, 4}, {8, 7, 6, 5}), tensorOf({4}, {1, 10, 100, 1000}),
                                       tensorOf({1, 2}, {0, 1}), tensorOf({1, 2}, {1, 0})};
  auto run = [&](const std::string &op) {
    Run result(unary(op), arguments);
    INFO(result.said);
    REQUIRE(result.values.size() == 4);
    return result.values;
  };
  using Row = std::vector<float>;
  CHECK(run("nn.add ins(%x, %z : tensor<1x4xf32>, tensor<1x4xf32>)") == Row{9, 9, 9, 9});
  // Pair 0 turns by a right angle (cos 0, sin 1), pair 1 stays: (a, b) -> (-b, a).
  const std::string angles = "ins(%x, %c, %s : tensor<1x4xf32>, tensor<1x2xf32>, tensor<1x2xf32>)";
  CHECK(run("nn.rope {head_dim = 4, style = adjacent} " + angles) == Row{-2, 1, 3, 4});
  CHECK(run("nn.rope {head_dim = 4, style = halves} " + angles) == Row{-3, 2, 1, 4});
  CHECK(run("nn.silu ins(%x : tensor<1x4xf32>)") ==
        Row{golden::silu(1), golden::silu(2), golden::silu(3), golden::silu(4)});
  // The first operand is the gate.
  CHECK(run("nn.silu_mul ins(%x, %z : tensor<1x4xf32>, tensor<1x4xf32>)")[0] == golden::silu(1) * 8);
  Row norm = run("nn.rms_norm {eps = 2.5} ins(%x, %w : tensor<1x4xf32>, tensor<4xf32>)");
  // Mean square 30 / 4 = 7.5; 7.5 + 2.5 = 10.
  float r = golden::rsqrt(10);
  CHECK(norm == Row{1 * r * 1, 2 * r * 10, 3 * r * 100, 4 * r * 1000});
  Row soft = run("nn.softmax ins(%x : tensor<1x4xf32>)"), expected(4);
  golden::softmax(row.data<float>(), 1, 4, expected.data());
  CHECK(soft == expected);
  CHECK(soft[0] + soft[1] + soft[2] + soft[3] == Approx(1));
}

TEST_CASE("shapes come from the arguments where the type leaves them open", "[mlir][interpreter]") {
  const std::string text = R"(
    func.func @f(%x: tensor<?x2xf32>, %z: tensor<?x2xf32>) -> tensor<?x2xf32> {
      %c0 = arith.constant 0 : index
      %m = tensor.dim %x, %c0 : tensor<?x2xf32>
      %o = tensor.empty(%m) : tensor<?x2xf32>
      %y = nn.add ins(%x, %z : tensor<?x2xf32>, tensor<?x2xf32>) outs(%o : tensor<?x2xf32>) -> tensor<?x2xf32>
      return %y : tensor<?x2xf32>
    })";
  HostTensor two = tensorOf({2, 2}, {1, 2, 3, 4}), one = tensorOf({1, 2}, {1, 2});
  CHECK(Run(text, {two, two}).values == std::vector<float>{2, 4, 6, 8});
  CHECK(Run(text, {one, one}).values == std::vector<float>{2, 4});
  CHECK(Run(text, {two, one}).said == "'nn.add' op expected axis 0 of operand 1 to be 2 (m = 2), got 1");
}

TEST_CASE("the interpreter refuses what it cannot mean", "[mlir][interpreter]") {
  const std::string silu = unary("nn.silu ins(%x : tensor<1x4xf32>)");
  CHECK(Run(silu, {row}).said == "'func.func' op expected 5 arguments, got 1");
  HostTensor shape = tensorOf({1, 3}, {1, 2, 3});
  CHECK(Run(silu, {row, shape, row, row, row}).said ==
        "'func.func' op argument 1: expected 'tensor<1x4xf32>', got shape [1, 3] of f32, 12 bytes");
  HostTensor bytes = row;
  bytes.bytes.pop_back();
  CHECK(Run(silu, {bytes, row, row, row, row}).said ==
        "'func.func' op argument 0: expected 'tensor<1x4xf32>', got shape [1, 4] of f32, 15 bytes");
  CHECK(Run("func.func @f(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {\n %y = math.exp %x : tensor<1x4xf32>\n"
            " return %y : tensor<1x4xf32>\n}",
            {row})
            .said == "'math.exp' op is not executed by the interpreter (L0 and L1)");
  CHECK(
      Run("func.func @f(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {\n %y = call @f(%x) : (tensor<1x4xf32>) -> "
          "tensor<1x4xf32>\n return %y : tensor<1x4xf32>\n}",
          {row})
          .said == "'func.call' op expected calls at most 64 deep");
}
