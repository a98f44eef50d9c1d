// Wrong GGUF files, one a kind, with what the reader must say of each.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "test/support/gguf_writer.h"

namespace accord::test {

struct BadGguf {
  std::string name, bytes;
  std::string message; ///< after `<path>: `
};

std::vector<BadGguf> badGgufFiles();

/// A right one with a key of most types and two tensors.
GgufWriter smallGguf();

} // namespace accord::test
