// Do the built functions, as the compiler expands them for scalars and for vectors, give golden's bits?
// All 2^32 inputs: `math-sweep`; here a prime stride, so that every exponent and many mantissas are met, and
// the numbers of few bits, where ranges end.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/Numerics/MathProgram.h"
#include "tools/dev/math-sweep/sweep.h"
#include <catch2/catch.hpp>
#include <iostream>

using namespace accord;

TEST_CASE("built functions give golden's bits", "[cpu]") {
  REQUIRE(builtFunctionNames().size() == 7);
  for (const std::string &name : builtFunctionNames())
    for (int64_t lanes : {1, 16})
      for (const char *target : {"host", "portable"})
        for (uint64_t stride : {15013, 1 << 16}) {
          auto result = sweepMath(name, lanes, stride, target);
          if (!result)
            FAIL(result.error().message);
          INFO(name << " lanes " << lanes << " target " << target << ": first at 0x" << std::hex
                    << result->firstInput << ", compiled 0x" << result->firstGot << ", golden 0x"
                    << result->firstWant);
          CHECK(result->compared == ((uint64_t(1) << 32) - 1) / stride + 1);
          CHECK(result->different == 0);
          std::cout << "functions: " << name << " lanes " << lanes << " target " << target << ": "
                    << result->compared << " values compared" << std::endl;
        }
}
