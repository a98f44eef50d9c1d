// Threads that spin, then yield, then sleep.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/core/team.h"
#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#endif
#ifdef __linux__
#include <sched.h>
#endif

namespace accord::rt {
namespace {

void relax() {
#if defined(__x86_64__) || defined(__i386__)
  _mm_pause();
#else
  std::this_thread::yield();
#endif
}

unsigned usableProcessors() {
#ifdef __linux__
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    return static_cast<unsigned>(CPU_COUNT(&set));
#endif
  unsigned count = std::thread::hardware_concurrency();
  return count ? count : 1;
}

// About 10 microseconds of pauses, then yields: with fewer processors than threads the one that is waited for
// must get to run.
constexpr unsigned pauses = 400;
// Yields after a call before a worker sleeps: some hundred microseconds, the time between two tokens.
constexpr unsigned patienceAfterCall = pauses + 1000;
constexpr unsigned forever = ~0u;

} // namespace

template <typename Ready> bool Team::spin(Ready ready, unsigned patience) {
  for (unsigned i = 0; !ready(); ++i) {
    if (patience != forever && i >= patience)
      return false;
    if (i < pauses) {
      relax();
    } else {
      std::this_thread::yield();
      if (i == forever - 1)
        i = pauses;
    }
  }
  return true;
}

Team::Team(unsigned threads) : count(threads ? threads : usableProcessors()) {
  try {
    for (unsigned t = 1; t < count; ++t)
      workers.emplace_back([this, t] { work(t); });
  } catch (...) {
    close(); // No destructor runs for a team that was never made.
    throw;
  }
}

Team::~Team() { close(); }

void Team::close() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    closing = true;
  }
  wake.notify_all();
  for (std::thread &worker : workers)
    worker.join();
}

void Team::run(const std::function<void(unsigned)> &function) {
  body = &function;
  call.fetch_add(1, std::memory_order_seq_cst);
  {
    std::lock_guard<std::mutex> lock(mutex);
    if (sleeping)
      wake.notify_all();
  }
  function(0);
  barrier();
}

void Team::work(unsigned thread) {
  uint32_t seen = 0;
  while (true) {
    auto called = [&] {
      return closing.load(std::memory_order_acquire) || call.load(std::memory_order_acquire) != seen;
    };
    if (!spin(called, patienceAfterCall)) {
      std::unique_lock<std::mutex> lock(mutex);
      ++sleeping;
      wake.wait(lock, called);
      --sleeping;
    }
    if (closing.load(std::memory_order_acquire))
      return;
    ++seen;
    (*body)(thread);
    barrier();
  }
}

void Team::barrier() {
  if (count == 1)
    return;
  const uint32_t before = phase.load(std::memory_order_relaxed);
  if (arrived.fetch_add(1, std::memory_order_acq_rel) + 1 == count) {
    arrived.store(0, std::memory_order_relaxed);
    phase.store(before + 1, std::memory_order_release);
    return;
  }
  spin([&] { return phase.load(std::memory_order_acquire) != before; }, forever);
}

} // namespace accord::rt

extern "C" void accord_team_barrier(void *team) { static_cast<accord::rt::Team *>(team)->barrier(); }
