// Reads an installed machine and runs a golden function, through the installed headers and libraries alone.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "accord/error.h"
#include "sim/golden/quantize.h"
#include "sim/hardware/hardware.h"
#include <cstdio>

int main() {
  accord::Expected<accord::Hardware> hw = accord::loadHardware(MACHINES "/lut-edge.yaml");
  if (!hw) {
    std::fprintf(stderr, "mine: %s\n", hw.error().message.c_str());
    return 1;
  }
  const float x[4] = {127, -127, 0, 1};
  int8_t codes[4] = {};
  float scale = 0;
  accord::golden::quantizeAct(x, 1, 4, 4, codes, &scale);
  std::printf("%s: %.1f bytes a cycle, codes %d %d %d %d\n", hw->name.c_str(), hw->dramBytesPerCycle(),
              codes[0], codes[1], codes[2], codes[3]);
  return 0;
}
