// The built functions: special values, and their errors against double on a prime stride of all inputs.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/functions.h"
#include "sim/golden/function_constants.h"
#include "sim/golden/primitives.h"
#include "sim/golden/ulp.h"
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>

namespace golden = accord::golden;
using golden::bitsOf;
using golden::floatOf;

namespace {
constexpr uint32_t inf = 0x7f800000, minusInf = 0xff800000, quiet = 0x7fc00000, signalling = 0xff800001;
constexpr uint32_t zero = 0, minusZero = 0x80000000, one = 0x3f800000;
uint32_t bitsOfCall(float (*f)(float), uint32_t x) { return bitsOf(f(floatOf(x))); }
bool isNaN(float (*f)(float), uint32_t x) { return std::isnan(f(floatOf(x))); }
} // namespace

TEST_CASE("rcp of special values", "[golden][functions]") {
  CHECK(bitsOfCall(golden::rcp, zero) == inf);
  CHECK(bitsOfCall(golden::rcp, minusZero) == minusInf);
  CHECK(bitsOfCall(golden::rcp, inf) == zero);
  CHECK(bitsOfCall(golden::rcp, minusInf) == minusZero);
  CHECK(bitsOfCall(golden::rcp, 1) == inf);                 // 2^-149
  CHECK(bitsOfCall(golden::rcp, 0x00200000) == inf);        // 2^-128
  CHECK(bitsOfCall(golden::rcp, 0x00200001) == 0x7f7ffff8); // the first finite one
  CHECK(bitsOfCall(golden::rcp, 0x7f7fffff) == 0x00200000); // subnormal result, kept
  for (int exponent = -126; exponent <= 126; ++exponent)
    CHECK(golden::rcp(std::ldexp(1.0f, exponent)) == std::ldexp(1.0f, -exponent)); // powers of two are exact
}

TEST_CASE("rsqrt of special values", "[golden][functions]") {
  CHECK(bitsOfCall(golden::rsqrt, zero) == inf);
  CHECK(bitsOfCall(golden::rsqrt, minusZero) == minusInf);
  CHECK(bitsOfCall(golden::rsqrt, inf) == zero);
  CHECK(isNaN(golden::rsqrt, minusInf));
  CHECK(isNaN(golden::rsqrt, 0x80000001));
  CHECK(isNaN(golden::rsqrt, 0xbf800000));
  for (int exponent = -74; exponent <= 63; ++exponent)
    CHECK(golden::rsqrt(std::ldexp(1.0f, 2 * exponent)) == std::ldexp(1.0f, -exponent));
}

TEST_CASE("exp of special values", "[golden][functions]") {
  CHECK(bitsOfCall(golden::exp, zero) == one);
  CHECK(bitsOfCall(golden::exp, minusZero) == one);
  CHECK(bitsOfCall(golden::exp, inf) == inf);
  CHECK(bitsOfCall(golden::exp, minusInf) == zero);
  CHECK(bitsOfCall(golden::exp, 0x42b17217) != inf); // 88.72283
  CHECK(bitsOfCall(golden::exp, 0x42b17218) == inf);
  CHECK(bitsOfCall(golden::exp, 0xc2cff1b4) == 1); // -103.97207, the last that is not zero
  CHECK(bitsOfCall(golden::exp, 0xc2cff1b5) == zero);
  CHECK(bitsOfCall(golden::exp, 0xff7fffff) == zero);
}

TEST_CASE("tanh, erf, sigmoid and silu of special values", "[golden][functions]") {
  CHECK(bitsOfCall(golden::tanh, zero) == zero);
  CHECK(bitsOfCall(golden::tanh, minusZero) == minusZero);
  CHECK(bitsOfCall(golden::tanh, 1) == 1);
  CHECK(bitsOfCall(golden::tanh, 0x80000001) == 0x80000001);
  CHECK(bitsOfCall(golden::tanh, inf) == one);
  CHECK(bitsOfCall(golden::tanh, minusInf) == 0xbf800000);
  CHECK(bitsOfCall(golden::erf, zero) == zero);
  CHECK(bitsOfCall(golden::erf, minusZero) == minusZero);
  CHECK(bitsOfCall(golden::erf, 0x80000001) == 0x80000001);
  CHECK(bitsOfCall(golden::erf, 0x40800000) == one);
  CHECK(bitsOfCall(golden::erf, inf) == one);
  CHECK(bitsOfCall(golden::erf, minusInf) == 0xbf800000);
  CHECK(bitsOfCall(golden::sigmoid, zero) == 0x3f000000);
  CHECK(bitsOfCall(golden::sigmoid, minusZero) == 0x3f000000);
  CHECK(bitsOfCall(golden::sigmoid, inf) == one);
  CHECK(bitsOfCall(golden::sigmoid, minusInf) == zero);
  CHECK(bitsOfCall(golden::silu, zero) == zero);
  CHECK(bitsOfCall(golden::silu, minusZero) == minusZero);
  CHECK(bitsOfCall(golden::silu, inf) == inf);
  CHECK(isNaN(golden::silu, minusInf));
}

TEST_CASE("a NaN of any kind gives NaN", "[golden][functions]") {
  for (const golden::BuiltFunction &f : golden::builtFunctions)
    for (uint32_t x : {quiet, signalling, 0x7fffffffu, 0xffffffffu, 0x7f800001u})
      CHECK(isNaN(f.built, x));
}

TEST_CASE("the built functions keep their bounds and their bits on every 211th input",
          "[golden][functions]") {
  // The hashes are golden's own, the same with g++ and clang: a change of one result bit is a change of the
  // contract.
  const uint64_t hashes[] = {0xc6ccb333f7a85561, 0x47c34c148459522d, 0xd31d29c274122895, 0x9478940439a2a9f7,
                             0xa762890c26738864, 0x854c076f2bc91228, 0x1139e378ad3aa9d5};
  const uint64_t *hash = hashes;
  for (const golden::BuiltFunction &f : golden::builtFunctions) {
    const golden::SweepResult r = golden::sweep(f, 211);
    std::printf("%s: %llu inputs, max %.4f ulp at 0x%08x\n", f.name,
                static_cast<unsigned long long>(r.compared), r.maxUlp, r.worstInput);
    INFO(f.name << " at bits " << r.worstInput);
    CHECK(r.compared == 20355296);
    CHECK(r.specialMismatches == 0);
    CHECK(r.maxUlp <= f.ulpBound);
    CHECK(r.maxUlp > 0.5); // the measurement can see an error
    CHECK(r.hash == *hash++);
  }
}

TEST_CASE("tanh is its polynomial below 0.625 and its exponential from there on", "[golden][functions]") {
  using namespace accord::golden;
  const float end = floatOf(constants::tanhPolynomialEnd), one = 1, two = 2;
  CHECK(end == 0.625f);
  auto far = [&](float a) { return sub(one, mul(two, rcp(add(exp(add(a, a)), one)))); };
  CHECK(bitsOf(tanh(end)) == bitsOf(far(end)));
  CHECK(bitsOf(tanh(-end)) == bitsOf(-far(end)));
  // The two are not the same around it, or the test could not tell.
  size_t apart = 0;
  for (uint32_t below = 1; below <= 100; ++below)
    apart += bitsOf(tanh(floatOf(bitsOf(end) - below))) != bitsOf(far(floatOf(bitsOf(end) - below)));
  CHECK(apart > 10);
}

TEST_CASE("the bounds of the built functions are those that are promised", "[golden][functions]") {
  const std::pair<const char *, double> promised[] = {
      {"rcp", 1.5}, {"rsqrt", 1.5}, {"exp", 1}, {"tanh", 2}, {"sigmoid", 3.5}, {"silu", 53}, {"erf", 2}};
  CHECK(std::size(promised) == std::size(golden::builtFunctions));
  for (size_t i = 0; i < std::size(promised); ++i) {
    CHECK(golden::builtFunctions[i].name == std::string(promised[i].first));
    CHECK(golden::builtFunctions[i].ulpBound == promised[i].second);
  }
}

TEST_CASE("the sweep sees a wrong function", "[golden][functions]") {
  // exp of a neighbouring input, a sign lost, a NaN swallowed: each must show.
  const auto offByOne = [](float x) { return golden::exp(floatOf(bitsOf(x) ^ 1)); };
  const auto noSign = [](float x) { return std::fabs(golden::tanh(x)); };
  const auto noNaN = [](float x) { return x != x ? 0.0f : golden::rcp(x); };
  const auto find = [](const char *name) {
    for (const golden::BuiltFunction &f : golden::builtFunctions)
      if (!std::strcmp(f.name, name))
        return f;
    throw std::runtime_error(name);
  };
  golden::BuiltFunction wrong = find("exp");
  wrong.built = offByOne;
  CHECK(golden::sweep(wrong, 65537).maxUlp > wrong.ulpBound);
  wrong = find("tanh");
  wrong.built = noSign;
  CHECK(golden::sweep(wrong, 65537).specialMismatches > 0);
  wrong = find("rcp");
  wrong.built = noNaN;
  CHECK(golden::sweep(wrong, 65537).specialMismatches > 0);
}
