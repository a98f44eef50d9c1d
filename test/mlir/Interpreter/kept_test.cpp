// What a model keeps, in the interpreter: parameters, rotary tables, caches in the caller's memory; slices
// and indices; and what run time may get wrong about each.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/LUT/LUT.h"
#include "dialects/NN/NN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interpreter/Interpreter.h"
#include "mlir/Parser/Parser.h"
#include "sim/golden/attention.h"
#include "sim/golden/formats.h"
#include "sim/golden/primitives.h"
#include <catch2/catch.hpp>

using namespace accord;
using namespace mlir;

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

template <typename T> HostTensor make(SmallVector<int64_t> shape, ElementKind kind, std::vector<T> values) {
  HostTensor result = {shape, kind, std::vector<uint8_t>(values.size() * sizeof(T))};
  std::copy(values.begin(), values.end(), result.data<T>());
  return result;
}
HostTensor floats(SmallVector<int64_t> shape, std::vector<float> values) {
  return make(shape, ElementKind::F32, values);
}
HostTensor index(int64_t value) { return make<int64_t>({}, ElementKind::Index, {value}); }

SharedTensor shared(HostTensor tensor) { return std::make_shared<const HostTensor>(std::move(tensor)); }

/// The results of @f, or the first diagnostic.
struct Run {
  SmallVector<SharedTensor> results;
  std::string said;
  Run(const std::string &text, ArrayRef<Argument> arguments, ParamResolver resolver = {}) {
    ScopedDiagnosticHandler handler(&context(), [&](Diagnostic &diag) {
      if (said.empty())
        said = diag.str();
    });
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context());
    if (!module)
      return;
    auto ran = InterpreterSession(resolver).run(module->lookupSymbol<func::FuncOp>("f"), arguments);
    if (succeeded(ran))
      results = std::move(*ran);
  }
  template <typename T> std::vector<T> values(size_t result = 0) const {
    if (result >= results.size())
      return {};
    const T *data = results[result]->data<T>();
    return {data, data + results[result]->numElements()};
  }
};

} // namespace

TEST_CASE("a cache is the caller's memory", "[mlir][interpreter]") {
  const std::string text = R"(
    func.func @f(%x: tensor<?x4xf32>, %q: tensor<?x8xf32>, %k: memref<2x6x2x2xf16>, %v: memref<2x6x2x2xf16>, %p: index)
        -> tensor<?x8xf32> {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %m = tensor.dim %x, %c0 : tensor<?x4xf32>
      func.call @append(%x, %k, %c1, %p) : (tensor<?x4xf32>, memref<2x6x2x2xf16>, index, index) -> ()
      func.call @append(%x, %v, %c1, %p) : (tensor<?x4xf32>, memref<2x6x2x2xf16>, index, index) -> ()
      %y0 = tensor.empty(%m) : tensor<?x8xf32>
      %y = nn.attention {heads = 4, scale = 0.5} ins(%q : tensor<?x8xf32>)
             cache(%k, %v : memref<2x6x2x2xf16>, memref<2x6x2x2xf16>) at(%c1, %p) outs(%y0 : tensor<?x8xf32>) -> tensor<?x8xf32>
      return %y : tensor<?x8xf32>
    }
    func.func private @append(%x: tensor<?x4xf32>, %c: memref<2x6x2x2xf16>, %l: index, %p: index) {
      nn.cache_append ins(%x : tensor<?x4xf32>) into(%c : memref<2x6x2x2xf16>) at(%l, %p)
      return
    })";
  const HostTensor x = floats({2, 4}, {1, 2, 3, 4, 5, 6, 7, 8}),
                   q = floats({2, 8}, {1, 0, 2, 1, -1, 2, 3, 1, 1, 1, 1, 1, 2, 2, 2, 2});
  HostTensor k = make({2, 6, 2, 2}, ElementKind::F16, std::vector<uint16_t>(48)), v = k;
  auto run = [&](int64_t position, const HostTensor &rows) {
    return Run(text, {shared(rows), shared(q), &k, &v, shared(index(position))});
  };
  Run result = run(4, x);
  INFO(result.said);
  REQUIRE(result.results.size() == 1);

  std::vector<uint16_t> cache(48);
  golden::CacheShape shape{2, 6, 2, 2};
  golden::cacheAppend(x.data<float>(), 2, shape, 1, 4, golden::FloatFormat::F16, cache.data());
  CHECK(std::equal(cache.begin(), cache.end(), k.data<uint16_t>()));
  CHECK(k.bytes == v.bytes);
  std::vector<float> expected(16);
  golden::Floats halves{golden::FloatFormat::F16, cache.data()};
  golden::attention(q.data<float>(), 2, 4, 0.5f, shape, halves, halves, 1, 4, expected.data());
  CHECK(result.values<float>() == expected);

  CHECK(run(5, x).said ==
        "'nn.cache_append' op expected rows in the cache's 6 positions, got 2 from position 5");
  CHECK(run(-1, x).said ==
        "'nn.cache_append' op expected rows in the cache's 6 positions, got 2 from position -1");
  CHECK(run(INT64_MAX, x).said == "'nn.cache_append' op expected rows in the cache's 6 positions, got 2 from "
                                  "position 9223372036854775807");
  // One row appended, two asked about.
  CHECK(run(5, floats({1, 4}, {1, 2, 3, 4})).said ==
        "'nn.attention' op expected axis 0 of operand 5 to be 2 (m = 2), got 1");
  CHECK(Run(text, {shared(x), shared(q), shared(k), &v, shared(index(0))}).said ==
        "'func.func' op argument 2: expected 'memref<2x6x2x2xf16>' (memory to update), got shape [2, 6, 2, "
        "2] of "
        "f16, 96 bytes");
  HostTensor mutableX = x;
  CHECK(Run(text, {&mutableX, shared(q), &k, &v, shared(index(0))}).said ==
        "'func.func' op argument 0: expected 'tensor<?x4xf32>', got shape [2, 4] of f32, 32 bytes (memory)");
  CHECK(Run(text, {shared(x), shared(q), Argument(), &v, shared(index(0))}).said ==
        "'func.func' op argument 2: expected 'memref<2x6x2x2xf16>' (memory to update), got none");
}

TEST_CASE("attention holds run time's layer, position and shape to the cache", "[mlir][interpreter]") {
  const std::string text = R"(
    func.func @f(%q: tensor<?x?xf32>, %y0: tensor<?x?xf32>, %k: memref<2x6x1x2xf32>, %l: index, %p: index) -> tensor<?x?xf32> {
      %y = nn.attention {heads = 2, scale = 1.0} ins(%q : tensor<?x?xf32>) cache(%k, %k : memref<2x6x1x2xf32>, memref<2x6x1x2xf32>)
             at(%l, %p) outs(%y0 : tensor<?x?xf32>) -> tensor<?x?xf32>
      return %y : tensor<?x?xf32>
    })";
  HostTensor cache = floats({2, 6, 1, 2}, std::vector<float>(24, 1));
  auto said = [&](HostTensor q, HostTensor y, int64_t layer, int64_t position) {
    return Run(text, {shared(q), shared(y), &cache, shared(index(layer)), shared(index(position))}).said;
  };
  const HostTensor q = floats({1, 4}, {1, 2, 3, 4}), narrow = floats({1, 3}, {1, 2, 3});
  CHECK(said(q, q, 1, 5) == "");
  CHECK(said(q, q, 2, 0) == "'nn.attention' op expected a layer of the cache, 0 to 1, got 2");
  CHECK(said(q, q, -1, 0) == "'nn.attention' op expected a layer of the cache, 0 to 1, got -1");
  CHECK(said(q, q, 0, 6) ==
        "'nn.attention' op expected rows in the cache's 6 positions, got 1 from position 6");
  CHECK(said(narrow, q, 0, 0) == "'nn.attention' op expected axis 1 of operand 0 to be 4, got 3");
  CHECK(said(q, narrow, 0, 0) == "'nn.attention' op expected axis 1 of operand 5 to be 4, got 3");
}

TEST_CASE("memory is for caches", "[mlir][interpreter]") {
  HostTensor x = floats({1, 4}, {1, 2, 3, 4}), y = x;
  CHECK(Run("func.func @f(%x: memref<1x4xf32>, %y: memref<1x4xf32>) {\n nn.silu ins(%x : memref<1x4xf32>) "
            "outs(%y : memref<1x4xf32>)\n return\n}",
            {&x, &y})
            .said == "'nn.silu' op expected tensors to execute on, got 'memref<1x4xf32>'");
  CHECK(Run("func.func @f(%x: memref<1x4xf32>) -> memref<1x4xf32> {\n return %x : memref<1x4xf32>\n}", {&x})
            .said == "'func.func' op result 0: expected a tensor, got 'memref<1x4xf32>'");
  CHECK(Run("func.func @f(%x: memref<1x4xf32, strided<[8, 1]>>) {\n return\n}", {&x}).said ==
        "'func.func' op argument 0: expected 'memref<1x4xf32, strided<[8, 1]>>' (memory to update), got "
        "shape [1, "
        "4] of f32, 16 bytes (memory)");
}

TEST_CASE("parameters are asked for by name and type, once", "[mlir][interpreter]") {
  const std::string text = R"(
    !w = !lut.weight<u8, group = 32, zero = 128, storage = gguf_q8_0>
    func.func @f(%t: tensor<?xi32>) -> (tensor<4xf32>, tensor<2x32xf32>, tensor<4xf32>) {
      %a = nn.param "a" : tensor<4xf32>
      %w = nn.param "w" : tensor<3x32x!w>
      %b = nn.param "a" : tensor<4xf32>
      %y0 = tensor.empty() : tensor<2x32xf32>
      %t2 = tensor.cast %t : tensor<?xi32> to tensor<2xi32>
      %y = nn.embed ins(%t2, %w : tensor<2xi32>, tensor<3x32x!w>) outs(%y0 : tensor<2x32xf32>) -> tensor<2x32xf32>
      return %a, %y, %b : tensor<4xf32>, tensor<2x32xf32>, tensor<4xf32>
    })";
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context());
  REQUIRE(module);
  auto function = module->lookupSymbol<func::FuncOp>("f");
  std::vector<float> table(96);
  for (size_t i = 0; i < 96; ++i)
    table[i] = static_cast<float>(i) - 40;
  HostTensor weights = {{3, 32}, ElementKind::Weight, std::vector<uint8_t>(3 * 34)};
  golden::encodeQ8_0(table.data(), 3, 32, weights.bytes.data());
  const SharedTensor a = shared(floats({4}, {1, 2, 3, 4})), w = shared(weights);
  int asked = 0;
  InterpreterSession session([&](StringRef name, Type type) -> Expected<SharedTensor> {
    ++asked;
    return name == "a" ? a : w;
  });
  const SharedTensor tokens = shared(make<int32_t>({2}, ElementKind::I32, {2, 0}));
  for (int run = 0; run < 3; ++run) {
    auto results = session.run(function, {tokens});
    REQUIRE(succeeded(results));
    CHECK((*results)[0].get() == a.get()); // shared, not copied
    CHECK((*results)[2].get() == a.get());
    const float *y = (*results)[1]->data<float>();
    for (size_t i = 0; i < 64;
         ++i) // row 2 spans 24..55, row 0 -40..-9: half a step, and the scale rounds to f16
      CHECK(std::fabs(y[i] - table[i < 32 ? 64 + i : i - 32]) <= (i < 32 ? 55.f : 40.f) / 220);
  }
  CHECK(asked == 2);

  auto said = [&](std::vector<int32_t> ids, ParamResolver resolver) {
    return Run(text, {shared(make({static_cast<int64_t>(ids.size())}, ElementKind::I32, ids))}, resolver)
        .said;
  };
  auto both = [&](StringRef name, Type) -> Expected<SharedTensor> { return name == "a" ? a : w; };
  CHECK(said({2, 0}, both) == "");
  CHECK(said({0, 3}, both) == "'nn.embed' op token 1: expected a row of the table, 0 to 2, got 3");
  CHECK(said({-1, 0}, both) == "'nn.embed' op token 0: expected a row of the table, 0 to 2, got -1");
  CHECK(said({0}, both) ==
        "'tensor.cast' op expected a tensor that is 'tensor<2xi32>', got shape [1] of i32, 4 bytes");
  CHECK(said({0, 0}, {}) == "'nn.param' op parameter \"a\": expected a resolver to ask, got none");
  CHECK(said({0, 0}, [](StringRef name, Type) -> Expected<SharedTensor> {
          return Error{"model.gguf: expected a tensor '" + name.str() + "', got none"};
        }) == "'nn.param' op parameter \"a\": model.gguf: expected a tensor 'a', got none");
  CHECK(said({0, 0}, [](StringRef, Type) -> Expected<SharedTensor> { return SharedTensor(); }) ==
        "'nn.param' op parameter \"a\": expected 'tensor<4xf32>', got none");
  CHECK(said({0, 0}, [&](StringRef, Type) -> Expected<SharedTensor> { return a; }) ==
        "'nn.param' op parameter \"w\": expected 'tensor<3x32x!lut.weight<u8, group = 32, zero = 128, "
        "storage = "
        "gguf_q8_0>>', got shape [4] of f32, 16 bytes");
}

TEST_CASE("rotary tables are golden's, with factors from the parameters", "[mlir][interpreter]") {
  auto text = [](const std::string &more) {
    return "func.func @f() -> (tensor<9x2xf32>, tensor<9x2xf32>) {\n %c, %s = nn.rope_table {head_dim = 4, "
           "theta = "
           "1.0e+04" +
           more +
           "} -> tensor<9x2xf32>, tensor<9x2xf32>\n return %c, %s : tensor<9x2xf32>, "
           "tensor<9x2xf32>\n}";
  };
  auto resolver = [](std::vector<float> factors) {
    return [factors](StringRef name, Type) -> Expected<SharedTensor> {
      if (name != "f")
        return Error{"expected 'f'"};
      return shared(floats({static_cast<int64_t>(factors.size())}, factors));
    };
  };
  std::vector<float> c(18), s(18);
  Run plain(text(""), {});
  golden::ropeTables(9, 4, 1e4, c.data(), s.data());
  CHECK(plain.values<float>(0) == c);
  CHECK(plain.values<float>(1) == s);
  const std::vector<float> factors = {3, 0.5};
  Run full(text(", scale = 0.25, factors = \"f\""), {}, resolver(factors));
  INFO(full.said);
  REQUIRE(golden::ropeTables(9, 4, 1e4, 0.25, factors.data(), c.data(), s.data()));
  CHECK(full.values<float>(0) == c);
  CHECK(full.values<float>(1) == s);
  CHECK(Run(text(", factors = \"f\""), {}, resolver({1, 0})).said ==
        "'nn.rope_table' op rope tables: factor 1: expected a finite number above 0, got 0.000000");
  CHECK(Run(text(", factors = \"f\""), {}, resolver({1})).said ==
        "'nn.rope_table' op parameter \"f\": expected 'tensor<2xf32>', got shape [1] of f32, 4 bytes");
}

TEST_CASE("slices and indices are computed", "[mlir][interpreter]") {
  const std::string text = R"(
    func.func @f(%x: tensor<?x3xf16>, %a: index, %n: index) -> (tensor<?x2xf16>, tensor<?xf16>, tensor<3xf16>) {
      %c1 = arith.constant 1 : index
      %c2 = arith.constant 2 : index
      %p = arith.addi %a, %c1 : index
      %q = arith.muli %p, %c2 : index
      %o = arith.subi %q, %p : index
      %0 = tensor.extract_slice %x[%o, 1] [%n, 2] [1, 1] : tensor<?x3xf16> to tensor<?x2xf16>
      %1 = tensor.extract_slice %x[%o, 2] [%n, 1] [1, 1] : tensor<?x3xf16> to tensor<?xf16>
      %2 = tensor.extract_slice %x[%c1, 0] [1, 3] [1, 1] : tensor<?x3xf16> to tensor<3xf16>
      return %0, %1, %2 : tensor<?x2xf16>, tensor<?xf16>, tensor<3xf16>
    })";
  std::vector<uint16_t> values(12);
  for (size_t i = 0; i < 12; ++i)
    values[i] = static_cast<uint16_t>(0x3c00 + i);
  const SharedTensor x = shared(make({4, 3}, ElementKind::F16, values));
  auto run = [&](int64_t a, int64_t n) { return Run(text, {x, shared(index(a)), shared(index(n))}); };
  Run two = run(0, 2); // rows 1 and 2
  INFO(two.said);
  REQUIRE(two.results.size() == 3);
  CHECK(two.results[0]->shape == SmallVector<int64_t>{2, 2});
  CHECK(two.values<uint16_t>(0) == std::vector<uint16_t>{values[4], values[5], values[7], values[8]});
  CHECK(two.results[1]->shape == SmallVector<int64_t>{2});
  CHECK(two.values<uint16_t>(1) == std::vector<uint16_t>{values[5], values[8]});
  CHECK(two.values<uint16_t>(2) == std::vector<uint16_t>{values[3], values[4], values[5]});
  CHECK(run(0, 0).results.size() == 3);
  CHECK(run(3, 0).results.size() == 3); // none, from the end
  CHECK(run(1, 3).said ==
        "'tensor.extract_slice' op expected axis 0 of the slice to lie in 0 to 4, got 3 from 2");
  CHECK(run(0, -1).said ==
        "'tensor.extract_slice' op expected axis 0 of the slice to lie in 0 to 4, got -1 from 1");
  CHECK(run(-3, 1).said ==
        "'tensor.extract_slice' op expected axis 0 of the slice to lie in 0 to 4, got 1 from -2");
  CHECK(Run("func.func @f(%x: tensor<4x3xf16>) -> tensor<2x3xf16> {\n %0 = tensor.extract_slice %x[0, 0] [2, "
            "3] [2, "
            "1] : tensor<4x3xf16> to tensor<2x3xf16>\n return %0 : tensor<2x3xf16>\n}",
            {x})
            .said == "'tensor.extract_slice' op expected unit strides");
  CHECK(
      Run("func.func @f(%n: index) -> tensor<?xf32> {\n %0 = tensor.empty(%n) : tensor<?xf32>\n return %0 : "
          "tensor<?xf32>\n}",
          {shared(index(-4))})
          .said == "'tensor.empty' op expected sizes of at least 0, got -4");
  CHECK(Run("func.func @f(%x: tensor<2xi32>) -> tensor<2xi32> {\n %0 = arith.addi %x, %x : tensor<2xi32>\n "
            "return %0 "
            ": tensor<2xi32>\n}",
            {shared(make<int32_t>({2}, ElementKind::I32, {1, 2}))})
            .said == "'arith.addi' op expected indices to execute on, got 'tensor<2xi32>'");
  Run constants(
      "func.func @f() -> (tensor<2xf16>, tensor<2xbf16>) {\n %0 = arith.constant dense<[1.0, -2.0]> : "
      "tensor<2xf16>\n %1 = arith.constant dense<[1.0, -2.0]> : tensor<2xbf16>\n return %0, %1 : "
      "tensor<2xf16>, tensor<2xbf16>\n}",
      {});
  CHECK(constants.values<uint16_t>(0) == std::vector<uint16_t>{0x3c00, 0xc000});
  CHECK(constants.values<uint16_t>(1) == std::vector<uint16_t>{0x3f80, 0xc000});
}

TEST_CASE("shapes of run time are held to every constraint", "[mlir][interpreter]") {
  auto said = [](const std::string &op, SmallVector<HostTensor> arguments) {
    SmallVector<Argument> shares;
    for (HostTensor &argument : arguments)
      shares.push_back(shared(argument));
    return Run("func.func @f(%x: tensor<?x?xf32>, %w: tensor<?xf32>, %b: tensor<?x?xf32>, %y: "
               "tensor<?x?xf32>) -> "
               "tensor<?x?xf32> {\n %0 = " +
                   op +
                   " outs(%y : tensor<?x?xf32>) -> tensor<?x?xf32>\n return %0 : "
                   "tensor<?x?xf32>\n}",
               shares)
        .said;
  };
  const HostTensor x = floats({1, 4}, {1, 2, 3, 4}), w = floats({4}, {1, 2, 3, 4}),
                   shortW = floats({3}, {1, 2, 3}), angles = floats({1, 2}, {1, 2}),
                   none = floats({1, 0}, {}), noW = floats({0}, {}), wide = floats({1, 5}, {1, 2, 3, 4, 5});
  const std::string
      norm = "nn.rms_norm {eps = 1.0} ins(%x, %w : tensor<?x?xf32>, tensor<?xf32>)",
      soft = "nn.softmax ins(%x : tensor<?x?xf32>)",
      rope = "nn.rope {head_dim = 4, style = halves} ins(%x, %b, %b : tensor<?x?xf32>, tensor<?x?xf32>, "
             "tensor<?x?xf32>)",
      product = "nn.matmul ins(%x, %b : tensor<?x?xf32>, tensor<?x?xf32>)";
  CHECK(said(norm, {x, w, x, x}) == "");
  CHECK(said(norm, {x, shortW, x, x}) == "'nn.rms_norm' op expected axis 0 of operand 1 to be 4, got 3");
  CHECK(said(norm, {x, w, x, wide}) == "'nn.rms_norm' op expected axis 1 of operand 2 to be 4, got 5");
  CHECK(said(norm, {none, noW, x, none}) == "'nn.rms_norm' op expected at least 1 column to sum, got 0");
  CHECK(said(soft, {x, w, x, wide}) == "'nn.softmax' op expected axis 1 of operand 1 to be 4, got 5");
  CHECK(said(soft, {none, w, x, none}) == "'nn.softmax' op expected at least 1 column to sum, got 0");
  CHECK(said(rope, {x, w, angles, x}) == "");
  CHECK(said(rope, {x, w, x, x}) == "'nn.rope' op expected axis 1 of operand 1 to be 2, got 4");
  CHECK(said(rope, {wide, w, angles, wide}) ==
        "'nn.rope' op expected rows of whole heads of 4, got 5 columns");
  CHECK(said(product, {x, w, x, floats({1, 1}, {0})}) == "");
  CHECK(said(product, {x, w, wide, x}) ==
        "'nn.matmul' op expected axis 1 of operand 2 to be 1 (n = 1), got 4");
  CHECK(said(product, {x, w, wide, floats({1, 1}, {0})}) ==
        "'nn.matmul' op expected axis 1 of operand 1 to be 4, got 5");
}

TEST_CASE("a constant's resource has the bytes of its type", "[mlir][interpreter]") {
  // Behind four bytes that tell the alignment: 1.0 and 2.0.
  auto run = [](const std::string &bytes) {
    return Run("func.func @f() -> tensor<2xf32> {\n %w = arith.constant dense_resource<w> : tensor<2xf32>\n"
               " return %w : tensor<2xf32>\n}\n{-# dialect_resources: { builtin: { w: \"0x04000000" +
                   bytes + "\" } } #-}",
               {});
  };
  CHECK(run("0000803f00000040").values<float>() == std::vector<float>{1, 2});
  CHECK(run("0000803f").said == "'arith.constant' op expected a resource of 8 bytes, got 4");
  CHECK(run("0000803f0000004000004040").said == "'arith.constant' op expected a resource of 8 bytes, got 12");
}
