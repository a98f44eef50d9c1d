// The L1 passes of `lut` change no bit: random products, interpreted at L0 and after each pass. And the tile
// legality of the same ops, asked directly.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/LUT/LUT.h"
#include "dialects/NN/NN.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Interpreter/Interpreter.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/LUT/Passes.h"
#include "sim/golden/formats.h"
#include "sim/golden/gemm.h"
#include "sim/golden/planes.h"
#include "sim/golden/primitives.h"
#include "sim/golden/quantize.h"
#include "test/support/tiny_model.h"
#include <catch2/catch.hpp>
#include <functional>
#include <iostream>
#include <random>

using namespace accord;
using namespace mlir;

namespace {

MLIRContext &context() {
  static MLIRContext *context = [] {
    auto *made = new MLIRContext(MLIRContext::Threading::DISABLED);
    made->loadDialect<lut::LUTDialect, nn::NNDialect, func::FuncDialect, tensor::TensorDialect,
                      arith::ArithDialect>();
    return made;
  }();
  return *context;
}

struct Storage {
  const char *type;
  int64_t blockLength;
};
const Storage storages[] = {
    {"!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>", 32},
    {"!lut.weight<u8, group = 32, zero = 128, storage = gguf_q8_0>", 32},
    // Groups finer and coarser than the activations', with a tail; any K.
    {"!lut.weight<u3, group = 16, zero = 4, storage = planes>", 1},
    {"!lut.weight<u2, group = 64, zero = 0, min, storage = planes>", 1},
    // f32 scales, in planes and before; one scale a matrix.
    {"!lut.weight<u3, group = 16, zero = 0, min, scale = f32, storage = planes>", 1},
    {"!lut.weight<u4, group = 32, zero = 0, min, scale = f32, storage = gguf_q4_k>", 256},
    {"!lut.weight<u6, group = 16, zero = 32, scale = f32, storage = gguf_q6_k>", 256},
    {"!lut.weight<u2, group = 512, zero = 1, scale = f32, storage = i2_s_x86>", 512},
};

std::string replaceAll(std::string text, const std::string &from, const std::string &to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

/// A model that quantizes, and calls its layer, which multiplies the codes by two weights and adds.
std::string program(int64_t m, int64_t n, int64_t k, const char *weight) {
  std::string text = R"(
    func.func @model(%x: tensor<MxKxf32>, %a: tensor<NxKxWEIGHT>, %b: tensor<NxKxWEIGHT>) -> (tensor<MxNxf32>, tensor<MxNxf32>) {
      %q0 = tensor.empty() : tensor<MxKxi8>
      %s0 = tensor.empty() : tensor<MxGxf32>
      %q, %s = lut.quantize_act {group = 32} ins(%x : tensor<MxKxf32>) outs(%q0, %s0 : tensor<MxKxi8>, tensor<MxGxf32>)
                 -> tensor<MxKxi8>, tensor<MxGxf32>
      %0, %1 = call @layer(%q, %s, %a, %b) : (tensor<MxKxi8>, tensor<MxGxf32>, tensor<NxKxWEIGHT>, tensor<NxKxWEIGHT>)
                 -> (tensor<MxNxf32>, tensor<MxNxf32>)
      return %0, %1 : tensor<MxNxf32>, tensor<MxNxf32>
    }
    func.func private @layer(%q: tensor<MxKxi8>, %s: tensor<MxGxf32>, %a: tensor<NxKxWEIGHT>, %b: tensor<NxKxWEIGHT>)
        -> (tensor<MxNxf32>, tensor<MxNxf32>) {
      %true = arith.constant true
      %y0 = tensor.empty() : tensor<MxNxf32>
      %0 = lut.mpgemm {act_group = 32} ins(%q, %s, %a : tensor<MxKxi8>, tensor<MxGxf32>, tensor<NxKxWEIGHT>)
             outs(%y0 : tensor<MxNxf32>) -> tensor<MxNxf32>
      %1 = lut.mpgemm {act_group = 32} ins(%q, %s, %b : tensor<MxKxi8>, tensor<MxGxf32>, tensor<NxKxWEIGHT>)
             outs(%0 : tensor<MxNxf32>) accumulate(%true : i1) -> tensor<MxNxf32>
      return %0, %1 : tensor<MxNxf32>, tensor<MxNxf32>
    }
  )";
  auto letter = [&](const char *before, const std::string &value) {
    for (const char *after : {"x", "xi8", "xf32"})
      text = replaceAll(text, std::string(before) + after, value + after);
  };
  text = replaceAll(text, "tensor<Mx", "tensor<" + std::to_string(m) + "x");
  text = replaceAll(text, "tensor<Nx", "tensor<" + std::to_string(n) + "x");
  letter("xG", "x" + std::to_string(golden::ceilDiv(k, 32)));
  letter("xK", "x" + std::to_string(k));
  letter("xN", "x" + std::to_string(n));
  return replaceAll(text, "WEIGHT", weight);
}

/// Any bytes are codes; scales are made finite and ordinary so that a difference shows in most bits.
HostTensor randomWeights(Type type, int64_t n, int64_t k, std::mt19937 &random) {
  auto weight = cast<lut::WeightType>(getElementTypeOrSelf(type));
  HostTensor result = *makeHostTensor(type, {n, k});
  std::uniform_real_distribution<float> value(-0.05f, 0.05f);
  if (std::optional<golden::BlockFormat> format = blockFormatOf(weight.getStorage())) {
    std::string bytes = test::randomBlocks(*format, n, k, 0.03f, random());
    result.bytes.assign(bytes.begin(), bytes.end());
    return result;
  }
  // Random nibbles everywhere but in the padding, which packPlanes zeroes: pack random codes.
  int64_t groups = golden::ceilDiv(k, weight.getGroup());
  std::vector<uint8_t> codes(n * k);
  for (uint8_t &code : codes)
    code = random() % (1u << weight.getBits());
  golden::packPlanes(codes.data(), n, k, weight.getBits(), result.bytes.data());
  uint8_t *at = result.bytes.data() + golden::planesBytes(n, k, weight.getBits());
  for (int part = 0; part < (weight.getHasMin() ? 2 : 1); ++part) {
    std::vector<float> d(n * groups);
    for (float &scale : d)
      scale = value(random);
    std::vector<uint16_t> halves(d.size());
    llvm::transform(d, halves.begin(), golden::f32ToF16);
    if (weight.getScale().isF32())
      golden::packScales(d.data(), n, groups, reinterpret_cast<float *>(at));
    else
      golden::packScales(halves.data(), n, groups, reinterpret_cast<uint16_t *>(at));
    at += weight.getScaleBytes() * golden::scalesCount(n, groups);
  }
  return result;
}

struct Step {
  const char *name;
  std::function<std::unique_ptr<Pass>()> make;
  bool onModule;
  /// An op that must be there afterwards, so that a pass that does nothing is found out.
  const char *leaves;
};

int64_t count(ModuleOp module, StringRef name) {
  int64_t found = 0;
  module.walk([&](Operation *op) { found += op->getName().getStringRef() == name; });
  return found;
}

} // namespace

TEST_CASE("the L1 passes change no bit", "[mlir][lut]") {
  const unsigned seed = std::random_device{}();
  std::mt19937 random(seed);
  INFO("seed " << seed);
  const std::vector<Step> lookup = {
      {"lut-split-precompute", [] { return lut::createLutSplitPrecompute(); }, false, "lut.lookup_gemm"},
      {"lut-symmetrize", [] { return lut::createLutSymmetrize(); }, false, "lut.lookup_gemm"},
      {"lut-invert-indices", [] { return lut::createLutInvertIndices(); }, false, "lut.lookup_gemm"},
      {"lut-to-lmma", [] { return lut::createLutToLMMA(); }, false, "lut.lmma"},
      {"lut-hoist-repack", [] { return lut::createLutHoistRepack(); }, true, "lut.lmma"},
  };
  const std::vector<Step> multiply = {
      {"lut-to-mma", [] { return lut::createLutToMMA(); }, false, "lut.mma"},
      {"lut-hoist-repack", [] { return lut::createLutHoistRepack(); }, true, "lut.mma"},
  };
  int64_t compared = 0, programs = 0, perChain[2] = {};
  for (const Storage &storage : storages)
    for (int64_t n : {1, 63, 64, 65, 192})
      for (int64_t k : {36, 64, 512, 576}) {
        if (k % storage.blockLength != 0 || (n == 192 && k > 64 && programs % 2))
          continue;
        for (const std::vector<Step> &steps : {std::cref(lookup), std::cref(multiply)}) {
          int64_t m = 1 + random() % 9;
          INFO("M " << m << ", N " << n << ", K " << k << ", " << storage.type);
          OwningOpRef<ModuleOp> module =
              parseSourceString<ModuleOp>(program(m, n, k, storage.type), &context());
          REQUIRE(module);
          auto model = module->lookupSymbol<func::FuncOp>("model");
          HostTensor x = *makeHostTensor(model.getArgumentTypes()[0], {m, k});
          std::normal_distribution<float> normal;
          for (int64_t i = 0; i < m * k; ++i)
            x.data<float>()[i] = normal(random);
          SmallVector<HostTensor> arguments = {x, randomWeights(model.getArgumentTypes()[1], n, k, random),
                                               randomWeights(model.getArgumentTypes()[2], n, k, random)};
          FailureOr<SmallVector<HostTensor>> expected = interpret(model, arguments);
          REQUIRE(succeeded(expected));
          // Not by chance all the same: a product of nothing but zeros would compare equal after any pass.
          const std::vector<uint8_t> &bytes = (*expected)[0].bytes;
          REQUIRE(std::any_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte != 0; }));
          ++programs;
          perChain[&steps == &multiply] += 1;
          for (const Step &step : steps) {
            INFO("after " << step.name);
            PassManager pm(&context());
            if (step.onModule)
              pm.addPass(step.make());
            else
              pm.addNestedPass<func::FuncOp>(step.make());
            REQUIRE(succeeded(pm.run(*module)));
            REQUIRE(count(*module, step.leaves) == 2);
            REQUIRE(count(*module, "lut.mpgemm") == 0);
            if (step.onModule && storage.blockLength > 1) {
              // The weights are the loader's now: packed by the interpreter, as a loader would.
              REQUIRE(count(*module, "lut.repack") == 0);
              for (unsigned i : {1u, 2u}) {
                std::string type, source;
                llvm::raw_string_ostream(type) << model.getArgumentTypes()[i];
                llvm::raw_string_ostream(source)
                    << model.getArgAttrOfType<TypeAttr>(i, lut::sourceAttrName).getValue();
                OwningOpRef<ModuleOp> loader = parseSourceString<ModuleOp>(
                    "func.func @load(%w: " + source + ") -> " + type + " {\n %p = lut.repack %w : " + source +
                        " to " + type + "\n return %p : " + type + "\n}",
                    &context());
                REQUIRE(loader);
                auto load = loader->lookupSymbol<func::FuncOp>("load");
                FailureOr<SmallVector<HostTensor>> packed = interpret(load, arguments[i]);
                REQUIRE(succeeded(packed));
                arguments[i] = (*packed)[0];
              }
            }
            FailureOr<SmallVector<HostTensor>> got = interpret(model, arguments);
            REQUIRE(succeeded(got));
            for (auto [want, have] : llvm::zip_equal(*expected, *got)) {
              REQUIRE(want.bytes == have.bytes);
              compared += want.numElements();
            }
          }
        }
      }
  std::cout << "lut passes: " << programs << " programs, " << compared << " outputs compared, seed " << seed
            << "\n";
  REQUIRE(programs > 80);
  REQUIRE(perChain[0] == perChain[1]);
  REQUIRE(compared > 100000);
}

TEST_CASE("an op continues what it accumulates, in the contract's order", "[mlir][lut]") {
  // Two halves of K, the second accumulating, are the whole to the bit.
  const unsigned seed = std::random_device{}();
  std::mt19937 random(seed);
  INFO("seed " << seed);
  const int64_t M = 3, N = 65, K = 128;
  auto text = [&](const std::string &k, const std::string &g, bool accumulate) {
    std::string w = "tensor<65x" + k + "x!lut.weight<u4, group = 32, zero = 0, min, storage = gguf_q4_1>>";
    return "func.func @f(%q: tensor<3x" + k + "xi8>, %s: tensor<3x" + g + "xf32>, %w: " + w +
           ", %y: tensor<3x65xf32>) -> tensor<3x65xf32> {\n %t = arith.constant true\n" +
           " %0 = lut.mpgemm {act_group = 32} ins(%q, %s, %w : tensor<3x" + k + "xi8>, tensor<3x" + g +
           "xf32>, " + w + ") outs(%y : tensor<3x65xf32>) " + (accumulate ? "accumulate(%t : i1) " : "") +
           "-> tensor<3x65xf32>\n return %0 : tensor<3x65xf32>\n}";
  };
  auto run = [&](const std::string &source, ArrayRef<HostTensor> arguments) {
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(source, &context());
    REQUIRE(module);
    auto result = interpret(module->lookupSymbol<func::FuncOp>("f"), arguments);
    REQUIRE(succeeded(result));
    return (*result)[0];
  };
  std::vector<float> x(M * K), weights(N * K);
  std::normal_distribution<float> normal;
  for (float &v : x)
    v = normal(random);
  for (float &v : weights)
    v = normal(random);
  auto columns = [&](int64_t begin, int64_t end) {
    int64_t k = end - begin;
    std::vector<float> xs(M * k), ws(N * k);
    for (int64_t m = 0; m < M; ++m)
      std::copy_n(&x[m * K + begin], k, &xs[m * k]);
    for (int64_t n = 0; n < N; ++n)
      std::copy_n(&weights[n * K + begin], k, &ws[n * k]);
    HostTensor q = {{M, k}, ElementKind::I8, std::vector<uint8_t>(M * k)};
    HostTensor s = {{M, k / 32}, ElementKind::F32, std::vector<uint8_t>(M * k / 32 * 4)};
    golden::quantizeAct(xs.data(), M, k, 32, q.data<int8_t>(), s.data<float>());
    HostTensor w = {{N, k}, ElementKind::Weight, std::vector<uint8_t>(N * k / 32 * 20)};
    golden::encodeQ4_1(ws.data(), N, k, w.bytes.data());
    return SmallVector<HostTensor>{q, s, w};
  };
  HostTensor y = {{M, N}, ElementKind::F32, std::vector<uint8_t>(M * N * 4, 0x55)};
  auto with = [](SmallVector<HostTensor> inputs, const HostTensor &out) {
    inputs.push_back(out);
    return inputs;
  };
  HostTensor whole = run(text("128", "4", false), with(columns(0, 128), y));
  HostTensor first = run(text("64", "2", false), with(columns(0, 64), y));
  HostTensor second = run(text("64", "2", true), with(columns(64, 128), first));
  REQUIRE(whole.bytes == second.bytes);
  REQUIRE(first.bytes != second.bytes);
  std::cout << "accumulate: " << M * N << " outputs compared, seed " << seed << "\n";
}

TEST_CASE("tile legality names the factor at fault and changes nothing", "[mlir][lut]") {
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(R"(
    !w = !lut.weight<u4, group = 64, zero = 0, min, storage = planes>
    func.func @f(%t: tensor<4x144x8xi16>, %a: tensor<4x18xi32>, %s: tensor<4x18xf32>, %w: tensor<192x576x!w>,
                 %y: tensor<4x192xf32>, %x: tensor<4x576xf32>, %o: tensor<4x576xf32>, %c: tensor<4x32xf32>) {
      %0 = lut.lmma {act_group = 32, instr = #lut.instr<m = 2, n = 48, k = 4, act = i8, weight = u4, accum = i32, out = f32>}
        ins(%t, %a, %s, %w : tensor<4x144x8xi16>, tensor<4x18xi32>, tensor<4x18xf32>, tensor<192x576x!w>)
        outs(%y : tensor<4x192xf32>) -> tensor<4x192xf32>
      %1 = nn.rope {head_dim = 64, style = halves} ins(%x, %c, %c : tensor<4x576xf32>, tensor<4x32xf32>, tensor<4x32xf32>)
        outs(%o : tensor<4x576xf32>) -> tensor<4x576xf32>
      return
    })",
                                                             &context());
  REQUIRE(module);
  std::string said;
  ScopedDiagnosticHandler handler(&context(), [&](Diagnostic &diag) { said = diag.str(); });
  auto ask = [&](StringRef op, ArrayRef<int64_t> sizes) {
    std::string answer = "no such op";
    module->walk([&](Operation *candidate) {
      if (candidate->getName().getStringRef() != op)
        return;
      said.clear();
      answer = succeeded(verifyTile(candidate, sizes)) ? "legal" : said;
    });
    return answer;
  };
  auto print = [&] {
    std::string text;
    llvm::raw_string_ostream(text) << *module;
    return text;
  };
  std::string before = print();
  CHECK(ask("lut.lmma", {2, 0, 64}) == "legal");
  CHECK(ask("lut.lmma", {1, 192, 576}) == "legal");
  // The last tile may be shorter, the others may not: 48 lanes and 64 packed lanes meet at 192.
  CHECK(ask("lut.lmma", {2, 64, 64}) ==
        "'lut.lmma' op expected a tile size of dimension n that is a multiple of 192 "
        "(packed lanes 64, instruction n 48), got 64");
  CHECK(ask("lut.lmma", {2, 192, 32}) ==
        "'lut.lmma' op expected a tile size of dimension k that is a multiple of 64 "
        "(activation group 32, weight group 64), got 32");
  CHECK(ask("lut.lmma", {-1, 0, 0}) ==
        "'lut.lmma' op expected a tile size of dimension m that is not negative, got -1");
  CHECK(ask("lut.lmma", {2, 64}) == "'lut.lmma' op expected 3 tile sizes (m, n, k), got 2");
  CHECK(ask("nn.rope", {1, 128}) == "legal");
  CHECK(ask("nn.rope", {1, 96}) ==
        "'nn.rope' op expected a tile size of dimension c that is a multiple of 64 (head_dim 64), got 96");
  CHECK(ask("func.return", {1}) == "'func.return' op expected an op that can be tiled");
  CHECK(print() == before);
}

TEST_CASE("storage bytes are those of the layouts", "[mlir][lut]") {
  auto bytes = [](const char *text, int64_t n, int64_t k) {
    auto type = dyn_cast_or_null<lut::WeightType>(parseType(text, &context()));
    REQUIRE(type);
    return type.storageBytes(n, k);
  };
  CHECK(bytes(storages[0].type, 192, 576) == 192 * (576 / 32) * 20);
  CHECK(bytes(storages[1].type, 65, 64) == 65 * 2 * 34);
  // 65 rows take two tiles of 64; 36 / 16 leaves a tail group.
  CHECK(bytes(storages[2].type, 65, 36) == golden::planesBytes(65, 36, 3) + 2 * golden::scalesCount(65, 3));
  CHECK(bytes(storages[3].type, 1, 64) == golden::planesBytes(1, 64, 2) + 2 * 2 * golden::scalesCount(1, 1));
}
