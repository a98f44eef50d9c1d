// Any bytes as the body of a map: a refusal of one line, or a body that is whole, reads back as it is written
// and computes.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/nn.h"
#include "test/fuzz/fuzz_target.h"
#include "test/sim/support/bodies.h"

namespace accord::fuzz {

std::vector<Seed> seeds() {
  return {
      {"add", test::sumBody},
      {"silu_mul", test::siluMulBody},
      {"relu2_mul", test::relu2MulBody},
      {"constant", ": v0 = f32 0x7fc00000; yield v0"},
      {"bits", "x0: v0 = bits x0; v1 = i32 -8; v2 = and v0 v1; v3 = of_bits v2; yield v3"},
      {"truths",
       "x0 x1: v0 = cmpf.uno x0 x1; v1 = i1 1; v2 = cmpi.slt v0 v1; v3 = xor v2 v0; v4 = select v3 x0 x1; "
       "yield v4"},
      {"functions", "x0: v0 = rcp x0; v1 = rsqrt v0; v2 = exp v1; v3 = tanh v2; v4 = erf v3; yield v4"}};
}

std::string outcomeOf(std::string_view bytes) {
  isa::MapBody body, again;
  const std::string broken = isa::parse(bytes, body);
  if (!broken.empty())
    return broken;
  if (const std::string wrong = isa::check(body); !wrong.empty())
    fail("expected a body that stands, got", wrong);
  const std::string text = isa::text(body);
  if (const std::string wrong = isa::parse(text, again); !wrong.empty() || !(again == body))
    fail("expected the body again, got", wrong + " from " + text);
  const float x[] = {-1.5f, 0.0f, 3e38f};
  float y[3];
  golden::map(body, std::vector<golden::MapInput>(body.inputs, {x, 0, 1}), 1, 3, y);
  return "accepted";
}

} // namespace accord::fuzz
