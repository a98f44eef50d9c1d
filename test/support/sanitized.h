// Whether a test runs under sanitizers. All takes ten times as long there, and memory, not timing, is in
// question: long tests run less of their cases, each kind once at least, and print how many.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

namespace accord::test {

#ifdef ACCORD_SANITIZE // by CMake, accord_unit_test
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

} // namespace accord::test
