// Teams of threads: everyone runs, barriers hold, also with more threads than processors.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/core/team.h"
#include <catch2/catch.hpp>
#include <chrono>
#include <iostream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

using accord::rt::Team;

TEST_CASE("a barrier shows every thread what all others wrote before it") {
  uint64_t checked = 0;
  for (unsigned threads : {1u, 2u, 3u, 7u, 16u}) {
    Team team(threads);
    REQUIRE(team.size() == threads);
    // Plain memory: a barrier that ordered nothing would be a race.
    std::vector<uint64_t> written(threads, 0), wrong(threads, 0), seen(threads, 0);
    for (int call = 0; call < 20; ++call)
      team.run([&](unsigned thread) {
        for (uint64_t step = 1; step <= 50; ++step) {
          written[thread] = uint64_t(call) * 1000 + step;
          team.barrier();
          for (uint64_t value : written) {
            wrong[thread] += value != uint64_t(call) * 1000 + step;
            ++seen[thread];
          }
          team.barrier();
        }
      });
    for (unsigned t = 0; t < threads; ++t) {
      CHECK(wrong[t] == 0);
      CHECK(seen[t] == 20 * 50 * threads);
      checked += seen[t];
    }
  }
  std::cout << "team: " << checked << " values checked" << std::endl;
}

TEST_CASE("threads that went to sleep wake for the next call") {
  Team team(3);
  std::atomic<int> calls{0};
  for (int i = 0; i < 3; ++i) {
    team.run([&](unsigned) { ++calls; });
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
  }
  CHECK(calls == 9);
}

TEST_CASE("run returns only when every thread has returned") {
  Team team(4);
  for (int i = 0; i < 200; ++i) {
    std::atomic<unsigned> done{0};
    team.run([&](unsigned thread) {
      if (thread == 1)
        std::this_thread::yield();
      ++done;
    });
    REQUIRE(done == 4);
  }
}

TEST_CASE("a team without a number takes the processors of the process") {
  Team team;
  CHECK(team.size() >= 1);
  CHECK(team.size() <= std::thread::hardware_concurrency());
}

// The address sanitizer needs more address space than any limit leaves.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__clang__)
TEST_CASE("a team that the system has no threads for is an error and no crash") {
  // A child with a limit on its address space, so that no other test feels it: stacks of 8 MiB run out.
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const rlimit limit = {rlim_t(1) << 29, rlim_t(1) << 29};
    int outcome = setrlimit(RLIMIT_AS, &limit) == 0 ? 1 : 3;
    try {
      Team team(1000);
    } catch (const std::system_error &) {
      outcome = outcome == 1 ? 0 : outcome;
    }
    _exit(outcome);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
#endif
