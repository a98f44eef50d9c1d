// accord-isa: writes the ISA's table as the build and the documentation need it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/isa/text.h"

#include <cstdio>
#include <string_view>

int main(int argc, char **argv) {
  const std::string_view form = argc == 2 ? argv[1] : "";
  if (form != "--td" && form != "--markdown") {
    std::fputs("accord-isa: expected --td or --markdown\n", stderr);
    return 2;
  }
  const std::string text = form == "--td" ? accord::isa::opDefinitions() : accord::isa::commandPage();
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && !std::fflush(stdout) ? 0 : 1;
}
