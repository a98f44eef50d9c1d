/* Preloaded by check_writes.py into accord and accord-sim-worker: the n-th step that changes a file fails with ENOSPC. Steps
   of all processes are counted together, in the first eight bytes of the file that FAIL_COUNTER names; FAIL_AT is n. No
   write takes more than FAIL_PIECE bytes, so that there are many, and callers meet short ones.
   SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static uint64_t *counter;
static uint64_t failAt, piece = 4096;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("FAIL_COUNTER"), *at = getenv("FAIL_AT"), *most = getenv("FAIL_PIECE");
  if (!path || !at || strncmp(program_invocation_short_name, "accord", 6) != 0)
    return;
  int file = open(path, O_RDWR);
  void *page = file < 0 ? MAP_FAILED : mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (page == MAP_FAILED)
    abort();
  close(file);
  failAt = strtoull(at, NULL, 10);
  if (most)
    piece = strtoull(most, NULL, 10);
  counter = page;
}

static int fails(void) {
  if (!counter || __atomic_add_fetch(counter, 1, __ATOMIC_SEQ_CST) != failAt)
    return 0;
  errno = ENOSPC;
  return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
/* What goes to stderr is no result. */
#define COUNTS(file) ((file) != STDERR_FILENO)

ssize_t write(int file, const void *bytes, size_t count) {
  if (COUNTS(file) && fails())
    return -1;
  return REAL(write)(file, bytes, counter && COUNTS(file) && count > piece ? piece : count);
}
ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) {
  return fails() ? -1 : REAL(pwrite)(file, bytes, counter && count > piece ? piece : count, at);
}
ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
  return fails() ? -1 : REAL(pwrite64)(file, bytes, counter && count > piece ? piece : count, at);
}
ssize_t writev(int file, const struct iovec *parts, int count) {
  return COUNTS(file) && fails() ? -1 : REAL(writev)(file, parts, count);
}
int fsync(int file) { return fails() ? -1 : REAL(fsync)(file); }
int rename(const char *from, const char *to) { return fails() ? -1 : REAL(rename)(from, to); }
int linkat(int a, const char *from, int b, const char *to, int flags) {
  return fails() ? -1 : REAL(linkat)(a, from, b, to, flags);
}
int ftruncate(int file, off_t size) { return fails() ? -1 : REAL(ftruncate)(file, size); }
int posix_fallocate(int file, off_t from, off_t size) {
  return fails() ? ENOSPC : REAL(posix_fallocate)(file, from, size);
}
