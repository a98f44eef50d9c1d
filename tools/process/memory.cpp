// The allocation functions, replaced by ones that say how much was asked for. Those of C++ stand on these;
// its own exception does not know how much, nor does it get through code that is compiled without exceptions,
// and libraries do not look at what malloc gave them.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/process/guard.h"
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <new>

namespace accord::tools {

void reportNoMemory(size_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%zu", bytes);
  dieSaying("memory: expected ", text, " bytes more, got: Cannot allocate memory");
}

} // namespace accord::tools

// The sanitizers have their own, and find more with them.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ACCORD_OWN_MALLOC 0
#endif
#endif
#if !defined(ACCORD_OWN_MALLOC) && !defined(__SANITIZE_ADDRESS__)

using accord::tools::reportNoMemory;

// glibc's, which its malloc and its kin are other names of.
extern "C" {
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);

void *malloc(size_t bytes) {
  void *memory = __libc_malloc(bytes);
  if (!memory)
    reportNoMemory(bytes);
  return memory;
}

void *calloc(size_t count, size_t each) {
  void *memory = __libc_calloc(count, each);
  if (!memory)
    reportNoMemory(count * each);
  return memory;
}

void *realloc(void *old, size_t bytes) {
  void *memory = __libc_realloc(old, bytes);
  if (!memory && bytes)
    reportNoMemory(bytes);
  return memory;
}
}

// aligned_alloc is not replaced: who calls it looks, and knows what the memory was for. This does not.
void *operator new(size_t bytes, std::align_val_t alignment) {
  const size_t unit = static_cast<size_t>(alignment);
  void *memory =
      bytes > SIZE_MAX - unit ? nullptr : std::aligned_alloc(unit, (bytes + unit - 1) / unit * unit);
  if (!memory)
    reportNoMemory(bytes);
  return memory;
}

#endif
