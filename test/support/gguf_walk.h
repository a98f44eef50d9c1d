// Reads everything that a GGUF file offers, as its users might: for fuzzing and mutation.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "runtime/model/gguf.h"

namespace accord::test {

/// Every getter on every key, and every byte of every tensor. Error: a tensor outside `bytes`, a getter's
/// message that does not name its key, a lookup that finds something else. `touched` counts tensor bytes.
Status walk(const model::GgufFile &file, std::string_view bytes, uint64_t &touched);

} // namespace accord::test
