// math-sweep: the compiled built functions against golden over all 2^32 inputs, or every stride-th of them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "mlir/Conversion/Numerics/MathProgram.h"
#include "tools/dev/math-sweep/sweep.h"
#include <boost/program_options.hpp>
#include <cstdio>
#include <exception>
#include <iostream>

namespace po = boost::program_options;

int main(int argc, char **argv) {
  uint64_t stride;
  int64_t lanes;
  std::string only, target;
  po::options_description options(
      "math-sweep: bits of each built function as the compiler expands it, against golden\n"
      "Example: math-sweep --function exp --lanes 1 --stride 4099\nOptions");
  options.add_options()("help", "print this text")("stride", po::value(&stride)->default_value(1),
                                                   "visit every N-th of the 2^32 inputs")(
      "function", po::value(&only)->default_value("all"), "rcp, rsqrt, exp, tanh, sigmoid, silu, erf or all")(
      "lanes", po::value(&lanes)->default_value(16), "elements of a vector; 1 for scalar code")(
      "target", po::value(&target)->default_value("host"), "host, avx2 or portable");
  try {
    po::variables_map given;
    po::store(po::parse_command_line(argc, argv, options), given);
    if (given.count("help")) {
      std::cout << options << "\n";
      return 0;
    }
    po::notify(given);
  } catch (const std::exception &e) {
    std::cerr << "math-sweep: error: " << e.what() << "\n";
    return 2;
  }
  bool good = true;
  for (const std::string &name :
       only == "all" ? accord::builtFunctionNames() : std::vector<std::string>{only}) {
    auto result = accord::sweepMath(name, lanes, stride, target);
    if (!result) {
      std::cerr << "math-sweep: error: " << result.error().message << "\n";
      return 2;
    }
    good &= result->compared > 0 && result->different == 0;
    std::printf("%-8s inputs %llu  different %llu", name.c_str(),
                static_cast<unsigned long long>(result->compared),
                static_cast<unsigned long long>(result->different));
    if (result->different)
      std::printf("  first at 0x%08x: compiled 0x%08x, golden 0x%08x", result->firstInput, result->firstGot,
                  result->firstWant);
    std::printf("\n");
    std::fflush(stdout);
  }
  return good ? 0 : 1;
}
