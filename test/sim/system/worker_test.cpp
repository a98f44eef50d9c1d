// The simulator in another process: same answer, clear errors, nothing left behind.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/backends/sim/sim_worker.h"
#include "test/sim/support/fork_run.h"
#include "test/sim/support/generator.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

using namespace accord;
using namespace accord::test;

namespace {

sim::SimOptions values() {
  sim::SimOptions o;
  o.values = true;
  o.commandTimes = true;
  return o;
}

/// A folder of its own for each test, to see what is left in it.
struct Folder {
  std::string path = "worker-test-XXXXXX";
  Folder() { REQUIRE(mkdtemp(path.data())); }
  ~Folder() { std::filesystem::remove_all(path); }
  bool empty() const { return std::filesystem::is_empty(path); }
};

std::string script(const Folder &folder, const std::string &body) {
  const std::string path = folder.path + "/worker";
  std::ofstream(path) << "#!/bin/sh\n" << body << "\n";
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return std::filesystem::absolute(path).string();
}

} // namespace

TEST_CASE("a worker answers as the simulator in this process would", "[sim][system][worker]") {
  const Hardware h = lutEdge();
  Folder folder;
  size_t compared = 0;
  for (uint64_t seed = 400; seed < 406; ++seed) {
    const Generated g = generate(seed);
    sim::DramImage here = g.arguments, there = g.arguments;
    const auto a = simulateForked(g.program, h, here, values());
    const auto b = rt::runInWorker(g.program, h, there, values(), {"", folder.path});
    REQUIRE((a ? "" : a.error().message) == "");
    REQUIRE((b ? "" : b.error().message) == "");
    CHECK(sim::toJson(*a) == sim::toJson(*b));
    for (const auto &[index, bytes] : g.expected.buffers) {
      CHECK(there.buffers.at(index) == bytes);
      compared += bytes.size();
    }
  }
  CHECK(folder.empty());
  std::cout << "worker: " << compared << " bytes compared\n";
  CHECK(compared > 0);
}

TEST_CASE("a worker's errors come back", "[sim][system][worker]") {
  const Generated g = generate(1);
  Hardware h = lutEdge();
  h.scratchpad.capacityBytes = 1024;
  sim::DramImage image = g.arguments;
  const auto refused = rt::runInWorker(g.program, h, image, values());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("expected bytes below 1024, the spm of hardware lut-edge") !=
        std::string::npos);
  sim::DramImage none;
  const auto noImage = rt::runInWorker(g.program, lutEdge(), none, values());
  REQUIRE_FALSE(noImage);
  CHECK(noImage.error().message == "dram image: expected contents of argument x, got none");
  const auto noFolder = rt::runInWorker(g.program, lutEdge(), image, values(), {"", "/nowhere"});
  REQUIRE_FALSE(noFolder);
  CHECK(noFolder.error().message == "/nowhere: expected a folder to write to, got No such file or directory");
}

TEST_CASE("a worker that dies or does not start is an error", "[sim][system][worker]") {
  const Generated g = generate(1);
  sim::DramImage image = g.arguments;
  Folder folder, exchange;
  auto message = [&](const std::string &worker) {
    const auto r = rt::runInWorker(g.program, lutEdge(), image, {}, {worker, exchange.path});
    CHECK(exchange.empty());
    return r ? std::string() : r.error().message;
  };
  CHECK(message(script(folder, "kill -SEGV $$")) ==
        "accord-sim-worker: expected an exit, got signal 11 (Segmentation fault)");
  CHECK(message(script(folder, "exit 7")) == "accord-sim-worker: expected exit code 0, got 7");
  CHECK(message(script(folder, "echo 'accord-sim-worker: error: x: expected y, got z' >&2; exit 1")) ==
        "x: expected y, got z");
  CHECK(message(script(folder, "exit 0")).find("accord-sim-worker: expected a simulation result, got ") == 0);
  CHECK(message("/nowhere/worker").find("expected a worker to start, got No such file") != std::string::npos);
}
