// Finding a library's segments that no one has written to.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/files/library_pages.h"
#include <cstdint>
#include <cstring>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace accord {
namespace {

int release(dl_phdr_info *library, size_t, void *name) {
  const char *slash = std::strrchr(library->dlpi_name, '/');
  const char *file = slash ? slash + 1 : library->dlpi_name, *wanted = static_cast<const char *>(name);
  if (std::strncmp(file, wanted, std::strlen(wanted)) != 0)
    return 0;
  // Where the loader wrote addresses into code, the file does not have them.
  for (int i = 0; i < library->dlpi_phnum; ++i)
    if (const ElfW(Phdr) &at = library->dlpi_phdr[i]; at.p_type == PT_DYNAMIC)
      for (auto *entry = reinterpret_cast<const ElfW(Dyn) *>(library->dlpi_addr + at.p_vaddr);
           entry->d_tag != DT_NULL; ++entry)
        if (entry->d_tag == DT_TEXTREL)
          return 0;
  const uintptr_t page = static_cast<uintptr_t>(::getpagesize());
  for (int i = 0; i < library->dlpi_phnum; ++i) {
    const ElfW(Phdr) &segment = library->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W))
      continue;
    // Whole pages of its own: a segment ends where the next may begin.
    const uintptr_t begin = (library->dlpi_addr + segment.p_vaddr + page - 1) / page * page;
    const uintptr_t end = (library->dlpi_addr + segment.p_vaddr + segment.p_memsz) / page * page;
    if (begin < end)
      ::madvise(reinterpret_cast<void *>(begin), end - begin, MADV_DONTNEED);
  }
  return 0;
}

} // namespace

void releaseLibrary(const char *name) { ::dl_iterate_phdr(release, const_cast<char *>(name)); }

} // namespace accord
