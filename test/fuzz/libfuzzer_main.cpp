// A fuzz target as libFuzzer calls it. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/fuzz/fuzz_target.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  accord::fuzz::outcomeOf({reinterpret_cast<const char *>(data), size});
  return 0;
}
