// Any bytes as a hardware file: an error of one line, or a machine that survives being written and read
// again.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/hardware/hardware.h"
#include "test/fuzz/fuzz_target.h"

namespace accord::fuzz {

std::vector<Seed> seeds() { return filesOf("models/hardware", ".yaml"); }

std::string outcomeOf(std::string_view bytes) {
  Expected<Hardware> hw = parseHardware(bytes, "fuzz");
  if (!hw) {
    const std::string &message = hw.error().message;
    if (message.rfind("fuzz:", 0) != 0 || message.find('\n') != std::string::npos)
      fail("expected an error of one line with its place, got", message);
    return message;
  }
  std::string written = hardwareToYaml(*hw);
  Expected<Hardware> again = parseHardware(written, "written");
  if (!again)
    fail("expected to read what was written, got", again.error().message);
  if (hardwareToYaml(*again) != written)
    fail("expected the same machine again, got", hardwareToYaml(*again));
  return "accepted";
}

} // namespace accord::fuzz
