// Bodies of maps: the text of each is read back as it was, and what is not one is told with its place.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/isa/map_body.h"
#include "test/sim/support/fresh_seed.h"
#include "test/sim/support/random_body.h"

#include <catch2/catch.hpp>
#include <iostream>

using namespace accord;

namespace {

std::string refusal(const std::string &text) {
  isa::MapBody body;
  return isa::parse(text, body);
}

} // namespace

TEST_CASE("a body is read as it is written", "[sim][isa]") {
  std::mt19937_64 engine(test::freshSeed());
  size_t steps = 0, constants = 0;
  for (int i = 0; i < 5000; ++i) {
    const isa::MapBody body = test::randomBody(engine, engine() % 5, engine() % 40);
    REQUIRE(isa::check(body) == "");
    isa::MapBody read;
    INFO(isa::text(body));
    REQUIRE(isa::parse(isa::text(body), read) == "");
    REQUIRE(read == body);
    steps += body.steps.size();
    for (const isa::Step &step : body.steps)
      constants += isa::rowOf(step.op).kind == isa::PrimitiveRow::Constant;
  }
  std::cout << "steps read back: " << steps << ", constants " << constants << "\n";
  CHECK(steps > 50000);
  CHECK(constants > 5000);
}

TEST_CASE("a body that does not stand is told with its place", "[sim][isa]") {
  CHECK(refusal("x0: yield x0") == "");
  CHECK(refusal(": v0 = f32 -0; yield v0") == "");
  CHECK(refusal("") == "column 1: expected ':', got the end");
  CHECK(refusal("x0 yield x0") == "column 4: expected x1 or ':', got 'yield'");
  CHECK(refusal("x1: yield x1") == "column 1: expected x0 or ':', got 'x1'");
  CHECK(refusal("x0: v1 = neg x0; yield v1") == "column 5: expected v0 = or yield, got 'v1'");
  CHECK(refusal("x0: v0 = neg x0") == "column 16: expected ';', got the end");
  CHECK(refusal("x0: v0 = neg x0; yield v1") == "column 24: expected a value that stands before, got 'v1'");
  CHECK(refusal("x0: v0 = neg v0; yield v0") == "column 14: expected a value that stands before, got 'v0'");
  CHECK(refusal("x0: v0 = sin x0; yield v0") ==
        "column 10: expected a primitive or a built function, got 'sin'");
  CHECK(refusal("x0: v0 = cmpf x0 x0; yield x0") ==
        "column 10: expected a primitive or a built function, got 'cmpf'");
  CHECK(refusal("x0: v0 = cmpf.slt x0 x0; yield x0") ==
        "column 10: expected a primitive or a built function, got 'cmpf.slt'");
  CHECK(refusal("x0: v0 = f32 nan; yield v0") == "column 14: expected a number of f32, got 'nan'");
  CHECK(refusal("x0: v0 = i32 1e3; yield x0") == "column 14: expected a number of i32, got '1e3'");
  CHECK(refusal("x0: v0 = i32 4294967296; yield x0") ==
        "column 14: expected a number of i32, got '4294967296'");
  CHECK(refusal("x0: yield x0; yield x0") == "column 13: expected the end after yield, got ';'");
  // Types.
  CHECK(refusal("x0: v0 = bits x0; yield v0") == "expected v0, which it yields, to be f32, got i32");
  CHECK(refusal("x0: v0 = bits x0; v1 = add x0 v0; yield v1") ==
        "step 1 (add): expected v0 to be f32, got i32");
  CHECK(refusal("x0: v0 = select x0 x0 x0; yield v0") == "step 0 (select): expected x0 to be i1, got f32");
  CHECK(refusal("x0: v0 = bits x0; v1 = cmpf.une x0 x0; v2 = and v0 v1; yield x0") ==
        "step 2 (and): expected v1 to be i32, got i1");
  CHECK(refusal("x0: v0 = i1 2; yield x0") == "step 0 (i1): expected 0 or 1, got 2");
  // Limits.
  std::string many;
  for (unsigned i = 0; i <= isa::MapBody::maxInputs; ++i)
    many += "x" + std::to_string(i) + " ";
  CHECK(refusal(many + ": yield x0") == "column 55: expected at most 16 inputs, got 'x16'");
  std::string longer = "x0:";
  for (unsigned i = 0; i <= isa::MapBody::maxSteps; ++i)
    longer += " v" + std::to_string(i) + " = neg x0;";
  CHECK(refusal(longer + " yield x0").find("expected at most 1024 steps, got 'v1024'") != std::string::npos);
}
