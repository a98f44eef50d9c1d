// Files that are read whole.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"

#include <cstdint>
#include <string>

namespace accord::driver {

/// The bytes of a file, a pipe or a device, or of stdin for "-". Fails when it is not readable, or has more
/// than `most` bytes: what never ends is not read to the end.
Expected<std::string> readInput(const std::string &path, uint64_t most);

} // namespace accord::driver
