// Weights of every storage: their table against golden's, products through the interpreter against golden's
// on the decoded blocks, and repacked to planes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Interpreter/Interpreter.h"
#include "mlir/Parser/Parser.h"
#include "sim/golden/formats.h"
#include "sim/golden/gemm.h"
#include "sim/golden/planes.h"
#include "sim/golden/quantize.h"
#include "test/support/tiny_model.h"
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <iostream>
#include <random>

using namespace accord;
using namespace mlir;

namespace {

MLIRContext &context() {
  static MLIRContext *context = [] {
    auto *made = new MLIRContext(MLIRContext::Threading::DISABLED);
    made->loadDialect<lut::LUTDialect, func::FuncDialect>();
    return made;
  }();
  return *context;
}

std::vector<lut::Storage> blockStorages() {
  std::vector<lut::Storage> storages;
  for (unsigned i = 0; i <= lut::getMaxEnumValForStorage(); ++i)
    if (lut::Storage(i) != lut::Storage::Planes)
      storages.push_back(lut::Storage(i));
  return storages;
}

std::string text(Type type) {
  std::string result;
  llvm::raw_string_ostream(result) << type;
  return result;
}

/// A function of one op: its text with M, N, K and groups filled in by the caller.
FailureOr<HostTensor> evaluate(const std::string &source, ArrayRef<HostTensor> arguments) {
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(source, &context());
  REQUIRE(module);
  FailureOr<SmallVector<HostTensor>> results = interpret(module->lookupSymbol<func::FuncOp>("f"), arguments);
  if (failed(results))
    return failure();
  return (*results)[0];
}

constexpr int64_t M = 3, N = 65, K = 512;

std::string product(lut::WeightType type, int64_t actGroup) {
  std::string q = "tensor<3x512xi8>", s = "tensor<3x" + std::to_string(K / actGroup) + "xf32>",
              w = "tensor<65x512x" + text(type) + ">", y = "tensor<3x65xf32>";
  return "func.func @f(%q: " + q + ", %s: " + s + ", %w: " + w + ", %y: " + y + ") -> " + y +
         " {\n %0 = lut.mpgemm {act_group = " + std::to_string(actGroup) + "} ins(%q, %s, %w : " + q + ", " +
         s + ", " + w + ") outs(%y : " + y + ") -> " + y + "\n return %0 : " + y + "\n}";
}

std::string repack(lut::WeightType from, lut::WeightType to) {
  std::string source = "tensor<65x512x" + text(from) + ">", result = "tensor<65x512x" + text(to) + ">";
  return "func.func @f(%w: " + source + ") -> " + result + " {\n %0 = lut.repack %w : " + source + " to " +
         result + "\n return %0 : " + result + "\n}";
}

HostTensor tensorOf(ElementKind kind, int64_t rows, int64_t columns, int64_t bytes) {
  return {{rows, columns}, kind, std::vector<uint8_t>(rows * columns * bytes)};
}

HostTensor randomWeights(golden::BlockFormat format, uint64_t seed) {
  std::string bytes = test::randomBlocks(format, N, K, 0.05f, seed);
  return {{N, K}, ElementKind::Weight, std::vector<uint8_t>(bytes.begin(), bytes.end())};
}

} // namespace

TEST_CASE("the table of storages is golden's table of formats", "[mlir][lut]") {
  size_t compared = 0;
  for (lut::Storage storage : blockStorages()) {
    const lut::EncodingInfo &info = lut::encodingInfo(storage);
    INFO(info.name);
    REQUIRE(blockFormatOf(storage));
    const golden::BlockInfo &block = golden::blockInfo(*blockFormatOf(storage));
    const golden::WeightFormat values = golden::weightFormat(block.format, K);
    auto type = lut::WeightType::ofStorage(&context(), storage, K);
    CHECK(stringifyStorage(storage) == info.name);
    CHECK(int(type.getBits()) == values.bits);
    CHECK(type.getZero() == values.zero);
    CHECK(type.getHasMin() == values.hasMin);
    CHECK(type.getGroup() == values.group);
    CHECK(type.getBlockLength() == block.weights);
    CHECK(type.storageBytes(N, K) == golden::matrixBytes(block.format, N, K));
    // Blocks of many groups multiply two levels of scales; I2_S stores an f32. Others have an f16 of their
    // own.
    const bool twoLevels = block.values.group != 0 && block.weights > values.group;
    CHECK(type.getScale().isF32() == (twoLevels || block.values.group == 0));
    ++compared;
  }
  CHECK(!blockFormatOf(lut::Storage::Planes));
  CHECK(compared == golden::blockFormats().size());
}

TEST_CASE("products of every storage are golden's, also from planes", "[mlir][lut]") {
  const uint64_t seed = std::random_device{}();
  std::mt19937_64 random(seed);
  INFO("seed " << seed);
  int64_t compared = 0, products = 0;
  for (lut::Storage storage : blockStorages())
    for (int64_t actGroup : {16, 32, 64}) {
      golden::BlockFormat format = *blockFormatOf(storage);
      golden::WeightFormat f = golden::weightFormat(format, K);
      auto type = lut::WeightType::ofStorage(&context(), storage, K);
      INFO(text(type) << ", act_group " << actGroup);

      std::vector<float> x(M * K);
      std::normal_distribution<float> normal;
      for (float &v : x)
        v = normal(random);
      HostTensor q = tensorOf(ElementKind::I8, M, K, 1), s = tensorOf(ElementKind::F32, M, K / actGroup, 4);
      HostTensor y = tensorOf(ElementKind::F32, M, N, 4);
      golden::quantizeAct(x.data(), M, K, actGroup, q.data<int8_t>(), s.data<float>());
      HostTensor w = randomWeights(format, random());

      std::vector<uint8_t> codes(N * K);
      std::vector<float> d(N * golden::ceilDiv(K, f.group)), min(d.size()), expected(M * N);
      REQUIRE(golden::decodeBlocks(format, w.bytes.data(), N, K, codes.data(), d.data(), min.data()));
      golden::mpgemm(q.data<int8_t>(), s.data<float>(), codes.data(), d.data(),
                     f.hasMin ? min.data() : nullptr, f, actGroup, M, N, K, expected.data());
      auto same = [&](const FailureOr<HostTensor> &got) {
        REQUIRE(succeeded(got));
        CHECK(std::memcmp(got->bytes.data(), expected.data(), expected.size() * sizeof(float)) == 0);
        compared += M * N;
      };
      same(evaluate(product(type, actGroup), {q, s, w, y}));

      lut::WeightType planes = type.withStorage(lut::Storage::Planes);
      REQUIRE(planes);
      FailureOr<HostTensor> packed = evaluate(repack(type, planes), w);
      REQUIRE(succeeded(packed));
      CHECK(int64_t(packed->bytes.size()) == planes.storageBytes(N, K));
      CHECK(planes.storageBytes(N, K) ==
            golden::planesBytes(N, K, f.bits) + type.getScaleBytes() * (f.hasMin ? 2 : 1) *
                                                    golden::scalesCount(N, golden::ceilDiv(K, f.group)));
      same(evaluate(product(planes, actGroup), {q, s, *packed, y}));
      CHECK(std::count(expected.begin(), expected.end(), 0.0f) < M * N / 2);
      ++products;
    }
  std::cout << "storages: " << products << " products, " << compared << " outputs compared, seed " << seed
            << "\n";
  CHECK(products == 14 * 3);
  CHECK(compared == 2 * products * M * N);
}

TEST_CASE("a code that I2_S does not have is told at its op", "[mlir][lut]") {
  auto type = lut::WeightType::ofStorage(&context(), lut::Storage::I2S_X86, K);
  HostTensor w = randomWeights(golden::BlockFormat::I2_S_X86, 1);
  w.bytes[2 * K / 4] |= 0xc0; // row 2, its first weight
  std::string said;
  ScopedDiagnosticHandler handler(&context(), [&](Diagnostic &diag) { said = diag.str(); });
  CHECK(failed(evaluate(product(type, 32),
                        {tensorOf(ElementKind::I8, M, K, 1), tensorOf(ElementKind::F32, M, K / 32, 4), w,
                         tensorOf(ElementKind::F32, M, N, 4)})));
  CHECK(said == "'lut.mpgemm' op weights: row 2, weight 0: expected a code of 0 to 2, got 3");
  CHECK(failed(evaluate(repack(type, type.withStorage(lut::Storage::Planes)), w)));
  CHECK(said == "'lut.repack' op weights: row 2, weight 0: expected a code of 0 to 2, got 3");
}
