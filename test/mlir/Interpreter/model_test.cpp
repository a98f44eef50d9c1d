// Whole models by golden: a prefill of n tokens and n decode steps give the same bits, parameters are asked
// for once, and what a caller gets wrong is told.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/LUT/LUT.h"
#include "dialects/NN/NN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interpreter/ModelInterpreter.h"
#include "mlir/Parser/Parser.h"
#include "test/mlir/support/l0_models.h"
#include <catch2/catch.hpp>
#include <iostream>
#include <map>
#include <random>

using namespace accord;
using namespace mlir;
using test::L0Model;

namespace {

MLIRContext &context() {
  static MLIRContext *context = [] {
    auto *made = new MLIRContext(MLIRContext::Threading::DISABLED);
    made->loadDialect<lut::LUTDialect, nn::NNDialect, func::FuncDialect, tensor::TensorDialect,
                      arith::ArithDialect, memref::MemRefDialect>();
    return made;
  }();
  return *context;
}

const std::string q4 = "!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>",
                  q8 = "!lut.weight<u8, group = 32, zero = 128, storage = gguf_q8_0>",
                  q4k = "!lut.weight<u4, group = 32, zero = 0, min, scale = f32, storage = gguf_q4_k>",
                  q6k = "!lut.weight<u6, group = 16, zero = 32, scale = f32, storage = gguf_q6_k>",
                  tq2 = "!lut.weight<u2, group = 256, zero = 1, storage = gguf_tq2_0>";

// Layers, heads, kv heads, head_dim, feed forward, vocabulary, context. Tokens pass 16, where lanes wrap.
const L0Model models[] = {
    {2, 6, 2, 16, 160, 50, 24, q4, q8, "", "f16", "halves", "silu_mul", ""},
    {3, 4, 4, 8, 48, 33, 20, "f16", "f16", "bf16", "f32", "adjacent", "silu_mul", ""},
    {2, 8, 2, 8, 96, 40, 32, q8, "f32", q8, "f16", "halves", "relu2_mul",
     ", scale = 0.25, factors = \"rope_freqs.weight\""},
    {1, 4, 1, 32, 64, 64, 19, "bf16", q4, "f32", "f16", "adjacent", "relu2_mul", ", scale = 0.5"},
    {1, 4, 2, 64, 256, 40, 18, q4k, q6k, "", "f16", "halves", "silu_mul", ""},
    {2, 8, 2, 32, 256, 40, 18, tq2, "f16", "", "f16", "halves", "relu2_mul", ""},
};

uint32_t seedOfTest() {
  const char *given = std::getenv("ACCORD_TEST_SEED");
  uint32_t seed = given ? std::stoul(given) : std::random_device{}();
  std::cout << "model: ACCORD_TEST_SEED=" << seed << "\n";
  return seed;
}

std::vector<uint32_t> bits(const SharedTensor &logits) {
  return {logits->data<uint32_t>(), logits->data<uint32_t>() + logits->numElements()};
}

} // namespace

TEST_CASE("a prefill of n tokens and n steps give the same bits", "[mlir][interpreter][model]") {
  std::mt19937 random(seedOfTest());
  int64_t compared = 0, cached = 0, seen = 0;
  for (const L0Model &tiny : models) {
    INFO(tiny.text());
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(tiny.text(), &context());
    REQUIRE(module);
    std::map<std::string, int> asked;
    ParamResolver parameters = test::randomParameters(random());
    ModelInterpreter model(*module, [&](StringRef name, Type type) {
      ++asked[name.str()];
      return parameters(name, type);
    });
    const int64_t n = tiny.context - random() % 3;
    std::vector<int32_t> tokens(n);
    for (int32_t &token : tokens)
      token = static_cast<int32_t>(random() % tiny.vocabulary);
    auto caches = [&] {
      FailureOr<ModelCaches> made = model.makeCaches("decode");
      REQUIRE(succeeded(made));
      return *made;
    };
    auto evaluate = [&](StringRef entry, ArrayRef<int32_t> ids, int64_t position, ModelCaches &into) {
      FailureOr<SharedTensor> logits = model.evaluate(entry, ids, position, into);
      REQUIRE(succeeded(logits));
      REQUIRE((*logits)->shape.back() == tiny.vocabulary);
      return bits(*logits);
    };

    ModelCaches inSteps = caches();
    std::vector<uint32_t> steps, last;
    for (int64_t i = 0; i < n; ++i) {
      last = evaluate("decode", tokens[i], i, inSteps);
      steps.insert(steps.end(), last.begin(), last.end());
    }
    // Different rows: the comparison below is of something.
    CHECK(std::vector<uint32_t>(steps.begin(), steps.begin() + tiny.vocabulary) != last);

    ModelCaches atOnce = caches(), scored = caches(), inParts = caches();
    CHECK(evaluate("prefill", tokens, 0, atOnce) == last);
    CHECK(evaluate("score", tokens, 0, scored) == steps);
    const int64_t cut = 1 + random() % (n - 1);
    std::vector<uint32_t> parts = evaluate("score", ArrayRef<int32_t>(tokens).take_front(cut), 0, inParts);
    std::vector<uint32_t> rest = evaluate("score", ArrayRef<int32_t>(tokens).drop_front(cut), cut, inParts);
    parts.insert(parts.end(), rest.begin(), rest.end());
    CHECK(parts == steps);
    compared += tiny.vocabulary + 2 * static_cast<int64_t>(steps.size());
    for (const ModelCaches *other : {&atOnce, &scored, &inParts}) {
      CHECK(other->k.bytes == inSteps.k.bytes);
      CHECK(other->v.bytes == inSteps.v.bytes);
      cached += other->k.numElements() + other->v.numElements();
    }

    for (const auto &[name, times] : asked) {
      INFO(name);
      CHECK(times == 1);
    }
    CHECK(static_cast<int64_t>(asked.size()) ==
          9 * tiny.layers + 2 + !tiny.head.empty() + (tiny.rope.find("factors") != std::string::npos));

    // What was said before is seen: the same last token after another first one.
    ModelCaches changed = caches();
    std::vector<int32_t> other = tokens;
    other[0] = (other[0] + 1) % static_cast<int32_t>(tiny.vocabulary);
    seen += evaluate("prefill", other, 0, changed) != last;
  }
  std::cout << "model: " << std::size(models) << " models, " << compared << " logits and " << cached
            << " cached values of prefill, score and parts compared with decode steps\n";
  CHECK(seen == static_cast<int64_t>(std::size(models)));
  CHECK(compared > 5000);
}

TEST_CASE("one bit of one weight changes the answer", "[mlir][interpreter][model]") {
  const uint32_t seed = seedOfTest();
  int64_t changed = 0, flips = 0;
  for (const L0Model &tiny : models) {
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(tiny.text(), &context());
    REQUIRE(module);
    auto answer = [&](const std::string &flipped) {
      ParamResolver parameters = test::randomParameters(seed);
      ModelInterpreter model(*module, [&](StringRef name, Type type) -> Expected<SharedTensor> {
        Expected<SharedTensor> given = parameters(name, type);
        if (!given || name != flipped)
          return given;
        HostTensor copy = **given;
        copy.bytes[copy.bytes.size() / 2 | 3] ^=
            0x80; // a sign or the top bit of a code, whatever the storage
        return SharedTensor(std::make_shared<const HostTensor>(std::move(copy)));
      });
      ModelCaches caches = *model.makeCaches("score");
      FailureOr<SharedTensor> logits = model.evaluate("score", {1, 2, 3, 4}, 0, caches);
      REQUIRE(succeeded(logits));
      return bits(*logits);
    };
    const std::vector<uint32_t> right = answer("");
    // Weights that every token meets: no gate in front of them is 0.
    for (const char *name :
         {"blk.0.attn_q.weight", "blk.0.attn_v.weight", "blk.0.attn_output.weight", "output_norm.weight"}) {
      ++flips;
      const bool differs = answer(name) != right;
      INFO(tiny.weights << " " << name);
      CHECK(differs);
      changed += differs;
    }
  }
  std::cout << "model: " << changed << " of " << flips << " flipped bits changed the logits\n";
  CHECK(flips == 24);
  CHECK(changed == flips);
}

TEST_CASE("a model's caller is told what is wrong", "[mlir][interpreter][model]") {
  const L0Model &tiny = models[1];
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(tiny.text() + R"(
        func.func @other(%x: tensor<1xf32>) -> tensor<1xf32> {
          return %x : tensor<1xf32>
        }
        func.func @flat(%t: tensor<1xi32>, %p: index, %k: memref<60x32xf32>, %v: memref<60x32xf32>) -> tensor<1x33xf32> {
          %y = tensor.empty() : tensor<1x33xf32>
          return %y : tensor<1x33xf32>
        }
      )",
                                                             &context());
  REQUIRE(module);
  std::string said;
  ScopedDiagnosticHandler handler(&context(), [&](Diagnostic &diag) {
    if (said.empty())
      said = diag.str();
  });
  ModelInterpreter model(*module, test::randomParameters(1));
  FailureOr<ModelCaches> caches = model.makeCaches("prefill");
  REQUIRE(succeeded(caches));
  auto tell = [&](StringRef entry, ArrayRef<int32_t> tokens, int64_t position) {
    said.clear();
    return succeeded(model.evaluate(entry, tokens, position, *caches)) ? "answered" : said;
  };
  CHECK(tell("prefill", {1, 2}, 0) == "answered");
  CHECK(tell("nope", {1}, 0) == "expected an entry function @nope, got none");
  CHECK(tell("other", {1}, 0) ==
        "'func.func' op expected an entry's signature (tokens, position, k cache, v cache) -> logits, got "
        "'(tensor<1xf32>) -> tensor<1xf32>'");
  CHECK(tell("flat", {1}, 0) ==
        "'func.func' op expected an entry's signature (tokens, position, k cache, v cache) -> logits, got "
        "'(tensor<1xi32>, index, memref<60x32xf32>, memref<60x32xf32>) -> tensor<1x33xf32>'");
  CHECK(failed(model.makeCaches("flat")));
  CHECK(tell("decode", {1, 2}, 0) ==
        "'func.func' op argument 0: expected 'tensor<1xi32>', got shape [2] of i32, 8 bytes");
  CHECK(tell("decode", {33}, 0) == "'nn.embed' op token 0: expected a row of the table, 0 to 32, got 33");
  CHECK(tell("decode", {1}, 20) ==
        "'tensor.extract_slice' op expected axis 0 of the slice to lie in 0 to 20, got 1 from 20");
  CHECK(tell("prefill", {}, 0) ==
        "'tensor.extract_slice' op expected axis 0 of the slice to lie in 0 to 0, got 1 from -1");
  caches->k.bytes.pop_back();
  CHECK(tell("decode", {1}, 0) ==
        "'func.func' op argument 2: expected 'memref<3x20x4x8xf32>' (memory to update), "
        "got shape [3, 20, 4, 8] of f32, 7679 bytes (memory)");
}
