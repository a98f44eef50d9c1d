// golden-sweep: the built functions against double over all 2^32 inputs, or every stride-th of them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/golden/functions.h"
#include "sim/golden/ulp.h"
#include <boost/program_options.hpp>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>

namespace po = boost::program_options;
namespace golden = accord::golden;

int main(int argc, char **argv) {
  uint64_t stride;
  std::string only;
  po::options_description options(
      "golden-sweep: largest error of each built function, in ULP, against double\n"
      "Example: golden-sweep --function exp --stride 4099\nOptions");
  options.add_options()("help", "print this text")("stride", po::value(&stride)->default_value(1),
                                                   "visit every N-th of the 2^32 inputs")(
      "function", po::value(&only)->default_value("all"), "rcp, rsqrt, exp, tanh, sigmoid, silu, erf or all");
  try {
    po::variables_map given;
    po::store(po::parse_command_line(argc, argv, options), given);
    if (given.count("help")) {
      std::cout << options << "\n";
      return 0;
    }
    po::notify(given);
  } catch (const std::exception &e) {
    std::cerr << "golden-sweep: error: " << e.what() << "\n";
    return 2;
  }
  if (stride == 0) {
    std::cerr << "golden-sweep: error: --stride: expected a positive number, got 0\n";
    return 2;
  }

  bool found = false, good = true;
  for (const golden::BuiltFunction &f : golden::builtFunctions) {
    if (only != "all" && only != f.name)
      continue;
    found = true;
    const golden::SweepResult r = golden::sweep(f, stride);
    good &= r.specialMismatches == 0 && r.maxUlp <= f.ulpBound;
    std::printf(
        "%-8s inputs %llu  max %.4f ulp at 0x%08x  bound %.2f  correctly rounded %.2f %%  NaN/inf/sign "
        "mismatches %llu  hash %016llx\n",
        f.name, static_cast<unsigned long long>(r.compared), r.maxUlp, r.worstInput, f.ulpBound,
        100.0 * static_cast<double>(r.correctlyRounded) / static_cast<double>(r.compared),
        static_cast<unsigned long long>(r.specialMismatches), static_cast<unsigned long long>(r.hash));
    std::fflush(stdout);
  }
  if (!found) {
    std::cerr
        << "golden-sweep: error: --function: expected rcp, rsqrt, exp, tanh, sigmoid, silu, erf or all, got "
        << only << "\n";
    return 2;
  }
  return good ? 0 : 1;
}
