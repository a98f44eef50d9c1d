// Whole models on the CPU against the interpreter, to the bit: every block format, in pieces and at once, for
// every instruction set and number of threads.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Import/Importer.h"
#include "mlir/Interpreter/ModelInterpreter.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/RegisterAll.h"
#include "test/runtime/cpu/compare.h"
#include "test/support/tiny_model.h"
#include "tools/driver/model_entries.h"
#include "tools/driver/session.h"

using namespace accord;
using namespace accord::test;
using model::TensorType;

namespace {

/// A tiny model in memory, its module, and golden's answers.
struct Model {
  std::string bytes;
  std::unique_ptr<model::GgufFile> file;
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  ModelCaches caches; ///< behind the tokens that were expected

  explicit Model(const TinyModelOptions &options, const ImportOptions &importOptions = {}) {
    bytes = tinyModel(options).bytes();
    auto parsed = model::GgufFile::parse(bytes, "tiny", {options.i2s});
    REQUIRE(parsed);
    file = std::move(*parsed);
    mlir::DialectRegistry registry;
    registerAllDialects(registry);
    context.appendDialectRegistry(registry);
    context.disableMultithreading();
    auto imported = importModel(context, *file, importOptions);
    INFO((imported ? std::string() : imported.error().message));
    REQUIRE(imported);
    module = std::move(*imported);
  }

  /// Logits of every token, by the interpreter.
  std::vector<float> expected(const std::vector<int32_t> &tokens) {
    ModelInterpreter interpreter(
        *module, [&](llvm::StringRef name, mlir::Type type) -> Expected<SharedTensor> {
          const model::TensorInfo *tensor = file->find(std::string_view(name.data(), name.size()));
          if (!tensor)
            return Error{"expected a tensor of the file, got none"};
          auto host = makeHostTensor(type, llvm::cast<mlir::ShapedType>(type).getShape());
          if (mlir::failed(host) || host->bytes.size() != tensor->bytes)
            return Error{"expected its bytes"};
          std::copy_n(tensor->data, tensor->bytes, host->bytes.begin());
          return std::make_shared<const HostTensor>(std::move(*host));
        });
    auto empty = interpreter.makeCaches("score");
    REQUIRE(mlir::succeeded(empty));
    caches = std::move(*empty);
    auto logits = interpreter.evaluate("score", tokens, 0, caches);
    REQUIRE(mlir::succeeded(logits));
    const float *values = (*logits)->data<float>();
    return std::vector<float>(values, values + (*logits)->numElements());
  }

  std::unique_ptr<driver::Session> open(const driver::Session::Options &options) {
    auto session = driver::Session::open(*file, *module, options);
    INFO((session ? std::string() : session.error().message));
    REQUIRE(session);
    return std::move(*session);
  }
};

/// Compares a session with the logits of all tokens: scored at once, in pieces, and one by one.
uint64_t compare(driver::Session &session, const std::vector<int32_t> &tokens,
                 const std::vector<float> &expected, Random &random) {
  uint64_t compared = 0;
  auto vocabulary = size_t(session.vocabulary());
  session.reset();
  auto all = session.score(tokens);
  REQUIRE(all);
  compared += requireSame(*all, expected, "score");
  auto lastOf = [&](size_t count) {
    return std::vector<float>(expected.begin() + long((count - 1) * vocabulary),
                              expected.begin() + long(count * vocabulary));
  };
  for (int64_t largest : {int64_t(1), int64_t(7), int64_t(tokens.size())}) {
    session.reset();
    for (size_t done = 0; done < tokens.size();) {
      auto count =
          std::min<size_t>(size_t(largest == int64_t(tokens.size()) ? largest : random.between(1, largest)),
                           tokens.size() - done);
      auto logits = session.evaluate(llvm::ArrayRef<int32_t>(tokens).slice(done, count));
      REQUIRE(logits);
      done += count;
      REQUIRE(session.position() == int64_t(done));
      compared += requireSame(logits->vec(), lastOf(done), "logits");
    }
  }
  return compared;
}

} // namespace

TEST_CASE("models of every block format on the CPU are golden's") {
  Random random(testSeed("models"));
  uint64_t compared = 0;
  size_t turn = 0;
  std::vector<TensorType> types = model::allTensorTypes();
  types.push_back(TensorType::I2_S); // once in either layout
  for (TensorType type : types) {
    TinyModelOptions options;
    options.matrices = type;
    options.i2s = turn % 2 ? model::I2SLayout::X86 : model::I2SLayout::ARM;
    options.seed = uint64_t(random.between(1, 1 << 30));
    if (model::blockOf(type).weights == 256) {
      options.embd = 256;
      options.ff = 512;
    } else if (type == TensorType::I2_S) {
      options.embd = 128;
      options.ff = 256;
    }
    options.context = 40;
    Model model(options);
    std::vector<int32_t> tokens = random.integers<int32_t>(19, 0, tinyVocab - 1);
    std::vector<float> expected = model.expected(tokens);
    for (const char *target : {"host", "avx2", "portable"}) {
      const unsigned counts[] = {1, 2, 3, 7};
      auto session = model.open({counts[turn++ % 4], target, false});
      INFO(model::toString(type) << " " << target);
      compared += compare(*session, tokens, expected, random);
    }
  }
  std::cout << "models: " << compared << " logits compared" << std::endl;
  REQUIRE(compared > 0);
}

TEST_CASE("models of other shapes on the CPU are golden's") {
  Random random(testSeed("shapes"));
  uint64_t compared = 0;
  TinyModelOptions plain;
  plain.context = 40;
  TinyModelOptions grouped = plain;
  grouped.embd = 96, grouped.heads = 3, grouped.kvHeads = 1, grouped.layers = 3, grouped.ff = 160;
  TinyModelOptions untied = plain;
  untied.tied = false, untied.kvHeads = 4;
  untied.others = {{"output.weight", TensorType::Q4_0},
                   {"blk.1.ffn_down.weight", TensorType::Q4_1},
                   {"blk.0.attn_v.weight", TensorType::Q5_1}};
  TinyModelOptions bitnet = plain; // squared ReLU, norms inside of blocks, one scale a matrix
  bitnet.architecture = "bitnet-b1.58";
  bitnet.subNorms = true;
  TinyModelOptions odd = plain; // heads of 24 values, a last token that fills no line
  odd.embd = 96, odd.ff = 160, odd.vocab = 317;
  ImportOptions f32Cache;
  f32Cache.f32Cache = true;
  for (const TinyModelOptions &options : {plain, grouped, untied, bitnet, odd})
    for (const ImportOptions &import : {ImportOptions(), f32Cache}) {
      Model model(options, import);
      std::vector<int32_t> tokens = random.integers<int32_t>(40, 0, options.vocab - 1); // the whole context
      std::vector<float> expected = model.expected(tokens);
      for (unsigned threads : {1u, 2u, 3u, 7u}) {
        auto session = model.open({threads, "host", false});
        INFO(threads << " threads");
        compared += compare(*session, tokens, expected, random);
        const driver::Session::Caches caches = session->caches();
        compared += requireSame(caches.k, model.caches.k.bytes, "bytes of keys");
        compared += requireSame(caches.v, model.caches.v.bytes, "bytes of values");
      }
    }
  std::cout << "shapes: " << compared << " logits and bytes of caches compared" << std::endl;
  REQUIRE(compared > 0);
}

TEST_CASE("a session refuses what it cannot evaluate and stays as it was") {
  TinyModelOptions options;
  options.context = 8;
  Model model(options);
  auto session = model.open({2, "host", false});
  CHECK(session->context() == 8);
  CHECK(session->vocabulary() == tinyVocab);
  CHECK(session->costs().threads == 2);
  REQUIRE(session->evaluate({1, 2, 3}));
  for (std::vector<int32_t> wrong :
       {std::vector<int32_t>{}, {-1}, {4, int32_t(tinyVocab)}, {1, 2, 3, 4, 5, 6}}) {
    auto refused = session->evaluate(wrong);
    REQUIRE(!refused);
    CHECK_THAT(refused.error().message, Catch::Contains("expected"));
    CHECK(!session->score(wrong));
    CHECK(session->position() == 3);
  }
  std::vector<float> before = model.expected({1, 2, 3, 4});
  auto after = session->evaluate({4});
  REQUIRE(after);
  CHECK(requireSame(after->vec(), {before.end() - tinyVocab, before.end()}, "logits") > 0);
  CHECK_THAT(driver::Session::open(*model.file, *model.module, {1, "z80", false}).error().message,
             Catch::Contains("expected target host, avx2 or portable"));
}

TEST_CASE("a token is a row of every table, whatever the logits' columns are") {
  // Logits of 7 tokens, by tables of 6 and of 5 rows.
  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  auto module = mlir::parseSourceString<mlir::ModuleOp>(
      "!c = memref<1x8x1x16xf16>\n!y = tensor<1x7xf32>\n"
      "func.func @decode(%t: tensor<1xi32>, %p: index, %k: !c, %v: !c) -> !y {\n %e = tensor.empty() : !y\n"
      " %a = nn.param \"a\" : tensor<5x7xf32>\n %b = nn.param \"b\" : tensor<6x7xf32>\n"
      " %x = nn.embed ins(%t, %a : tensor<1xi32>, tensor<5x7xf32>) outs(%e : !y) -> !y\n"
      " %z = nn.embed ins(%t, %b : tensor<1xi32>, tensor<6x7xf32>) outs(%e : !y) -> !y\n"
      " %s = nn.add ins(%x, %z : !y, !y) outs(%e : !y) -> !y\n return %s : !y\n}\n",
      &context);
  REQUIRE(module);
  auto entries = driver::modelEntries(*module);
  INFO((entries ? std::string() : entries.error().message));
  REQUIRE(entries);
  CHECK(entries->vocabulary == 7);
  CHECK(entries->tokens == 5);
}

TEST_CASE("fast mode stays near golden") {
  TinyModelOptions options;
  options.context = 40;
  Model model(options);
  Random random(testSeed("fast"));
  std::vector<int32_t> tokens = random.integers<int32_t>(30, 0, tinyVocab - 1);
  std::vector<float> expected = model.expected(tokens);
  for (const char *target : {"host", "avx2"}) {
    auto logits = model.open({2, target, true})->score(tokens);
    REQUIRE(logits);
    REQUIRE(logits->size() == expected.size());
    double largest = 0, error = 0;
    size_t different = 0;
    for (size_t i = 0; i < expected.size(); ++i) {
      largest = std::max<double>(largest, std::fabs(expected[i]));
      error = std::max<double>(error, std::fabs(double(expected[i]) - double((*logits)[i])));
      different += expected[i] != (*logits)[i];
    }
    std::cout << "fast, " << target << ": " << different << " of " << expected.size() << " logits differ, by "
              << error / largest << " of the largest at most" << std::endl;
    CHECK(different > 0);          // else nothing was contracted
    CHECK(error < 0.05 * largest); // codes of activations jump by one where a rounding differs
  }
}
