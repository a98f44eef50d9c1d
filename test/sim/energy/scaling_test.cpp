// The scaling equations against the values that the published table gives, and against their own ends.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/energy/scaling.h"
#include <catch2/catch.hpp>

using namespace accord;
using namespace accord::energy;

namespace {

double factor(Technology from, Technology to) {
  Expected<double> f = energyFactor(from, to);
  REQUIRE(f);
  return *f;
}

} // namespace

TEST_CASE("each row of the table scales from 45 nm as its coefficients say", "[energy]") {
  // Worked out by hand from the coefficients, three digits: at 0.8 V on both sides, and from 45 nm at 0.9 V.
  struct Value {
    double nodeNm, sameVoltage, fromNine;
  };
  const Value values[] = {{130, 3.07, 2.52},  {90, 1.90, 1.56},   {65, 1.24, 1.02},   {45, 1, 0.82},
                          {32, 0.659, 0.541}, {20, 0.221, 0.181}, {16, 0.174, 0.142}, {14, 0.139, 0.114},
                          {10, 0.118, 0.097}, {7, 0.094, 0.077}};
  int compared = 0;
  for (const Value &v : values) {
    INFO(v.nodeNm);
    CHECK(factor({45, 0.8}, {v.nodeNm, 0.8}) == Approx(v.sameVoltage).epsilon(0).margin(0.0051));
    CHECK(factor({45, 0.9}, {v.nodeNm, 0.8}) == Approx(v.fromNine).epsilon(0).margin(0.0051));
    compared += 2;
  }
  CHECK(compared == 20);
}

TEST_CASE("28 nm lies on the line between 32 and 20 nm", "[energy]") {
  // 0.9 V: 32 nm 0.541209, 20 nm 0.200790; two thirds of the way up.
  Expected<double> e = switchingEnergy({28, 0.9});
  REQUIRE(e);
  CHECK(*e == Approx(0.427736).epsilon(0).margin(1e-6));
  CHECK(factor({45, 0.9}, {28, 0.9}) == Approx(0.506598).epsilon(0).margin(1e-6));
  // The line meets the rows at its ends.
  CHECK(*switchingEnergy({20.000001, 0.9}) == Approx(*switchingEnergy({20, 0.9})).epsilon(1e-6));
  CHECK(*switchingEnergy({31.999999, 0.9}) == Approx(*switchingEnergy({32, 0.9})).epsilon(1e-6));
}

TEST_CASE("energy grows with node and voltage all over the range", "[energy]") {
  int compared = 0;
  for (double v = MinVoltageV; v <= MaxVoltageV; v += 0.05)
    for (double n = MinNodeNm; n <= MaxNodeNm; n += 1) {
      CHECK(*switchingEnergy({n, v}) > 0);
      if (v + 0.05 <= MaxVoltageV)
        CHECK(*switchingEnergy({n, v + 0.05}) > *switchingEnergy({n, v}));
      ++compared;
    }
  CHECK(compared > 1000);
  CHECK(factor({28, 0.7}, {28, 0.7}) == 1);
  CHECK(factor({45, 0.9}, {28, 0.8}) * factor({28, 0.8}, {45, 0.9}) == Approx(1));
}

TEST_CASE("a technology that the equations do not cover is refused", "[energy]") {
  auto errorOf = [](Technology from, Technology to) {
    Expected<double> f = energyFactor(from, to);
    return f ? "accepted" : f.error().message;
  };
  CHECK(errorOf({180, 0.9}, {28, 0.9}) ==
        "scaling: expected a node from 7 to 130 nm, the range of the equations, got 180");
  CHECK(errorOf({28, 0.9}, {5, 0.9}) ==
        "scaling: expected a node from 7 to 130 nm, the range of the equations, got 5");
  CHECK(errorOf({28, 0.9}, {28, 0.5}) ==
        "scaling: expected a voltage from 0.6 to 1.3 V, the range of the equations, got 0.5");
  CHECK(errorOf({28, 1.5}, {28, 0.9}) ==
        "scaling: expected a voltage from 0.6 to 1.3 V, the range of the equations, got 1.5");
}
