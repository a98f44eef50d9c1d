// Any bytes as a hardware file: an error of one line, or a machine that survives being written and read
// again.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/hardware/hardware.h"
#include <cstdio>
#include <cstdlib>

using namespace accord;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto fail = [](const char *what, const std::string &detail) {
    std::fprintf(stderr, "fuzz_hardware_yaml: %s: %s\n", what, detail.c_str());
    std::abort();
  };
  Expected<Hardware> hw = parseHardware({reinterpret_cast<const char *>(data), size}, "fuzz");
  if (!hw) {
    const std::string &message = hw.error().message;
    if (message.rfind("fuzz:", 0) != 0 || message.find('\n') != std::string::npos)
      fail("expected an error of one line with its place, got", message);
    return 0;
  }
  std::string written = hardwareToYaml(*hw);
  Expected<Hardware> again = parseHardware(written, "written");
  if (!again)
    fail("expected to read what was written, got", again.error().message);
  if (hardwareToYaml(*again) != written)
    fail("expected the same machine again, got", hardwareToYaml(*again));
  return 0;
}
