// The simulator in another process: same answer, clear errors, nothing left behind.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/backends/sim/sim_worker.h"
#include "test/sim/support/decode.h"
#include "test/sim/support/fork_run.h"
#include "test/sim/support/generator.h"
#include "test/sim/support/image_order.h"

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

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

/// True in a child: limits of a process and what its children used are the child's alone.
bool inChild(const std::function<bool()> &holds) {
  std::cout << std::flush;
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const bool ok = holds();
    std::cout << std::flush;
    _exit(ok ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// A disk that is full after so many bytes of a file.
void limitFiles(rlim_t bytes) {
  signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{bytes, bytes};
  setrlimit(RLIMIT_FSIZE, &limit);
}

} // namespace

TEST_CASE("a worker answers as the simulator in this process would", "[sim][system][worker]") {
  const Hardware h = lutEdge();
  Folder folder;
  size_t compared = 0;
  for (uint64_t seed = 400; seed < 406; ++seed) {
    const Generated g = generate(seed);
    sim::DramImage here = g.arguments, there = toParameters(g.program, g.arguments);
    const auto a = simulateForked(g.program, h, here, values());
    const auto b = rt::runInWorker(g.program, h, there, values(), {"", folder.path});
    REQUIRE((a ? "" : a.error().message) == "");
    REQUIRE((b ? "" : b.error().message) == "");
    CHECK(sim::toJson(*a) == sim::toJson(*b));
    there = toBuffers(g.program, there);
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
  sim::DramImage image = toParameters(g.program, g.arguments);
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
  sim::DramImage image = toParameters(g.program, g.arguments);
  Folder folder, exchange;
  auto message = [&](const std::string &worker) {
    const auto r = rt::runInWorker(g.program, lutEdge(), image, {}, {worker, exchange.path});
    CHECK(exchange.empty());
    return r ? std::string() : r.error().message;
  };
  CHECK(message(script(folder, "kill -SEGV $$")) ==
        "accord-sim-worker: expected an exit, got signal 11 (Segmentation fault)");
  CHECK(message(script(folder, "echo 'of what it said, the end' >&2; kill -SEGV $$")) ==
        "accord-sim-worker: expected an exit, got signal 11 (Segmentation fault) after: of what it said, the "
        "end");
  CHECK(message(script(folder, "exit 7")) == "accord-sim-worker: expected exit code 0, got 7");
  CHECK(message(script(folder, "echo 'accord-sim-worker: error: x: expected y, got z' >&2; exit 1")) ==
        "x: expected y, got z");
  CHECK(message(script(folder, "exit 0")).find("accord-sim-worker: expected a simulation result, got ") == 0);
  CHECK(message("/nowhere/worker").find("expected a worker to start, got No such file") != std::string::npos);
}

TEST_CASE("weights of 100 MB reach the worker without a copy in memory", "[sim][system][worker]") {
  const program::Sequence s = decodeSequence(50, 100);
  const sim::DramImage arguments = decodeArguments(s, 1);
  size_t weights = 0;
  for (const auto &[index, content] : arguments.buffers)
    weights += content.size();
  REQUIRE(weights > 100 * 1000 * 1000);
  CHECK(inChild([&] {
    sim::DramImage image;
    for (const auto &[index, content] : arguments.buffers)
      image.buffers[index] = sim::Content::view(content.data(), content.size());
    rusage before, after, worker;
    getrusage(RUSAGE_SELF, &before);
    sim::SimOptions options;
    options.values = true;
    uint64_t peak = 0;
    rt::WorkerOptions asked;
    asked.peakBytes = &peak;
    const auto r = rt::runInWorker(s, lutEdge(), image, options, asked);
    getrusage(RUSAGE_SELF, &after);
    getrusage(RUSAGE_CHILDREN, &worker);
    const auto mib = [](long kib) { return kib / 1024; };
    const long grown = mib(after.ru_maxrss - before.ru_maxrss), most = mib(worker.ru_maxrss);
    std::cout << weights / 1000000 << " MB of weights: the caller grew by " << grown
              << " MiB, the worker had " << most << " MiB at most, " << (r ? r->units[0].use.commands : 0)
              << " loads\n";
    if (!r)
      std::cout << r.error().message << "\n";
    // What it tells of itself: the weights at least, no more than the kernel tells, in whole pages.
    const auto page = uint64_t(sysconf(_SC_PAGESIZE));
    const bool told = peak > weights && peak % page == 0 && mib(long(peak >> 10)) <= most + 1;
    std::cout << "its own word: " << peak << " bytes\n";
    // Once in the worker: the pages of the file itself. A sanitizer has memory of its own.
#ifdef ACCORD_SANITIZE
    const long own = 192;
#else
    const long own = 48;
#endif
    return r && told && grown < 16 && most < static_cast<long>(weights >> 20) + own && most < 512 &&
           image.buffers.at(0).isView() && !image.buffers.at(3).isView();
  }));
}

TEST_CASE("a full disk is an error that leaves nothing", "[sim][system][worker]") {
  const program::Sequence s = decodeSequence(1, 20);
  const sim::DramImage arguments = decodeArguments(s, 1);
  Folder folder, exchange;
  auto message = [&](const std::string &worker) {
    sim::DramImage image = arguments;
    const auto r = rt::runInWorker(s, lutEdge(), image, values(), {worker, exchange.path});
    return r ? "" : r.error().message;
  };
  auto tells = [&](const std::string &text, const std::string &file) {
    const bool does = text.find(exchange.path + ": " + file + ": expected to write ") == 0 &&
                      text.find(" bytes, got: File too large") != std::string::npos;
    if (!does)
      std::cout << "expected an error of " << file << ", got " << text << "\n";
    return does;
  };
  CHECK(inChild([&] {
    limitFiles(50000); // the program fits, the weights do not
    return tells(message(""), "in.img");
  }));
  CHECK(exchange.empty());
  CHECK(inChild([&] {
    limitFiles(100);
    return tells(message(""), "program");
  }));
  CHECK(exchange.empty());
  const auto real = rt::findWorker();
  REQUIRE(real);
  const std::string limited = script(folder, "trap '' XFSZ; ulimit -f 1; exec '" +
                                                 std::filesystem::absolute(*real).string() + "' \"$@\"");
  CHECK(tells(message(limited), "out.img"));
  CHECK(exchange.empty());
}

TEST_CASE("an image file that is not whole is refused", "[sim][system][worker]") {
  using program::Role;
  const program::Sequence s = decodeSequence(1, 2);
  const sim::DramImage arguments = decodeArguments(s, 1);
  Folder folder;
  const std::string path = folder.path + "/in.img";
  REQUIRE(sim::writeImageFile(s, arguments, {Role::Argument}, path));
  const auto mapped = sim::mapImageFile(s, path);
  REQUIRE(mapped);
  CHECK(mapped->buffers == arguments.buffers);
  CHECK(sim::mapImageFile(s, folder.path + "/none").error().message ==
        folder.path + "/none: expected a readable file, got an error: No such file or directory");
  CHECK(sim::mapImageFile(s, folder.path).error().message ==
        folder.path + ": expected a readable file, got a folder");
  const auto whole = std::filesystem::file_size(path);
  size_t refused = 0;
  for (uintmax_t size : {uintmax_t(0), uintmax_t(5), uintmax_t(40), whole / 2, whole - 1}) {
    Folder other;
    const std::string cut = other.path + "/cut.img";
    std::filesystem::copy_file(path, cut);
    std::filesystem::resize_file(cut, size);
    const auto r = sim::mapImageFile(s, cut);
    REQUIRE_FALSE(r);
    CHECK(r.error().message.find(cut + ": byte ") == 0);
    ++refused;
  }
  CHECK(refused == 5);
}
