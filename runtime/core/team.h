// A team of threads that run one function together and wait for each other inside it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace accord::rt {

/// Threads that live as long as the team; the caller of `run` is thread 0. They spin between the steps of a
/// call and for a moment after it, then sleep. More threads than processors are slow and correct.
class Team {
public:
  /// 0: one for each processor that the process may use. Throws std::system_error when the system gives no
  /// more threads.
  explicit Team(unsigned threads = 0);
  ~Team();
  Team(const Team &) = delete;
  Team &operator=(const Team &) = delete;

  unsigned size() const { return count; }
  /// Calls body(0) .. body(size() - 1), each in its own thread, and returns when all have returned. Not to be
  /// called by two threads at once, nor from inside `body`.
  void run(const std::function<void(unsigned)> &body);
  /// For all threads of a call: returns when every thread has come here as often as this one; what they wrote
  /// before is visible then.
  void barrier();

private:
  void close();
  void work(unsigned thread);
  /// Returns when `ready()`, spinning at first; false when `patience` ran out.
  template <typename Ready> static bool spin(Ready ready, unsigned patience);

  const unsigned count;
  std::vector<std::thread> workers;
  const std::function<void(unsigned)> *body = nullptr;

  // Each on a line of its own: the threads that wait read one while others write the next.
  alignas(64) std::atomic<unsigned> arrived{0};
  alignas(64) std::atomic<uint32_t> phase{0};
  alignas(64) std::atomic<uint32_t> call{0};
  std::atomic<bool> closing{false};
  alignas(64) std::mutex mutex;
  std::condition_variable wake;
  unsigned sleeping = 0;
};

} // namespace accord::rt

/// What compiled programs call: the barrier of the team at this address.
extern "C" void accord_team_barrier(void *team);
